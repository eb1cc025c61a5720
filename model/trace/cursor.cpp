#include "model/trace/cursor.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "model/trace/trace.h"

namespace model {

namespace {

bool is_word(char c, char also) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == also;
}

// -1 if it is none.
int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Levenshtein's distance.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            std::size_t above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
            diagonal = above;
        }
    }
    return row[b.size()];
}

} // namespace

std::string_view Cursor::word(char also) {
    std::size_t end = at_;
    while (end < line_.size() && is_word(line_[end], also)) ++end;
    std::string_view w = line_.substr(at_, end - at_);
    at_ = end;
    return w;
}

std::uint64_t Cursor::number64(std::string_view what) {
    std::size_t start = at_;
    std::string_view text = word();
    bool hex = text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    std::uint64_t base = hex ? 16 : 10, n = 0;
    bool fits = true;
    for (char c : text.substr(hex ? 2 : 0)) {
        int d = hex_value(c);
        if (d < 0 || static_cast<std::uint64_t>(d) >= base) {
            text = {};
            break;
        }
        auto add = static_cast<std::uint64_t>(d);
        if (n > (std::numeric_limits<std::uint64_t>::max() - add) / base) fits = false;
        n = n * base + add;
    }
    if (text.empty()) {
        at_ = start;
        expected(what, "a number: decimal, or hexadecimal after 0x");
    }
    if (!fits) fail(start, fmt::format("{} does not fit into 64 bits", quoted(text)), "at most 0xffffffffffffffff");
    return n;
}

std::uint32_t Cursor::pid() {
    std::size_t start = at_;
    std::string_view text = word();
    std::uint64_t n = 0;
    bool good = !text.empty();
    for (char c : text) {
        good = good && c >= '0' && c <= '9';
        if (!good) break;
        n = std::min<std::uint64_t>(n * 10 + static_cast<std::uint64_t>(c - '0'), std::uint64_t{1} << 32);
    }
    if (!good || n == 0 || n >> 32 != 0) {
        at_ = start;
        expected("a pid", "a decimal number from 1 to 4294967295");
    }
    return static_cast<std::uint32_t>(n);
}

void Cursor::fail(std::size_t at, const std::string& wrong, const std::string& right) const {
    throw BadInput(wrong, right, {*path_, number_, static_cast<std::uint32_t>(at + 1)});
}

void Cursor::expected(std::string_view what, const std::string& right) const {
    if (done()) fail(fmt::format("expected {}, found the end of the line", what), right);
    // What a reader sees as one thing: a word, or else a character.
    Cursor ahead = *this;
    std::string_view found = ahead.word('-');
    if (found.empty()) found = line_.substr(at_, 1);
    fail(fmt::format("expected {}, found {}", what, quoted(found)), right);
}

std::string read_whole(const std::string& path, const std::string& right) {
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    std::string text;
    std::array<char, 1 << 16> part;
    while (in.read(part.data(), part.size()) || in.gcount() > 0)
        text.append(part.data(), static_cast<std::size_t>(in.gcount()));
    if (!in.is_open() || in.bad()) {
        const char* why = errno != 0 ? std::strerror(errno) : "unknown error";
        throw BadInput(fmt::format("cannot be read: {}", why), right, {path, 1, 1});
    }
    return text;
}

std::string quoted(std::string_view text) {
    constexpr std::size_t most = 40;
    std::string out = "`";
    for (char c : text.substr(0, most)) {
        auto u = static_cast<unsigned char>(c);
        if (u < 0x20 || u >= 0x7f)
            out += fmt::format("\\x{:02x}", u);
        else
            out += c;
    }
    return out + (text.size() > most ? "…`" : "`");
}

std::string suggestion(std::string_view wrong, std::span<const std::string_view> names) {
    std::string_view best;
    std::size_t least = std::max<std::size_t>(2, wrong.size() / 3) + 1;
    if (wrong.size() <= 40) {
        for (std::string_view name : names) {
            std::size_t d = distance(wrong, name);
            if (d < least && d < name.size()) {
                least = d;
                best = name;
            }
        }
    }
    if (!best.empty()) return fmt::format("did you mean `{}`?", best);
    return fmt::format("one of {}", fmt::join(names, ", "));
}

} // namespace model
