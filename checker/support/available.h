// What this machine may not have: a value, or the reason why there is none. Never folded into success; thrown as
// model::CannotTell only by who cannot go on without.
#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace checker::inline support {

struct Unavailable {
    std::string reason;
};
template <class T> using Available = tl::expected<T, Unavailable>;

// To be returned where an Available is.
inline tl::unexpected<Unavailable> unavailable(std::string reason) {
    return tl::unexpected(Unavailable{std::move(reason)});
}
inline tl::unexpected<Unavailable> unavailable(Unavailable why) { return tl::unexpected(std::move(why)); }

} // namespace checker::inline support
