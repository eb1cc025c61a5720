// What a kernel might do otherwise so that no walk of a KSM page loses an entry: THE list of such pieces, apart from
// the walk itself (checker/walks/tree_hit.cpp). Of each: what it changes, and what speaks for and against it; what they
// reach together is computed (checker/mend).
//
// Each set of pieces is a machine of its own. It differs from the kernel's in what it does, and in nothing else: two
// machines that have come to the same state have the same canonical form. To add one: a field, its name below, what it
// does, its row in docs/kernel-map.md, a mutant.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace model {

struct Mends {
    // mremap unshares the KSM pages that it is about to move whether or not their VMA is mergeable (prep_move_vma()).
    // For: an item's address is then the address of whatever was merged there, and a migration is waited for.
    // Against: a page of a process that never asked for KSM is copied for being moved; swap entries are not seen, and
    // a page that was moved before ksmd merged it is not helped.
    bool unshare_always = false;

    // Where ksmd meets the item of a page that is in its place already, it records index and anon_vma anew
    // (cmp_and_merge_page(), "head == node").
    // For: what came back to the address under another index is found after the next scan.
    // Against: only after it; only where ksmd comes by; and a relative's entry that depended on the old record is lost.
    bool refresh_met_item = false;

    // The item that is made by upgrading a shared page holds the root of the VMA's anon_vma
    // (try_to_merge_with_ksm_page()).
    // For: the page's sharers are older relatives too, and the tree of the root has them all.
    // Against: the tree of the root has every relative's VMAs, and a walk may take them all.
    bool root_anon_vma = false;

    // A KSM page that comes back from the swap cache into a mergeable VMA gets an item (do_swap_page()).
    // For: it stays shared and is found at once.
    // Against: a fault waits for ksm_thread_mutex. Elsewhere an item would be freed by the next pass.
    bool item_at_swap_in = false;

    // A KSM page of the swap cache is copied for whoever wants it back (ksm_might_need_to_copy()).
    // For: one condition; nothing is mapped that ksmd did not merge.
    // Against: what was shared before it was swapped out is shared again only after two passes.
    bool copy_at_swap_in = false;

    // The same, only where the VMA is not mergeable, so that ksmd would never come by.
    bool copy_where_not_mergeable = false;

    // An item whose node is reaped forgets it (remove_node_from_stable_tree()).
    // For: the next node at this address of the slab is not taken for it, which leaves an item listed nowhere.
    // Against: nothing. The model gives every node a name of its own, so that no walk can tell.
    bool reset_reaped_head = false;

    // mremap reads the swap entries of KSM pages back, as pages of their own, before it moves them.
    // For: no KSM page comes back at an address, or under an index, that it never had.
    // Against: a lookup in the swap cache for each swap entry that is moved, and pages that nobody asked for.
    bool read_back_swap = false;

    // A walk that counts what it has found counts the migration entries of a page that nothing maps: between the two
    // walks of a migration the mapcount is 0 (remove_migration_ptes()).
    // For: what each migration puts back need not be looked for everywhere, as a walk must that has nothing to count.
    // Against: the count has to be kept from the first walk to the second.
    bool count_migration = false;

    // An item that leaves the list of a page that lives leaves its lead there, anon_vma and index, unless another item
    // has both (remove_rmap_item_from_tree()). A lead goes with its stable node.
    // For: index and root of an entry never change while it maps the page, wherever it is moved, whoever inherits it.
    // Against: memory that lives as long as the page, and a walk of every lead.
    bool leave_leads = false;

    // ksmd makes a KSM page only of a page that one entry maps and that no swap entry names
    // (try_to_merge_one_page()).
    // For: no sharer becomes a mapping of a KSM page without an item.
    // Against: what fork shares is not merged before it is written, or meets a KSM page of the same content.
    bool upgrade_alone = false;

    // fork gives the child a copy of a KSM page (copy_present_pte()), and waits for one that migrates.
    // For: every mapping has been merged by ksmd, so that each has an item.
    // Against: what KSM saved is spent at each fork, until ksmd has come by twice.
    bool unshare_at_fork = false;

    friend auto operator<=>(const Mends&, const Mends&) = default;
};

struct MendName {
    std::string_view name; // on a command line
    bool Mends::*field;
    std::string_view idea; // one line
};
inline constexpr MendName mend_names[] = {
    {"unshare-always", &Mends::unshare_always, "mremap unshares KSM pages in every VMA"},
    {"refresh-met-item", &Mends::refresh_met_item, "ksmd records anew what it finds in its place"},
    {"root-anon-vma", &Mends::root_anon_vma, "an upgraded shared page's item holds the root anon_vma"},
    {"item-at-swap-in", &Mends::item_at_swap_in, "a KSM page that is swapped in gets an rmap_item"},
    {"copy-at-swap-in", &Mends::copy_at_swap_in, "a KSM page that is swapped in is copied"},
    {"copy-where-not-mergeable", &Mends::copy_where_not_mergeable, "the same where the VMA is not mergeable"},
    {"reset-reaped-head", &Mends::reset_reaped_head, "the items of a reaped node forget it"},
    {"read-back-swap", &Mends::read_back_swap, "mremap reads swap entries of KSM pages back first"},
    {"count-migration", &Mends::count_migration, "a walk that counts counts migration entries"},
    {"leave-leads", &Mends::leave_leads, "an unlisted rmap_item leaves anon_vma and index"},
    {"upgrade-alone", &Mends::upgrade_alone, "only a page with one mapping becomes a KSM page"},
    {"unshare-at-fork", &Mends::unshare_at_fork, "fork copies KSM pages"},
};
static_assert(sizeof(Mends) == std::size(mend_names), "every piece has a name");

// Null if there is none.
const MendName* find_mend(std::string_view name);
// Their names with commas between them, in the order of the list; empty: none.
std::string to_text(const Mends& mends);
// A command's words, and those that ask for these pieces.
std::vector<std::string> with_mends(std::vector<std::string> words, const Mends& mends);

} // namespace model
