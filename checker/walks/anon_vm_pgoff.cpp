// anon-vm-pgoff: a tree that is keyed by the other offset.
//
// The idea: none. Since 7.3 a VMA has two page offsets, and two trees are keyed by one each: this is what happens where
// the anon_vma's tree is keyed by vm_pgoff, as it was before, and is asked for folio->index, which counts the other
// one.
//
// Origin: the split of the offsets in 7.3 (avc_start_pgoff(), mm/interval_tree.c).
//
// For: anonymous memory has one offset under both names, so that most tests pass.
// Against: a private mapping of a file is at its file page in one and at its page number in the other, and the pages
// that a process wrote there are lost. Until 7.2 there is one offset, and nothing is wrong.
#include "checker/walks/walks.h"

namespace checker::inline walks {

Strategy anon_vm_pgoff() {
    return {.name = "anon-vm-pgoff",
            .idea = "the tree is keyed by vm_pgoff, and asked for folio->index",
            .origin = "the offsets of 7.3, mistaken for each other",
            .kind = &anon,
            .of_folio = {.key = TreeKey::vm_pgoff},
            .asks = {{.words = "`folio->index` in `folio->mapping`, keyed by `vm_pgoff`"}},
            .bound = {at_folio_index},
            .layout = with_history,
            .facts = {Fact::memory, Fact::kin},
            .refuted_under = [](const model::Rules& rules) { return rules.separate_anon_pgoff; },
            .known = "loses written pages of private file mappings since 7.3",
            .theorem = "anon-vm-pgoff"};
}

} // namespace checker::inline walks
