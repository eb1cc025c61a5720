// file-anon-address: the right tree, and then the wrong offset.
//
// The idea: none. i_mmap gives the VMAs that hold the index by vm_pgoff, and the place in each is computed from the
// anonymous offset: vma_anon_address() called in the place of vma_filebacked_address().
//
// Origin: vma_address(), which 7.3 made two of.
//
// For: both take a VMA and an index, and neither can know of what the index is.
// Against: the address is outside of the VMA, or is another page's.
#include "checker/walks/walks.h"

namespace checker::inline walks {

Strategy file_anon_address() {
    return {.name = "file-anon-address",
            .idea = "folio->index in i_mmap, and looked at where the anonymous offset has it",
            .origin = "vma_address() of 7.3, mistaken for the other one",
            .kind = &file_backed,
            .of_file = {.place = FileSpot::by_anon_pgoff},
            .asks = {{.words = "`folio->index` in the i_mmap of `folio->mapping`, at `vma_anon_address()`"}},
            .bound = {at_index_in_file},
            .facts = {Fact::memory},
            .refuted_under = [](const model::Rules& rules) { return rules.separate_anon_pgoff; },
            .known = "loses every mapping of a file that is not at its own page number, since 7.3"};
}

} // namespace checker::inline walks
