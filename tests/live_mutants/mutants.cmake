# THE list of mistakes that a random campaign on the running kernel must find: name, options of `rmapcheck replay
# --random` (where the mistake needs no scans, leaving them out is faster), file, what stands there once, and what stands
# there in the mutant; no entry has a line break in it. To add one: a line here.
rmapcheck_live_mutant(split_keeps_pgoff "--without-ksm" model/address_space.cpp
  "above = split_above(whole, at)" "above = Range{at, whole.end, whole.pgoff}")
rmapcheck_live_mutant(merge_ignores_anon_vma "--without-ksm" model/merge.cpp
  "return t.anon_vma == r.anon_vma;" "return true;")
rmapcheck_live_mutant(merge_ignores_flags "--without-ksm" model/merge.cpp
  "!((k.vmas[target].flags ^ r.flags) & ~VM_STICKY) && " "")
rmapcheck_live_mutant(fork_reuses_an_anon_vma_too_often "--without-ksm" model/anon_vma.cpp
  "a.num_children < 2" "a.num_children < 3")
rmapcheck_live_mutant(fork_drops_mergeable "" model/process.cpp
  "v.flags & ~std::uint64_t{VM_LOCKED}" "v.flags & ~std::uint64_t{VM_LOCKED | VM_MERGEABLE}")
rmapcheck_live_mutant(fork_forgets_zero_pages "" model/ksm_slots.cpp
  "k.mms[child].ksm_zero_pages = k.mms[parent].ksm_zero_pages;" "")
rmapcheck_live_mutant(mremap_keeps_pages_merged "" model/ops/mremap.cpp
  "unmerge_ksm_pages(k, vma, from, from_end).copied" "0")
rmapcheck_live_mutant(move_of_unwritten_keeps_pgoff "--without-ksm" model/ops/mremap.cpp
  "if (v.file < 0) return move_unfaulted(to, pages);" "if (v.file < 0) return move_faulted(v.range, from, to, pages);")
rmapcheck_live_mutant(unmergeable_leaves_pages "" model/ops/madvise.cpp
  "unmerge_ksm_pages(k, vma, start, end);" "{}")
rmapcheck_live_mutant(mprotect_wrong_error "--without-ksm" model/ops/mprotect.cpp
  "if (!first) return Errno::enomem;" "if (!first) return Errno::efault;")
rmapcheck_live_mutant(heap_joins_what_ends_at_it "--without-ksm" model/ops/brk.cpp
  "> k.mms[mm].start_brk" ">= k.mms[mm].start_brk")
rmapcheck_live_mutant(one_more_page_sharing "" model/ksm_items.cpp
  "len + offset < static_cast" "len + offset <= static_cast")
rmapcheck_live_mutant(smart_scan_waits_longer "" model/ksm_scan.cpp
  "if (a < 3) return false;" "if (a < 4) return false;")
rmapcheck_live_mutant(dontunmap_keeps_anon_vma "--without-ksm" model/ops/mremap.cpp
  "unlink_anon_vmas(k, vma);" "{}")
