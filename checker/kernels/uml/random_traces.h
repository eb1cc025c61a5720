// Random sequences that a guest can play, made on the model (checker/search/random/generate.h).
#pragma once

#include <cstdint>
#include <vector>

#include "checker/search/shard.h"
#include "model/config.h"
#include "model/trace/trace.h"

namespace checker::kernels::uml {

// `count` traces of `length` operations, or the share of them of which traces before them are numbered so far; the same
// seed gives the same traces. Each walks one of its KSM pages now and then: where a trace walks, a guest is looked at.
// The path of a trace says seed and number.
std::vector<model::Trace> random_traces(const model::Config& config, std::uint64_t seed, std::size_t count,
                                        std::uint32_t length = 60, const Shard& shard = {}, std::size_t before = 0);

} // namespace checker::kernels::uml
