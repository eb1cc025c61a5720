#include "checker/gate/verdict.h"

#include <algorithm>

namespace checker::inline gate {

Standing decide(const HeldTo& held, std::span<const Seen> seen) {
    const auto some_tier = [&](Seen s) { return std::ranges::find(seen, s) != seen.end(); };
    if (held.reference) return Standing::reference;
    if (seen.empty()) return Standing::not_asked;
    if (known_wrong(held)) {
        if (some_tier(Seen::refuted)) return Standing::refuted_as_known;
        return held.all_asked ? Standing::not_caught : Standing::cannot_tell;
    }
    if (some_tier(Seen::refuted)) return Standing::refuted;
    return some_tier(Seen::open) ? Standing::cannot_tell : Standing::holds;
}

std::string_view to_string(Standing s) {
    switch (s) {
    case Standing::reference: return "reference";
    case Standing::not_asked: return "not asked";
    case Standing::holds: return "holds";
    case Standing::refuted: return "refuted";
    case Standing::refuted_as_known: return "refuted, as known";
    case Standing::not_caught: return "not caught";
    case Standing::cannot_tell: return "could not tell";
    }
    return "";
}

} // namespace checker::inline gate
