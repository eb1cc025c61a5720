// From the values of a refutation to a trace that plays it. Each function is one story; the solver chooses the numbers.
//
// A story comes with the condition under which its numbers can be played: ranges of a few pages, at addresses that a
// process can have, far enough from what else the story maps.
#pragma once

#include "properties/proofs/inductive.h"

namespace properties::proofs::scripts {

struct Story {
    Formula (*playable)(const Pair& before, const Case& step);
    std::string (*trace)(const Values&);
};

// A swap entry of the KSM page moves to an address whose item recorded another index, and is swapped in there.
Story arrives();
// The swap entry of an item's page moves to an address without an item.
Story leaves();
// Written pages move before they are merged; a private file page is merged.
Story merged_after_a_move();
Story merged_of_a_file();
// A page shared by fork is merged where it was moved to, and the child has no item.
Story shared_after_a_move();
// A page shared by fork is merged, and the child has it in a shorter VMA.
Story shared_in_a_shorter_vma();
// A page shared by fork is merged, and the child has it at another address.
Story shared_elsewhere();
// A fork's entry without an item of its own stays, while the parent's item at that address is recorded anew: for a page
// that was moved there, or for one that is in its own place.
Story recorded_anew_moved();
Story recorded_anew_in_place();
// The item of a fork's moved page is freed while the page is swapped out; only the parent's item is left.
Story heir();
// The item is freed while its page is swapped out; or every item is, while a fork outside of VM_MERGEABLE VMAs maps the
// page.
Story dropped();
Story knob_removes();

// The VMA is cut between its first page and the page, by the operation named.
Story cut_by(const std::string& operation);
// A part of the VMA joins a neighbour, which leaves the page above the cut.
Story lower_part_joins(const std::string& operation);
Story upper_part_joins(const std::string& operation);
// The VMA becomes part of its lower neighbour.
Story absorbed_by(const std::string& operation);
// The item's process exits, and its fork stays.
Story item_process_exits();
// The item remembers a VMA that no longer holds its page, and MREMAP_DONTUNMAP empties that VMA.
Story remembered_vma_emptied();

// Of mends. A page that a parent shares is merged for its child.
Story upgraded_for_a_parent();
// A parent's item is freed, and ksmd has not come to the child yet.
Story item_of_a_parent_goes();
// A swap entry comes back whose item is gone; in a VMA that is not mergeable.
Story swapped_in_without_item();
Story swapped_in_out_of_reach();
// An entry that only an item with another index leads to. Of a page `a`, and no pair.
Story found_by_another_item();
// A page number that a story can be played at.
Formula ordinary_page(const Int& page);

} // namespace properties::proofs::scripts
