#include "properties/proofs/theorems/mends/list.h"

#include <array>

namespace properties::proofs::theorems {

std::span<const Theorem* const> mends() {
    static const std::array list{&fall_back(), &leads(), &copies(), &own_items()};
    return list;
}

} // namespace properties::proofs::theorems
