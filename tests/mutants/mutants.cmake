# THE list of wrong rules: name, file, what stands there once, what stands there in the mutant, and the test that must
# fail. `rmapcheck check` must find each of them, too, under the rules that are named behind;
# NOT_BY_CHECK: no property of a sequence can see it. To add one: a line here;
# of each rule in which releases differ there is one, and its name stands in it or above it (a test).
rmapcheck_mutant(split_forgets_vm_pgoff model/address_space.cpp
  "above = split_above(whole, at)" "above = Range{at, whole.end, whole.pgoff}"
  Rules.ASplitMovesVmPgoff)
rmapcheck_mutant(merge_ignores_the_anon_vma model/merge.cpp
  "    return t.anon_vma == r.anon_vma;" "    return true;"
  Rules.AMergeNeedsOneAnonVma)
rmapcheck_mutant(merge_ignores_flags model/merge.cpp
  "!((k.vmas[target].flags ^ r.flags) & ~VM_STICKY) && " ""
  Rules.AMergeNeedsEqualFlags)
rmapcheck_mutant(merge_ignores_offsets model/merge.cpp
  "n.prev && linear_neighbours(k.vmas[n.prev].range, r.range)" "n.prev && k.vmas[n.prev].range.end == r.range.start"
  Rules.AMergeNeedsOffsetsThatGoOn)
rmapcheck_mutant(fork_copies_rmap_items model/process.cpp
  "        ksm_fork(k, f.child, f.parent);"
  "        ksm_fork(k, f.child, f.parent);
        for (Id<RmapItem> i = k.mms[f.parent].items.first(k.items); i; i = k.mms[f.parent].items.next(k.items, i)) {
            RmapItem copy;
            copy.mm = f.child;
            copy.page = k.items[i].page;
            k.mms[f.child].items.insert(k.items, k.items.make(copy));
        }"
  Rules.ForkCopiesNoRmapItem)
rmapcheck_mutant(fork_leaves_pages_exclusive model/process.cpp
  "        k.folios[p.folio].exclusive = false;" ""
  Rules.AfterForkNobodyIsExclusive)
rmapcheck_mutant(fork_reuses_an_active_anon_vma model/anon_vma.cpp
  " && a.num_active_vmas == 0)" ")"
  Rules.ForkReusesNoAnonVmaThatIsInUse)
rmapcheck_mutant(swap_in_always_copies model/fault.cpp
  "return !f.node || k.config.run == 2;" "return true;"
  Rules.SwapInMapsTheKsmPageOfTheSwapCache)
rmapcheck_mutant(munmap_drops_rmap_items model/address_space.cpp
  "    zap_page_range(k, mm, start, end); // vms_clear_ptes()"
  "    zap_page_range(k, mm, start, end);
    for (Id<RmapItem> i = k.mms[mm].items.first(k.items); i;) {
        const Id<RmapItem> gone = i;
        i = k.mms[mm].items.next(k.items, i);
        if (k.items[gone].page >= start && k.items[gone].page < end) free_rmap_item(k, gone);
    }"
  Rules.MunmapLeavesRmapItems)
rmapcheck_mutant(mremap_leaves_pages_shared model/ops/mremap.cpp
  "unmerge_ksm_pages(k, vma, from, from_end).copied" "0"
  Rules.MremapUnsharesWhatItMoves)
rmapcheck_mutant(unmapping_keeps_the_mapcount model/page_table.cpp
  "--k.folios[p.folio].mapcount == 0" "k.folios[p.folio].mapcount == 0"
  Rules.UnmappingCounts)
rmapcheck_mutant(a_merge_does_not_hold_the_anon_vma model/ksm_items.cpp
  "    get_anon_vma(k, item.anon_vma);" ""
  Rules.AMergeHoldsTheAnonVma)
# dontunmap_presplits_locked
rmapcheck_mutant(dontunmap_unlocks_all model/ops/mremap.cpp
  "    if (presplits)" "    if (false)"
  Rules.DontunmapUnlocksOnlyWhatWasMoved --kernel-version 6.12)
# mremap_counts_early
rmapcheck_mutant(mremap_counts_late model/ops/mremap.cpp
  "count + 4 + dontunmap(r) > limit" "false"
  Rules.MremapAsksForRoomFirst NOT_BY_CHECK)
rmapcheck_mutant(mremap_forgets_the_presplit_in_its_count model/ops/mremap.cpp
  "count + 2 + presplits > limit" "count + 4 > limit"
  Rules.APieceThatIsSplitFirstNeedsRoomForThree NOT_BY_CHECK)
rmapcheck_mutant(clone_keeps_the_order model/anon_vma.cpp
  "if (!k.config.rules.clone_reverses_chain) std::ranges::reverse(chain);" "std::ranges::reverse(chain);"
  Rules.ACloneReversesItsChain NOT_BY_CHECK)
# swap_in_sole_is_exclusive
rmapcheck_mutant(swap_in_makes_a_sole_user_the_owner model/fault.cpp
  "const bool alone = sole_is_exclusive && " "const bool alone = "
  Rules.SwapInDoesNotMakeExclusive --kernel-version 7.2)
rmapcheck_mutant(a_file_starts_at_its_file_page model/ops/mmap.cpp
  "c.k.config.rules.separate_anon_pgoff ? file_at_home(start, end, in_file)" "false ? file_at_home(start, end, in_file)"
  Rules.AFileHasAnAnonymousOffset --kernel-version 7.3)
rmapcheck_mutant(move_of_an_unfaulted_file_keeps_the_offset model/ops/mremap.cpp
  "    return k.config.rules.separate_anon_pgoff ? move_unfaulted_file(v.range, from, to, pages)"
  "    return false ? move_unfaulted_file(v.range, from, to, pages)"
  Rules.AnUnfaultedFileMovesHome --kernel-version 7.3)
rmapcheck_mutant(dontunmap_leaves_a_file_abroad model/ops/mremap.cpp
  "v.file >= 0 && k.config.rules.separate_anon_pgoff" "false"
  Rules.DontunmapLeavesAFileAtHome --kernel-version 7.3)
rmapcheck_mutant(neighbours_need_one_offset_only model/merge.cpp
  "n.prev && linear_neighbours(k.vmas[n.prev].range, r.range) && same_attributes"
  "n.prev && linear_neighbours(by_vm_pgoff(k.vmas[n.prev].range), by_vm_pgoff(r.range)) && same_attributes"
  Rules.FilesMergeWhereBothOffsetsRunOn --kernel-version 7.3 --seed 3)
# listed_items_lose_scan_word
rmapcheck_mutant(listed_items_are_aged model/ksm_scan.cpp
  "    if (listed_are_not_scanned(k.config) && item.state == RmapItem::State::stable) return false;" ""
  Rules.AListedItemKeepsItsWord NOT_BY_CHECK)
rmapcheck_mutant(unlisting_keeps_the_scan_word model/ksm_items.cpp
  "    if (unlisting_clears(k.config)) item.scan_word = 0;" ""
  Rules.UnlistingClears NOT_BY_CHECK)
rmapcheck_mutant(guard_regions_leave_unfaulted model/ops/madvise.cpp
  "    if (k.vmas[vma].file < 0 || !marks) anon_vma_prepare(k, vma);" ""
  Rules.AGuardRegionMakesFaultedWithoutAPage NOT_BY_CHECK)
rmapcheck_mutant(the_mark_of_a_guard_region_is_lost model/merge.cpp
  "    k.vmas[target].flags |= sticky;" ""
  Rules.TheMarkOfAGuardRegionSticks NOT_BY_CHECK)
# Operations in flight: what is held at their points. `check` draws them; these only make it see less or more.
rmapcheck_mutant(a_fault_passes_a_migration_entry model/fault.cpp
  "        need_folio_lock(k, k.ptes[pte].folio); // migration_entry_wait()" "        pte = {};"
  Rules.AFaultWaitsForAMigration NOT_BY_CHECK)
rmapcheck_mutant(an_mremap_in_flight_holds_nothing model/flight.cpp
  "return m->mm == mm;" "return false;"
  Rules.AnMremapInFlightHoldsTheMmapLock NOT_BY_CHECK)
rmapcheck_mutant(a_walk_in_flight_holds_nothing model/flight.cpp
  "w && w->inside && " "false && w && w->inside && "
  Rules.AWalkHoldsTheAnonVmaWithinALoop NOT_BY_CHECK)
rmapcheck_mutant(migration_minds_no_reference model/rmap.cpp
  "still_mapped(k, m.from) || k.folios[m.from].pins" "still_mapped(k, m.from)"
  Rules.WhatIsInHandDoesNotMigrate NOT_BY_CHECK)
rmapcheck_mutant(a_migration_ends_well_whatever_is_left model/rmap.cpp
  "if (k.folios[m.from].migrating) {" "if (false) {"
  Rules.AMigrationEntryThatIsLeftIsNoticed)
rmapcheck_mutant(merged_items_are_listed_at_once model/ksm_scan.cpp
  "    s.point = Scanning::Point::unlisted;"
  "    list_merged(k, s.hand);
    put_down(s);"
  Rules.AMergedItemIsInNoListForAMoment NOT_BY_CHECK)
rmapcheck_mutant(ageing_and_unlisting_are_one model/ksm_scan.cpp
  "        s.point = Scanning::Point::aged;" "        compare(k, s);"
  Rules.AListedItemIsAgedBeforeItGoes NOT_BY_CHECK)
rmapcheck_mutant(a_written_range_stays_apart model/merge.cpp
  "if (!k.config.rules.faulted_joins_unfaulted)" "if (true)"
  Rules.AWrittenRangeJoinsAnUnwrittenOne NOT_BY_CHECK)
rmapcheck_mutant(new_memory_is_mergeable_too_early model/ksm_slots.cpp
  "!k.mms[mm].merge_any || !k.config.rules.merge_any_before_merge" "!k.mms[mm].merge_any"
  Rules.NewMemoryOfAProcessThatMergesEverythingJoins NOT_BY_CHECK)
rmapcheck_mutant(a_move_takes_one_vma model/ops/mremap.cpp
  "m.many = k.config.rules.mremap_moves_many && fixed(m)" "m.many = false && fixed(m)"
  Rules.AMoveTakesSeveralVmas NOT_BY_CHECK)
rmapcheck_mutant(the_source_is_looked_at_first model/ops/mremap.cpp
  "    if (!version.mremap_unmaps_destination_first)" "    if (true)"
  Rules.AMoveUnmapsItsDestinationBeforeItLooksAtTheSource NOT_BY_CHECK)
rmapcheck_mutant(dontunmap_compares_pages model/ops/mremap.cpp
  "k.config.rules.dontunmap_compares_bytes && dontunmap(m)" "false && dontunmap(m)"
  Rules.DontunmapComparesLengthsAsTheyWerePassed NOT_BY_CHECK)
rmapcheck_mutant(what_dontunmap_leaves_stays_abroad model/ops/mremap.cpp
  "v.file < 0 && k.config.rules.dontunmap_resets_pgoff" "false"
  Rules.WhatDontunmapLeavesComesHome NOT_BY_CHECK)
rmapcheck_mutant(a_copy_never_joins_its_source model/ops/mremap.cpp
  "dontunmap && unwritten && !k.config.rules.dontunmap_merges_with_source" "dontunmap && unwritten"
  Rules.AnUnwrittenCopyJoinsItsOwnSource NOT_BY_CHECK)
rmapcheck_mutant(guard_regions_are_known_to_all model/ops/madvise.cpp
  "guard ? c.k.config.rules.guard_regions" "guard ? true"
  Rules.AGuardRegionMakesFaultedWithoutAPage NOT_BY_CHECK)
rmapcheck_mutant(guard_regions_leave_no_mark model/ops/madvise.cpp
  "const bool marks = k.config.rules.guard_marks_vma;" "const bool marks = false;"
  Rules.TheMarkOfAGuardRegionSticks NOT_BY_CHECK)
rmapcheck_mutant(ksmd_never_sleeps model/ops/ksmd.cpp
  "    if (c.k.config.run != 1) return {};" ""
  Rules.KsmdSleepsUnlessRunIsOne NOT_BY_CHECK)
rmapcheck_mutant(reclaim_takes_what_is_mlocked model/rmap.cpp
  "const bool unevictable = mlocked(k, folio);" "const bool unevictable = false;"
  Rules.AMlockedPageIsNotReclaimed NOT_BY_CHECK)
# Pieces of mends, by the names of model/mends.h. `check` follows the kernel as it is.
rmapcheck_mutant(unshare_always_only_where_mergeable model/ops/mremap.cpp
  "if (!mergeable && !mends.unshare_always) return;" "if (!mergeable) return;"
  Mends.MremapUnsharesWhatNobodyMerges NOT_BY_CHECK)
rmapcheck_mutant(refresh_met_item_never model/ksm_merge.cpp
  "if (k.config.mends.refresh_met_item)" "if (false)"
  Mends.AMetItemIsRefreshed NOT_BY_CHECK)
rmapcheck_mutant(root_anon_vma_never model/ksm_items.cpp
  "by_root ? k.anon_vmas[v.anon_vma].root : v.anon_vma" "v.anon_vma"
  Mends.AnUpgradedPagesItemHoldsTheRoot NOT_BY_CHECK)
rmapcheck_mutant(item_at_swap_in_never model/fault.cpp
  "ksm && k.config.mends.item_at_swap_in" "false"
  Mends.SwapInMakesAnItem NOT_BY_CHECK)
rmapcheck_mutant(copy_at_swap_in_never model/fault.cpp
  "(mends.copy_at_swap_in || " "("
  Mends.SwapInCopies NOT_BY_CHECK)
rmapcheck_mutant(copy_where_not_mergeable_everywhere model/fault.cpp
  "mends.copy_where_not_mergeable && !(v.flags & VM_MERGEABLE)" "mends.copy_where_not_mergeable"
  Mends.SwapInCopiesWhereNobodyMerges NOT_BY_CHECK)
rmapcheck_mutant(reset_reaped_head_never model/ksm_items.cpp
  "if (k.config.mends.reset_reaped_head) {" "if (false) {"
  Mends.AReapedNodeIsForgotten NOT_BY_CHECK)
rmapcheck_mutant(read_back_swap_never model/ops/mremap.cpp
  "if (mends.read_back_swap)" "if (false)"
  Mends.MremapReadsSwappedKsmPagesBack NOT_BY_CHECK)
rmapcheck_mutant(count_migration_never model/rmap.cpp
  "if (k.config.mends.count_migration)" "if (false)"
  Mends.MigrationEntriesAreCounted NOT_BY_CHECK)
rmapcheck_mutant(nothing_mapped_is_enough model/rmap.cpp
  " && (w.mapped || !k.config.drive.counts_own_places)" ""
  Mends.WhatNothingMapsIsAskedEverything NOT_BY_CHECK)
rmapcheck_mutant(leave_leads_again_and_again model/ksm_items.cpp
  "        if (i != id && k.items[i].anon_vma" "        if (false && k.items[i].anon_vma"
  Mends.AnItemThatGoesLeavesItsLead NOT_BY_CHECK)
rmapcheck_mutant(upgrade_alone_never model/ksm_merge.cpp
  "!kfolio && k.config.mends.upgrade_alone" "false"
  Mends.OnlyALonePageIsUpgraded NOT_BY_CHECK)
rmapcheck_mutant(unshare_at_fork_never model/process.cpp
  "!k.config.mends.unshare_at_fork || " "true || "
  Mends.ForkCopiesKsmPages NOT_BY_CHECK)
# What the walks of ordinary pages rest on, and what is kept for those that would do it otherwise.
rmapcheck_mutant(a_page_has_its_address_for_an_index model/fault.cpp
  "make_anon_folio(k, v.anon_vma, linear_page_index(v.range, page), byte, true)"
  "make_anon_folio(k, v.anon_vma, anonymous_pgoff(page), byte, true)"
  Rules.APageHasTheIndexThatItsVmaGivesIt --strategy anon-index)
rmapcheck_mutant(a_swapped_in_page_belongs_to_its_reader model/fault.cpp
  "        set_anon_vma(k, folio, k.anon_vmas[own].root); // __folio_set_anon(): not this VMA's own" "        {}"
  Rules.ASwappedInPageBelongsToTheRoot --strategy anon-index)
rmapcheck_mutant(a_page_forgets_who_mapped_it_first model/fault.cpp
  "        folio = make_anon_folio(k, own, index, k.swaps[swap].byte, false);
        note_first(k, folio, vma);"
  "        folio = make_anon_folio(k, own, index, k.swaps[swap].byte, false);"
  Rules.APageRemembersTheVmaThatMappedItFirst NOT_BY_CHECK)
rmapcheck_mutant(a_page_forgets_its_only_writer model/fault.cpp
  "            note_first(k, id, vma);" ""
  Rules.APageRemembersItsOnlyWriter NOT_BY_CHECK)
rmapcheck_mutant(every_link_is_of_a_write model/anon_vma.cpp
  "    avc.linked = why;" ""
  Rules.ALinkKnowsHowItCame NOT_BY_CHECK)
rmapcheck_mutant(what_grew_was_always_so model/anon_vma.cpp
  "        avc.narrowest = {std::max(" "        if (false) avc.narrowest = {std::max("
  Rules.AVmaThatGrewKnowsWhatItAlwaysHeld NOT_BY_CHECK)
rmapcheck_mutant(a_fork_is_not_remembered model/anon_vma.cpp
  "    k.anon_vmas[k.vmas[parent].anon_vma].forked = true;" ""
  Rules.AnAnonVmaKnowsThatItsVmaWasForked NOT_BY_CHECK)
rmapcheck_mutant(a_place_below_a_stack_is_chosen model/address_space.cpp
  "return !above || vm_start_gap(k, k.vmas[above]) >= end" "return !above || k.vmas[above].range.start >= end"
  Rules.NothingIsPutBelowAStackUnasked NOT_BY_CHECK)
# Files.
rmapcheck_mutant(a_file_is_in_its_tree_by_the_other_offset model/file.cpp
  "return interval(by_vm_pgoff(v.range));" "return interval(v.range);"
  Files.AMoveTakesEntriesAndOffsetsAlong)
rmapcheck_mutant(a_file_keeps_the_interval_of_a_vma_that_was_cut model/file.cpp
  "    k.file_links[id].offsets = offsets_in_file(k.vmas[vma]);" ""
  Files.WhatIsCutOffIsNoLongerInIMmap)
rmapcheck_mutant(shared_memory_is_copied_at_a_write model/fault.cpp
  "(access == Access::read || (v.flags & VM_SHARED))" "access == Access::read"
  Files.AStoreToSharedMemoryIsSeenThroughEveryMapping)
rmapcheck_mutant(a_copy_begins_with_zeros model/fault.cpp
  "there ? k.folios[there].byte : std::uint8_t{0}" "std::uint8_t{0}"
  Files.ACopyBeginsWithWhatTheFileHolds NOT_BY_CHECK)
rmapcheck_mutant(a_copy_asks_the_file_first model/fault.cpp
  "    anon_vma_prepare(k, vma);
    const Vma& v = k.vmas[vma];
    const Id<File> file" "    const Vma& v = k.vmas[vma];
    const Id<File> file"
  Files.BeyondTheEndIsNothing NOT_BY_CHECK)
rmapcheck_mutant(a_file_has_no_end model/file.cpp
  "    if (index >= k.files[file].end) return {};" ""
  Files.BeyondTheEndIsNothing --about-files)
rmapcheck_mutant(what_is_written_goes_with_its_mappings model/page_table.cpp
  "        if (f.byte) return; // the page cache holds it" ""
  Files.WhatIsWrittenOutlivesItsMappings NOT_BY_CHECK)
rmapcheck_mutant(fork_copies_shared_memory model/process.cpp
  "return v.anon_vma || (v.flags & VM_MAYBE_GUARD);" "return v.anon_vma || (v.flags & (VM_MAYBE_GUARD | VM_SHARED));"
  Files.ForkLeavesSharedMemoryToBeFaultedIn --about-files)
rmapcheck_mutant(a_child_is_last_in_i_mmap model/address_space.cpp
  "    link_file(k, id, parent);" "    link_file(k, id);"
  Files.AChildIsBehindItsParentInIMmap NOT_BY_CHECK)
rmapcheck_mutant(truncation_leaves_copies model/file.cpp
  "gone, Copies::go" "gone, Copies::stay"
  Files.TruncationTakesCopiesToo --about-files)
rmapcheck_mutant(truncation_takes_guard_markers model/file.cpp
  "p.kind == Pte::Kind::guard || (copies" "(copies"
  Files.TruncationLeavesGuardMarkers NOT_BY_CHECK)
rmapcheck_mutant(what_was_truncated_comes_back model/file.cpp
  "    drop_pages(k, file, gone);" ""
  Files.WhatWasTruncatedComesBackAsZeros --about-files)
rmapcheck_mutant(a_hole_takes_copies model/file.cpp
  "pages, Copies::stay" "pages, Copies::go"
  Files.AHoleLeavesCopies --about-files)
rmapcheck_mutant(a_hole_leaves_zero_pages model/file.cpp
  "case Pte::Kind::ksm_zero: return true;" "case Pte::Kind::ksm_zero: return false;"
  Files.AHoleTakesZeroPagesOfKsm NOT_BY_CHECK)
rmapcheck_mutant(a_hole_leaves_pages model/file.cpp
  "    drop_pages(k, file, pages);" ""
  Files.AHoleLeavesCopies --about-files)
rmapcheck_mutant(private_memory_is_duplicated model/ops/mremap.cpp
  "if (!r.old_len && !(k.vmas[vma].flags & (VM_SHARED | VM_MAYSHARE)))" "if (false)"
  Files.MremapWithoutALengthDuplicatesSharedMemory NOT_BY_CHECK)
rmapcheck_mutant(a_duplicate_cuts_its_source model/ops/mremap.cpp
  "    else if (m.old_len)" "    else"
  Files.MremapWithoutALengthDuplicatesSharedMemory NOT_BY_CHECK)
rmapcheck_mutant(shared_memory_is_mergeable model/ops/madvise.cpp
  "        if (ksm_compatible(v.flags)) flags" "        flags"
  Files.KsmLeavesSharedMemoryAlone --about-files)
rmapcheck_mutant(new_shared_memory_is_mergeable model/ksm_slots.cpp
  "    if (!ksm_compatible(flags)) return flags;" ""
  Files.KsmLeavesSharedMemoryAlone --about-files)
rmapcheck_mutant(ksmd_takes_pages_of_files model/ksm_scan.cpp
  " || k.folios[p.folio].mapping == Folio::Mapping::file) continue;" ") continue;"
  Files.KsmdPassesFilePagesOfAPrivateMappingBy NOT_BY_CHECK)
rmapcheck_mutant(shared_memory_is_accounted model/ops/mmap.cpp
  "(flags & (VM_WRITE | VM_SHARED)) == VM_WRITE" "flags & VM_WRITE"
  Files.SharedMemoryIsNotAccounted NOT_BY_CHECK)
rmapcheck_mutant(all_flags_are_valid model/ops/mmap.cpp
  "type == map_shared_validate && (op.flags.v & ~legacy)" "false"
  Files.ValidatedFlagsAreKnownOnes NOT_BY_CHECK)
rmapcheck_mutant(reclaim_swaps_pages_of_files model/rmap.cpp
  "    if (!is_of_file(k, folio)) add_to_swap_cache(k, folio);" "    add_to_swap_cache(k, folio);"
  Files.ReclaimTakesEveryEntryAndLeavesThePage NOT_BY_CHECK)
rmapcheck_mutant(migration_forgets_the_page_cache model/rmap.cpp
  "    if (moved.file) enter_page_cache(k, m.to);" ""
  Files.MigrationReplacesThePageInItsCache)
rmapcheck_mutant(a_walk_of_a_file_in_flight_holds_nothing model/flight.cpp
  "if (w && w->file == file)" "if (false)"
  Files.AWalkInFlightHoldsIMmap NOT_BY_CHECK)
