# THE list of mutations of the shared arithmetic: a name, a text of model/arithmetic/pgoff.h that occurs once, and what it is
# replaced by. Each makes a copy of the header in the build directory, with which the arithmetic theorems are compiled
# once more; one of them must fail (mutations_test.cpp).
rmapcheck_mutation(vma_pages
  "{ return r.end - r.start; }"
  "{ return r.end - r.start + PagesOf<N>{N(1)}; }")
rmapcheck_mutation(contains_the_page_behind
  "page.n < r.end.n"
  "page.n <= r.end.n")
rmapcheck_mutation(contains_not_the_first_page
  "page.n >= r.start.n"
  "page.n > r.start.n")
rmapcheck_mutation(linear_page_index_is_vm_pgoff
  "return r.pgoff + (page - r.start);"
  "return r.pgoff;")
rmapcheck_mutation(linear_page_index_is_the_address
  "return r.pgoff + (page - r.start);"
  "return {page.n};")
rmapcheck_mutation(vma_address_ignores_vm_pgoff
  "return r.start + (pgoff - r.pgoff);"
  "return r.start + PagesOf<N>{pgoff.n};")
rmapcheck_mutation(interval_one_too_long
  "vma_pages(r) - PagesOf<N>{N(1)}};"
  "vma_pages(r)};")
rmapcheck_mutation(interval_contains_not_its_last
  "pgoff.n <= i.last.n"
  "pgoff.n < i.last.n")
rmapcheck_mutation(interval_contains_not_its_first
  "i.first.n <= pgoff.n"
  "i.first.n < pgoff.n")
rmapcheck_mutation(meets_not_at_the_end
  "a.first.n <= b.last.n"
  "a.first.n < b.last.n")
rmapcheck_mutation(split_below_one_short
  "return {r.start, at, r.pgoff, r.to_vm_pgoff};"
  "return {r.start, at - PagesOf<N>{N(1)}, r.pgoff, r.to_vm_pgoff};")
rmapcheck_mutation(split_above_keeps_the_offset
  "return {at, r.end, r.pgoff + (at - r.start), r.to_vm_pgoff};"
  "return {at, r.end, r.pgoff, r.to_vm_pgoff};")
rmapcheck_mutation(neighbours_by_address_only
  "&& (left.pgoff + vma_pages(left)).n == right.pgoff.n"
  "")
rmapcheck_mutation(neighbours_by_offset_only
  "left.end.n == right.start.n &&"
  "")
rmapcheck_mutation(grow_up_moves_the_offset
  "return {r.start, end, r.pgoff, r.to_vm_pgoff};"
  "return {r.start, end, r.pgoff + (end - r.end), r.to_vm_pgoff};")
rmapcheck_mutation(grow_down_keeps_the_offset
  "return {start, r.end, r.pgoff - (r.start - start), r.to_vm_pgoff};"
  "return {start, r.end, r.pgoff, r.to_vm_pgoff};")
rmapcheck_mutation(shrink_below_keeps_the_offset
  "return split_above(r, start);"
  "return {start, r.end, r.pgoff};")
rmapcheck_mutation(shrink_above_is_off_by_one
  "return split_below(r, end); }"
  "return split_below(r, end - PagesOf<N>{N(1)}); }")
rmapcheck_mutation(move_faulted_takes_the_new_place
  "return {to, to + pages, linear_page_index(source, from), source.to_vm_pgoff};"
  "return {to, to + pages, PgoffOf<N>{to.n}, source.to_vm_pgoff};")
rmapcheck_mutation(move_faulted_takes_vm_pgoff
  "linear_page_index(source, from), "
  "source.pgoff, ")
rmapcheck_mutation(anonymous_pgoff_off_by_one
  "{ return {start.n}; }"
  "{ return {start.n + N(1)}; }")
rmapcheck_mutation(move_unfaulted_one_too_long
  "return at_home(to, to + pages);"
  "return at_home(to, to + pages + PagesOf<N>{N(1)});")
rmapcheck_mutation(move_unfaulted_at_offset_0
  "return {start, end, anonymous_pgoff(start), {N(0)}};"
  "return {start, end, PgoffOf<N>{N(0)}, {N(0)}};")
rmapcheck_mutation(split_below_forgets_the_file
  "return {r.start, at, r.pgoff, r.to_vm_pgoff};"
  "return {r.start, at, r.pgoff};")
rmapcheck_mutation(split_above_forgets_the_file
  "return {at, r.end, r.pgoff + (at - r.start), r.to_vm_pgoff};"
  "return {at, r.end, r.pgoff + (at - r.start)};")
rmapcheck_mutation(split_above_moves_the_anonymous_offset_alone
  "return {at, r.end, r.pgoff + (at - r.start), r.to_vm_pgoff};"
  "return {at, r.end, r.pgoff + (at - r.start), r.to_vm_pgoff - (at - r.start)};")
rmapcheck_mutation(grow_up_forgets_the_file
  "return {r.start, end, r.pgoff, r.to_vm_pgoff};"
  "return {r.start, end, r.pgoff};")
rmapcheck_mutation(grow_down_forgets_the_file
  "return {start, r.end, r.pgoff - (r.start - start), r.to_vm_pgoff};"
  "return {start, r.end, r.pgoff - (r.start - start)};")
rmapcheck_mutation(part_of_forgets_the_file
  "return {start, end, linear_page_index(r, start), r.to_vm_pgoff};"
  "return {start, end, linear_page_index(r, start)};")
rmapcheck_mutation(move_faulted_forgets_the_file
  "linear_page_index(source, from), source.to_vm_pgoff};"
  "linear_page_index(source, from)};")
rmapcheck_mutation(move_of_a_file_stays_at_the_first_page
  "vm_pgoff(source) + (from - source.start)"
  "vm_pgoff(source)")
rmapcheck_mutation(neighbours_by_one_offset
  " &&
           left.to_vm_pgoff.n == right.to_vm_pgoff.n;"
  ";")
rmapcheck_mutation(vm_pgoff_is_the_anonymous_offset
  "{ return r.pgoff + r.to_vm_pgoff; }"
  "{ return r.pgoff; }")
rmapcheck_mutation(by_vm_pgoff_counts_twice
  "return {r.start, r.end, vm_pgoff(r), {N(0)}};"
  "return {r.start, r.end, vm_pgoff(r), r.to_vm_pgoff};")
