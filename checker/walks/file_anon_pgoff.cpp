// file-anon-pgoff: a tree that is keyed by the other offset.
//
// The idea: none. Since 7.3 a VMA has two page offsets, and two trees are keyed by one each: this is what happens where
// i_mmap is keyed by the one that is meant for anonymous pages, and is asked for a page of the file.
//
// Origin: the split of the offsets in 7.3 (mm/interval_tree.c defines both trees side by side).
//
// For: where a file is mapped at the address that is its own page number, as tests like to, both are one.
// Against: anywhere else the tree knows the VMA by its address. Until 7.2 there is one offset, and nothing is wrong.
#include "checker/walks/walks.h"

namespace checker::inline walks {

Strategy file_anon_pgoff() {
    return {.name = "file-anon-pgoff",
            .idea = "i_mmap is keyed by the anonymous offset, and asked for folio->index",
            .origin = "the offsets of 7.3, mistaken for each other",
            .kind = &file_backed,
            .of_file = {.key = FileKey::anon_pgoff},
            .asks = {{.words = "`folio->index` in the i_mmap of `folio->mapping`, keyed by the anonymous offset"}},
            .bound = {at_index_in_file},
            .facts = {Fact::memory},
            .refuted_under = [](const model::Rules& rules) { return rules.separate_anon_pgoff; },
            .known = "loses every mapping of a file that is not at its own page number, since 7.3"};
}

} // namespace checker::inline walks
