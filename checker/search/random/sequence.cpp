#include "checker/search/random/sequence.h"

namespace checker::inline search {

std::optional<model::Step> Sequence::next(const model::Kernel& k) {
    while (asked_ < opening_.size() + scope_.length) {
        const std::uint32_t n = asked_++;
        std::optional<model::Step> step = n < opening_.size() ? opening_[n] : draw_step(run_, k, scope_);
        if (step && !(leave_out_ && leave_out_(k, *step))) return step;
    }
    return {};
}

} // namespace checker::inline search
