// What a call may change, said from outside of the model: by looking at the machine before and after it.
#pragma once

#include "checker/search/property.h"

namespace properties {

// Which operations each of the properties below is about.
bool changes_address_space(const model::Operation& op);
bool leaves_items_alone(const model::Operation& op);
bool reads(const model::Operation& op);
bool moves(const model::Operation& op);

// A call changes the flags, the file and the linear index of pages inside its range only.
std::optional<std::string> nothing_elsewhere(const checker::Moment& m);
// alloc_rmap_item() and stable_tree_append() are ksmd's; free_rmap_item() is ksmd's and exit's.
std::optional<std::string> items_stay(const checker::Moment& m);
// ksm_might_need_to_copy(): a KSM page of the swap cache is mapped as it is, until KSM is switched off by writing 2.
std::optional<std::string> ksm_page_swapped_in_as_it_is(const checker::Moment& m);
// prep_move_vma(): what leaves a mergeable VMA arrives unshared.
std::optional<std::string> moved_pages_are_unshared(const checker::Moment& m);

} // namespace properties
