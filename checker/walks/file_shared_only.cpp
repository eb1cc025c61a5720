// file-shared-only: i_mmap holds what is mapped shared.
//
// The idea: a private mapping has pages of its own, so the file need not know of it.
//
// Origin: the two lists of Linux 2.4 and 2.5 (i_mmap and i_mmap_shared), of which one would be left.
//
// For: every page that a process wrote to a private mapping is anonymous, and has an anon_vma.
// Against: what it only reads is the file's: programs and libraries are mapped privately.
#include "checker/walks/walks.h"

namespace checker::inline walks {

Strategy file_shared_only() {
    return {.name = "file-shared-only",
            .idea = "private mappings are not in i_mmap",
            .origin = "the two lists of Linux 2.4, of which one is left",
            .kind = &file_backed,
            .of_file = {.holds_private = false},
            .asks = {{.words = "`folio->index` in the i_mmap of `folio->mapping`, without private mappings"}},
            .bound = {at_index_in_file},
            .facts = {Fact::memory},
            .known = "loses pages that are read through a private mapping"};
}

} // namespace checker::inline walks
