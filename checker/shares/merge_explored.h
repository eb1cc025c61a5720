// Documents of `explore --shard I/N`, put together.
//
// The levels before the last are the same in all shares; of the last, each share has expanded its part. The states that
// they met there are told apart by their fingerprints, so that a state which two shares met counts once; of the
// sequences that refute a strategy the one at the least place counts, which a single search would have taken.
#pragma once

#include "checker/shares/merge.h"

namespace checker::inline shares {

bool is_explored(const nlohmann::json& document);
// What one search of all of it would have printed, but for what it cost: seconds and bytes, which are sums. Throws
// BadInput where a share is missing, is there twice, or belongs to another search; CannotTell if one was not finished.
nlohmann::json merged_explored(const std::vector<ShardDocument>& shares);
// Does it end with a disagreement, as the search that printed the shares would say it?
bool disagrees(const nlohmann::json& document, const std::vector<ShardDocument>& shares);

} // namespace checker::inline shares
