// The gate's tier `proof`: what Z3 says of each strategy.
#pragma once

#include "checker/gate/tier.h"

namespace properties {

checker::Tier proof_tier();

} // namespace properties
