#include "checker/search/shard.h"

#include <charconv>

#include <fmt/format.h>

#include "model/fail.h"

namespace checker::inline search {

Shard read_shard(const std::string& text) {
    std::uint64_t which = 0, of = 0;
    const char *begin = text.data(), *end = begin + text.size();
    const auto first = std::from_chars(begin, end, which);
    const bool slash = first.ec == std::errc{} && first.ptr != end && *first.ptr == '/';
    const auto second = slash ? std::from_chars(first.ptr + 1, end, of) : first;
    if (!slash || second.ec != std::errc{} || second.ptr != end || which < 1 || which > of || of > 1'000'000)
        throw model::BadInput(fmt::format("--shard {}: no share", text), "I/N, with 1 <= I <= N");
    return {which - 1, of};
}

std::string to_text(const Shard& shard) { return fmt::format("{}/{}", shard.index + 1, shard.of); }

} // namespace checker::inline search
