// Documents of the shares of one campaign, put together: what one run of all of it would have printed, but for what
// it cost: seconds, pages walked and tries.
#pragma once

#include <nlohmann/json.hpp>

#include <functional>
#include <string>
#include <vector>

#include "checker/search/shard.h"

namespace checker::inline shares {

// What was found, in an order that does not depend on where it was found first: of the rows of every list by their
// names (strategy and cause, or what else a row is known by).
nlohmann::json in_order(nlohmann::json document);

struct ShardDocument {
    std::string path;
    nlohmann::json json;
};
// Each share of the whole is there, and once. Throws BadInput.
void require_each_share(const std::vector<ShardDocument>& shards, const std::function<Shard(const ShardDocument&)>& of);
// Documents of `check --json`, one of each share. Of what several shares found the row of the lowest run counts. Throws
// BadInput where a share is missing, is there twice, or belongs to another campaign.
nlohmann::json merged(const std::vector<ShardDocument>& shards);

} // namespace checker::inline shares
