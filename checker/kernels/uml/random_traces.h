// Random sequences that a guest can play, made on the model (checker/search/random/generate.h).
#pragma once

#include <cstdint>
#include <vector>

#include "model/config.h"
#include "model/trace/trace.h"

namespace checker::kernels::uml {

// `count` traces of `length` operations; the same seed gives the same traces. Each walks one of its KSM pages now and
// then: where a trace walks, a guest is looked at. The path of a trace says seed and number.
std::vector<model::Trace> random_traces(const model::Config& config, std::uint64_t seed, std::size_t count,
                                        std::uint32_t length = 60);

} // namespace checker::kernels::uml
