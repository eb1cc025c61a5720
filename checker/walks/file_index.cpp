// file-index: the page's index in the i_mmap of its file.
//
// The idea: folio->mapping names a file, folio->index a page of it. Every VMA of the file, shared or private, is in its
// i_mmap by vm_pgoff. Ask that tree for the one index, and look in each VMA where vm_pgoff says that it has it.
//
// Origin: rmap_walk_file(); an interval tree since 2012 (6b2dbba8b6ac), by vm_pgoff as ever, also beside the second
// offset of 7.3 (mapping_rmap_tree_foreach(), vma_filebacked_address()).
//
// For: a VMA enters i_mmap when it is made, whoever makes it, and vm_pgoff says of each of its pages which of the
// file's it is: no operation moves an entry to where that would not hold.
// Against: all of a file's users are visited, also those that never touched the page. A library that a thousand
// processes have mapped is looked at in a thousand VMAs.
#include "checker/walks/walks.h"

namespace checker::inline walks {

Strategy file_index() {
    return {.name = "file-index",
            .idea = "folio->index in the i_mmap of folio->mapping",
            .origin = "rmap_walk_file() of 6.12 to 7.3",
            .kind = &file_backed,
            .asks = {index_in_file},
            .bound = {at_index_in_file},
            .facts = {Fact::memory},
            .claim = Claim::exact,
            .known = "the kernel's own; was never found to miss an entry",
            .theorem = "file-index"};
}

} // namespace checker::inline walks
