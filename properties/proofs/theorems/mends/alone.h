// Sets with upgrade-alone and unshare-at-fork: every entry has been merged by ksmd, where it is, and has its own item.
#pragma once

#include "properties/proofs/theorems/mends/list.h"

namespace properties::proofs::theorems {

Formula has_its_own_item(const Pair& p);
// The same, but for whose process the item is of: what holds without unshare-at-fork.
Formula has_an_item_there(const Pair& p);

// What both need these two pieces for.
std::vector<LeftOut> alone_needs();

} // namespace properties::proofs::theorems
