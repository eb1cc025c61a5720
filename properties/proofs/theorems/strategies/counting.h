// What walks that count rest on: mapcount is the number of entries that map the page.
#pragma once

#include "properties/proofs/theorem.h"

namespace properties::proofs::theorems {

// The number of entries is counted, and there are not fewer than none.
Formula counted(const Int& count, const Int& of);
// That mapcount is it, of a page that nothing maps and of every operation.
std::vector<Query> mapcount_is_counted(const std::string& theorem);

} // namespace properties::proofs::theorems
