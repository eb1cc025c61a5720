# THE list of wrong rules: name, file, what stands there once, what stands there in the mutant, and the test that must
# fail. `rmapcheck check` must find each of them, too, under the rules that are named behind. To add one: a line here.
rmapcheck_mutant(split_forgets_vm_pgoff model/address_space.cpp
  "above = split_above(whole, at)" "above = Range{at, whole.end, whole.pgoff}"
  Rules.ASplitMovesVmPgoff)
rmapcheck_mutant(merge_ignores_the_anon_vma model/merge.cpp
  "    return t.anon_vma == r.anon_vma;" "    return true;"
  Rules.AMergeNeedsOneAnonVma)
rmapcheck_mutant(merge_ignores_flags model/merge.cpp
  "k.vmas[target].flags == r.flags && " ""
  Rules.AMergeNeedsEqualFlags)
rmapcheck_mutant(merge_ignores_offsets model/merge.cpp
  "n.prev && linear_neighbours(k.vmas[n.prev].range, r.range)" "n.prev && k.vmas[n.prev].range.end == r.range.start"
  Rules.AMergeNeedsOffsetsThatGoOn)
rmapcheck_mutant(fork_copies_rmap_items model/process.cpp
  "    ksm_fork(k, child, parent);"
  "    ksm_fork(k, child, parent);
    for (Id<RmapItem> i = k.mms[parent].items.first(k.items); i; i = k.mms[parent].items.next(k.items, i)) {
        RmapItem copy;
        copy.mm = child;
        copy.page = k.items[i].page;
        k.mms[child].items.insert(k.items, k.items.make(copy));
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
  "        unmerge_ksm_pages(k, vma, from, from_end);" "        {}"
  Rules.MremapUnsharesWhatItMoves)
rmapcheck_mutant(unmapping_keeps_the_mapcount model/page_table.cpp
  "--k.folios[p.folio].mapcount == 0" "k.folios[p.folio].mapcount == 0"
  Rules.UnmappingCounts)
rmapcheck_mutant(a_merge_does_not_hold_the_anon_vma model/ksm_items.cpp
  "    get_anon_vma(k, v.anon_vma);" ""
  Rules.AMergeHoldsTheAnonVma)
rmapcheck_mutant(dontunmap_unlocks_all model/ops/mremap.cpp
  "    if (locked && r.dontunmap() && k.config.rules.dontunmap_presplits_locked)" "    if (false)"
  Rules.DontunmapUnlocksOnlyWhatWasMoved --kernel-version 6.12)
