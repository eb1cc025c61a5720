// What the walk of a release takes for granted, in our words, and where it is said.
#pragma once

#include <string_view>

namespace checker::inline report {

struct Belief {
    std::string_view walk;         // of the catalogue
    std::string_view said;         // in one sentence, as Markdown
    std::string_view contradicted; // by what, where traces lose an entry
};

// Null for a walk that no release has.
const Belief* belief_of(std::string_view walk);

} // namespace checker::inline report
