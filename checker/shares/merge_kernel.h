// Documents of `gate --kernel --shard I/N`, put together: of the traces and random sequences, each share has played
// every N-th.
#pragma once

#include "checker/gate/verdict.h"
#include "checker/shares/merge.h"

namespace checker::inline shares {

bool is_of_a_kernel(const nlohmann::json& document);
// What one gate would have printed for all traces, but for what it cost: seconds, builds and guests, which are sums.
// Walks with thousands of VMAs are measured by the first share. Throws BadInput where a share is missing, is there
// twice, or belongs to another gate.
nlohmann::json merged_kernel(const std::vector<ShardDocument>& shares);
// What such a document says: verdict, and the reason for it.
Standing standing_in(const nlohmann::json& document);

} // namespace checker::inline shares
