#include "model/text/printable.h"

#include <cstdint>
#include <iterator>

#include <fmt/format.h>

namespace model {
namespace {

// The length of the character of UTF-8 that begins the text, if it is one and may be printed; else 0. RFC 3629, section
// 4.
std::size_t character(std::string_view s) {
    auto at = [&](std::size_t i) { return i < s.size() ? static_cast<std::uint8_t>(s[i]) : 0u; };
    auto follows = [&](std::size_t i) { return (at(i) & 0xc0) == 0x80; };
    const unsigned first = at(0), second = at(1);
    if (first < 0x80) return first >= 0x20 && first != 0x7f;
    if (first < 0xc2 || first > 0xf4 || !follows(1)) return 0;
    if (first < 0xe0) return first == 0xc2 && second < 0xa0 ? 0 : 2; // U+0080 to U+009F are control characters
    if (!follows(2)) return 0;
    if (first < 0xf0) return (first == 0xe0 && second < 0xa0) || (first == 0xed && second >= 0xa0) ? 0 : 3;
    return !follows(3) || (first == 0xf0 && second < 0x90) || (first == 0xf4 && second >= 0x90) ? 0 : 4;
}

} // namespace

std::string printable(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t n = character(text);
        if (n)
            out += text.substr(0, n);
        else
            fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<std::uint8_t>(text[0]));
        text.remove_prefix(n ? n : 1);
    }
    return out;
}

std::string printable_lines(std::string_view text) {
    std::string out;
    for (std::size_t end = 0; (end = text.find('\n')) != text.npos; text.remove_prefix(end + 1))
        out += printable(text.substr(0, end)) + "\n";
    return out + printable(text);
}

} // namespace model
