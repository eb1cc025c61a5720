// Every operation of an exhaustive search: the product of the choices of its fields.
#pragma once

#include <functional>

#include "checker/facets/bounds.h"
#include "checker/facets/kinds.h"

namespace checker::inline facets {

bool explorable(std::size_t kind);
// Is it part of the default scope?
bool explored(std::size_t kind);
// Does it come once for each process? What a process does, and what the kernel does to a process.
bool comes_with_process(std::size_t kind);
// Every operation of this kind that makes sense, for this process; in a fixed order.
void each_choice(std::size_t kind, const Bounds& b, model::Pid about,
                 const std::function<void(const model::Operation&)>& emit);
// The operation of a search that stands for one whose contents are counted from 1, as minimizing does.
model::Operation as_choice(model::Operation op);
// Can it be played here by this process, and could it do what no other of its bounds does?
bool enabled(const model::Kernel& k, const Bounds& b, model::Id<model::Mm> mm, const model::Operation& op);

} // namespace checker::inline facets
