// What must hold of every machine between two operations. A state that breaks one is a defect of the model.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/kernel.h"

namespace model {

struct Invariant {
    std::string_view name;
    std::string_view sentence;
    // What is wrong, or nothing.
    std::optional<std::string> (*broken)(const Kernel&);
};

// THE list.
std::span<const Invariant> invariants();

// The first invariant that the machine breaks, as "name: what is wrong".
std::optional<std::string> first_broken_invariant(const Kernel& k);

} // namespace model
