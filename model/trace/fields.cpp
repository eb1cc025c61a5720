#include "model/trace/fields.h"

#include <iterator>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "model/flags.h"

namespace model {

namespace {

constexpr std::uint64_t pr_set_memory_merge = 67; // include/uapi/linux/prctl.h

std::vector<std::string_view> names_of(std::span<const FlagName> table) {
    std::vector<std::string_view> names;
    for (const FlagName& f : table) names.push_back(f.name);
    return names;
}

bool digit(char ch) { return ch >= '0' && ch <= '9'; }
bool digit_next(const Cursor& c) { return digit(c.peek()); }

// One name of the table, or a number.
std::uint64_t read_name(Cursor& c, std::span<const FlagName> table, std::string_view what) {
    if (digit_next(c)) return c.number64(what);
    std::size_t start = c.at();
    std::string_view word = c.word();
    for (const FlagName& f : table)
        if (f.name == word) return f.value;
    if (word.empty()) c.expected(what, fmt::format("a name such as {}, or a number", table.front().name));
    c.fail(start, fmt::format("unknown name {} for {}", quoted(word), what), suggestion(word, names_of(table)));
}

// Names and numbers, joined by '|'.
std::uint64_t read_set(Cursor& c, std::span<const FlagName> table, std::string_view what) {
    std::uint64_t v = 0;
    do {
        c.skip_blanks();
        v |= read_name(c, table, what);
        c.skip_blanks();
    } while (c.take('|'));
    return v;
}

// The names of the bits; what has no name becomes a number.
void write_set(std::string& out, std::uint64_t v, std::span<const FlagName> table) {
    std::uint64_t left = v;
    std::size_t begin = out.size();
    auto separate = [&] {
        if (out.size() != begin) out += '|';
    };
    for (const FlagName& f : table) {
        bool shown = v == 0 ? f.value == 0 : f.value != 0 && (left & f.value) == f.value;
        if (!shown) continue;
        separate();
        out += f.name;
        left &= ~f.value;
    }
    if (left != 0 || out.size() == begin) {
        separate();
        write_hex(out, left);
    }
}

} // namespace

void write_hex(std::string& out, std::uint64_t v) {
    fmt::format_to(std::back_inserter(out), "{}{:x}", v ? "0x" : "", v);
}
void write_decimal(std::string& out, std::uint64_t v) { fmt::format_to(std::back_inserter(out), "{}", v); }

std::uint64_t read_value(Cursor& c, const FieldText& text) {
    switch (text.written) {
    case Written::names: return read_set(c, text.names, text.what);
    case Written::name: return read_name(c, text.names, text.what);
    default: return c.number64(text.what);
    }
}

void write_value(std::string& out, std::uint64_t v, const FieldText& text) {
    switch (text.written) {
    case Written::hex: return write_hex(out, v);
    case Written::names: return write_set(out, v, text.names);
    case Written::name:
        for (const FlagName& name : text.names)
            if (name.value == v) return void(out += name.name);
        [[fallthrough]];
    default: return write_decimal(out, v);
    }
}

void read_field(Cursor& c, PidArg& f) { f.v = c.pid(); }

void read_field(Cursor& c, Fd& f) {
    std::size_t start = c.at();
    const char* right = "-1 for anonymous memory, or the number of a file from 0 to 2147483647";
    bool negative = c.take('-');
    if (!digit_next(c)) c.expected("a file descriptor", right);
    std::uint64_t n = c.number64("a file descriptor");
    if (negative ? n != 1 : n > std::numeric_limits<std::int32_t>::max())
        c.fail(start, "no such file descriptor", right);
    f.v = negative ? -1 : static_cast<std::int32_t>(n);
}

void read_field(Cursor& c, Byte& f) {
    std::size_t start = c.at();
    std::uint64_t n = c.number64("a byte");
    if (n > 0xff) c.fail(start, fmt::format("{:#x} does not fit into a byte", n), "0 to 255");
    f.v = static_cast<std::uint8_t>(n);
}

void read_field(Cursor& c, PrctlOption&) {
    static constexpr FlagName names[] = {{"PR_SET_MEMORY_MERGE", pr_set_memory_merge}};
    std::size_t start = c.at();
    if (read_name(c, names, "an option") != pr_set_memory_merge)
        c.fail(start, "an option that the model does not know", "only PR_SET_MEMORY_MERGE");
}

void read_field(Cursor& c, Knob& f) {
    std::size_t start = c.at();
    std::string_view word = c.word();
    for (std::size_t i = 0; i < std::size(knob_names); ++i) {
        if (knob_names[i] != word) continue;
        f.v = static_cast<KnobName>(i);
        return;
    }
    c.fail(start, fmt::format("unknown setting {}", quoted(word)), suggestion(word, knob_names));
}

void read_field(Cursor& c, FlightArg& f) {
    const std::size_t start = c.at();
    const std::string_view word = c.word();
    const char* right = "a letter, and up to 14 letters, digits and _";
    if (word.empty()) c.expected("the name of an operation in flight", right);
    if (digit(word.front()) || word.size() > FlightName::longest)
        c.fail(start, fmt::format("{} is no name of an operation in flight", quoted(word)), right);
    f.v = FlightName::of(word);
}

void write_field(std::string& out, const Fd& f) { fmt::format_to(std::back_inserter(out), "{}", f.v); }
void write_field(std::string& out, const Byte& f) { fmt::format_to(std::back_inserter(out), "0x{:x}", f.v); }
void write_field(std::string& out, const PidArg& f) { write_decimal(out, f.v); }
void write_field(std::string& out, const PrctlOption&) { out += "PR_SET_MEMORY_MERGE"; }
void write_field(std::string& out, const Knob& f) { out += knob_names[static_cast<std::size_t>(f.v)]; }
void write_field(std::string& out, const FlightArg& f) { out += f.v.view(); }

} // namespace model
