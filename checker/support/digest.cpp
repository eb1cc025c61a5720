#include "checker/support/digest.h"

#include <xxhash.h>

#include <cstdint>

#include <fmt/format.h>

namespace checker::inline support {

Digest::Digest() : state_(XXH3_createState(), [](XXH3_state_s* s) { XXH3_freeState(s); }) {
    XXH3_128bits_reset(state_.get());
}

Digest& Digest::add(std::string_view bytes) {
    const std::uint64_t length = bytes.size();
    XXH3_128bits_update(state_.get(), &length, sizeof length);
    XXH3_128bits_update(state_.get(), bytes.data(), bytes.size());
    return *this;
}

std::string Digest::hex() const {
    const XXH128_hash_t h = XXH3_128bits_digest(state_.get());
    return fmt::format("{:016x}{:016x}", h.high64, h.low64);
}

} // namespace checker::inline support
