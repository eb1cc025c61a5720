#include "model/trace/expectation.h"

#include <algorithm>
#include <iterator>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include "model/trace/expectation_text.h"
#include "model/trace/fields.h"

namespace model {

namespace {

constexpr std::string_view vma_shape = "START-END PROT PGOFF ANON, for instance 0x10000-0x12000 rw-p 0x10 A1[A1]";

std::uint64_t read_boundary(Cursor& c, std::string_view what) {
    std::size_t start = c.at();
    std::uint64_t n = c.number64(what);
    if (n % PAGE_SIZE != 0) c.fail(start, fmt::format("{:#x} is not the address of a page", n), "a multiple of 0x1000");
    return n;
}

template <class E> E read_enum(Cursor& c, std::span<const std::string_view> names, std::string_view what) {
    std::size_t start = c.at();
    std::string_view word = c.word('-');
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == word) return static_cast<E>(i);
    c.fail(start, fmt::format("unknown {} {}", what, quoted(word)), suggestion(word, names));
}

void read_part(Cursor& c, std::uint64_t& v) { v = c.number64("a number"); }
void read_part(Cursor& c, Pid& v) {
    v = c.pid();
    if (!c.take(':')) c.expected("`:` after the pid", "vmas PID: VMA; VMA; …");
}
void read_part(Cursor& c, std::int64_t& v) {
    bool negative = c.take('-');
    std::size_t start = c.at();
    std::uint64_t n = c.number64("a number");
    if (n >> 62 != 0) c.fail(start, "the number is too large", "at most 0x3fffffffffffffff");
    v = negative ? -static_cast<std::int64_t>(n) : static_cast<std::int64_t>(n);
}
void read_part(Cursor& c, std::uint8_t& v) {
    Byte b;
    read_field(c, b);
    v = b.v;
}
void read_part(Cursor& c, KsmCounter& v) { v = read_enum<KsmCounter>(c, ksm_counter_names, "counter"); }
void read_part(Cursor& c, PteWord& v) { v = read_enum<PteWord>(c, pte_words, "kind of entry"); }
void read_part(Cursor& c, StrategyName& v) {
    v.v = c.word('-');
    if (v.v.empty()) c.expected("the name of a strategy", "as `rmapcheck walks` lists them");
}
void read_part(Cursor& c, PageAt& v) {
    v.pid = c.pid();
    if (!c.take(':')) c.expected("`:` after the pid", "PID:ADDRESS, for instance 1:0x12000");
    v.address = read_boundary(c, "an address");
}
void read_part(Cursor&, IndexWord&) {} // see read_kind()
void read_part(Cursor& c, std::vector<PageAt>& v) {
    for (c.skip_blanks(); !c.done(); c.skip_blanks()) read_part(c, v.emplace_back());
}

std::string read_prot(Cursor& c) {
    std::string_view p = c.rest().substr(0, 4);
    bool good = p.size() == 4 && (p[0] == 'r' || p[0] == '-') && (p[1] == 'w' || p[1] == '-') &&
                (p[2] == 'x' || p[2] == '-') && (p[3] == 'p' || p[3] == 's');
    if (!good) c.expected("the access", "four letters as in /proc/PID/maps: rw-p, r--p, rw-s, …");
    c.skip(4);
    return std::string(p);
}

std::string read_anon(Cursor& c) {
    std::string_view word = c.word();
    if (word.empty()) c.expected("an anon_vma", "a name such as A1, or - for none");
    return std::string(word);
}

void read_part(Cursor& c, ExpectedVma& v) {
    std::size_t start = c.at();
    v.start = read_boundary(c, "the start of a VMA");
    if (!c.take('-')) c.expected("`-` and the end of the VMA", std::string(vma_shape));
    v.end = read_boundary(c, "the end of a VMA");
    if (v.start >= v.end) c.fail(start, "a VMA that ends before it begins", "START below END");
    c.skip_blanks();
    v.prot = read_prot(c);
    c.skip_blanks();
    v.pgoff = c.number64("a page offset");
    c.skip_blanks();
    if (c.take('-')) return;
    v.anon = read_anon(c);
    if (!c.take('[')) return;
    do {
        c.skip_blanks();
        v.chain.push_back(read_anon(c));
        c.skip_blanks();
    } while (!c.done() && c.peek() != ']');
    if (!c.take(']')) c.expected("`]`", "the anon_vmas of the chain in its order: A2[A2 A1]");
}

void read_part(Cursor& c, std::vector<ExpectedVma>& v) {
    c.skip_blanks();
    while (!c.done()) {
        std::size_t start = c.at();
        ExpectedVma next;
        read_part(c, next);
        if (!v.empty() && next.start < v.back().end)
            c.fail(start, "a VMA that begins before the last one ends", "VMAs in the order of their addresses");
        v.push_back(std::move(next));
        c.skip_blanks();
        if (c.done()) break;
        if (!c.take(';')) c.expected("`;` or the end of the line", "VMAs are separated by `;`");
        c.skip_blanks();
    }
}

void write_part(std::string& out, std::uint64_t v) { write_decimal(out, v); }
void write_part(std::string& out, std::int64_t v) { fmt::format_to(std::back_inserter(out), "{}", v); }
void write_part(std::string& out, Pid v) { fmt::format_to(std::back_inserter(out), "{}:", v); }
void write_part(std::string& out, std::uint8_t v) { write_field(out, Byte{v}); }
void write_part(std::string& out, KsmCounter v) { out += ksm_counter_names[static_cast<std::size_t>(v)]; }
void write_part(std::string& out, PteWord v) { out += pte_words[static_cast<std::size_t>(v)]; }
void write_part(std::string& out, IndexWord) { out += "index"; }
void write_part(std::string& out, const StrategyName& v) { out += v.v; }
void write_part(std::string& out, const PageAt& v) {
    fmt::format_to(std::back_inserter(out), "{}:", v.pid);
    write_hex(out, v.address);
}
void write_part(std::string& out, const std::vector<PageAt>& v) {
    for (std::size_t i = 0; i < v.size(); ++i) {
        if (i != 0) out += ' ';
        write_part(out, v[i]);
    }
}
void write_part(std::string& out, const ExpectedVma& v) {
    write_hex(out, v.start);
    out += '-';
    write_hex(out, v.end);
    out += ' ' + v.prot + ' ';
    write_hex(out, v.pgoff);
    out += ' ' + (v.anon.empty() ? "-" : v.anon);
    if (!v.chain.empty()) fmt::format_to(std::back_inserter(out), "[{}]", fmt::join(v.chain, " "));
}
void write_part(std::string& out, const std::vector<ExpectedVma>& v) {
    for (std::size_t i = 0; i < v.size(); ++i) {
        if (i != 0) out += "; ";
        write_part(out, v[i]);
    }
}

template <std::size_t... I> std::vector<std::string_view> kind_names(std::index_sequence<I...>) {
    return {std::variant_alternative_t<I, ExpectationKind>::name...};
}
constexpr auto every_kind = std::make_index_sequence<std::variant_size_v<ExpectationKind>>{};

template <class Kind> ExpectationKind read_kind(Cursor& c) {
    Kind kind;
    auto read_one = [&](auto member) {
        if constexpr (std::is_same_v<decltype(member), IndexWord Kind::*>) {
            Cursor ahead = c;
            ahead.skip_blanks();
            if (ahead.word() == "index") c = ahead;
            return;
        }
        if (!c.done() && c.peek() != ' ' && c.peek() != '\t') c.expected("a space", "parts are separated by spaces");
        c.skip_blanks();
        read_part(c, kind.*member);
    };
    std::apply([&](auto... members) { (read_one(members), ...); }, Kind::fields);
    c.skip_blanks();
    if (!c.done()) c.expected("the end of the line", fmt::format("nothing follows `{}`", Kind::name));
    return kind;
}

// What a kind asks for beyond its fields.
template <class Kind> void check_kind(const Cursor& c, const Kind& kind) {
    if constexpr (std::is_same_v<Kind, Misses>) {
        if (kind.entries.empty())
            c.fail("`misses` without an entry", "PID:ADDRESS of what is missed, or `finds` when nothing is");
    }
}

// Behind "[": "7.3]", "6.12, 6.18]", ">=7.2]".
std::vector<VersionBound> read_versions(Cursor& c) {
    std::vector<VersionBound> versions;
    do {
        c.skip_blanks();
        VersionBound b;
        if (c.take('>'))
            b.kind = VersionBound::Kind::at_least;
        else if (c.take('<'))
            b.kind = VersionBound::Kind::at_most;
        if (b.kind != VersionBound::Kind::is && !c.take('=')) c.expected("`=`", ">=VERSION or <=VERSION");
        const std::size_t start = c.at();
        const std::string_view name = c.word('.');
        b.row = find_version(name);
        if (!b.row) {
            std::vector<std::string_view> names;
            for (const KernelVersion& v : kernel_versions()) names.push_back(v.name);
            c.fail(start, fmt::format("unknown kernel version {}", quoted(name)), suggestion(name, names));
        }
        versions.push_back(b);
        c.skip_blanks();
    } while (c.take(','));
    if (!c.take(']')) c.expected("`,` or `]`", "versions in brackets: [7.3], [6.12, 6.18], [>=7.2] or [<=6.18]");
    c.skip_blanks();
    return versions;
}

} // namespace

std::int64_t value_of(const KsmCounters& counters, KsmCounter which) {
    auto plain = [](std::uint64_t v) { return static_cast<std::int64_t>(v); };
    switch (which) {
    case KsmCounter::pages_shared: return plain(counters.pages_shared);
    case KsmCounter::pages_sharing: return plain(counters.pages_sharing);
    case KsmCounter::pages_unshared: return plain(counters.pages_unshared);
    case KsmCounter::pages_volatile: return plain(counters.pages_volatile);
    case KsmCounter::full_scans: return plain(counters.full_scans);
    case KsmCounter::pages_skipped: return plain(counters.pages_skipped);
    case KsmCounter::stable_node_chains: return plain(counters.stable_node_chains);
    case KsmCounter::stable_node_dups: return plain(counters.stable_node_dups);
    case KsmCounter::ksm_zero_pages: return counters.ksm_zero_pages;
    }
    return 0;
}

bool said_of(const Expectation& e, const Rules& rules) {
    if (e.versions.empty()) return true;
    const auto row = std::ranges::find(kernel_versions(), rules, &KernelVersion::rules);
    if (row == kernel_versions().end()) return false;
    return std::ranges::any_of(e.versions, [&](const VersionBound& b) {
        return b.kind == VersionBound::Kind::is         ? &*row == b.row
               : b.kind == VersionBound::Kind::at_least ? &*row >= b.row
                                                        : &*row <= b.row;
    });
}

Expectation read_expectation(Cursor& c, bool after_walk) {
    if (c.peek() != ' ' && c.peek() != '\t') c.expected("a space after `#=`", "#= KIND …; a comment begins otherwise");
    c.skip_blanks();
    Expectation expectation;
    if (c.take('[')) expectation.versions = read_versions(c);
    std::size_t start = c.at();
    std::string_view word = c.word();
    ExpectationKind& found = expectation.kind;
    bool known = false;
    auto try_kind = [&]<class Kind>(std::type_identity<Kind>) {
        if (known || Kind::name != word) return;
        known = true;
        if (Kind::of_a_walk && !after_walk)
            c.fail(start, fmt::format("`{}` is about a walk, and the step before is none", Kind::name),
                   "it stands behind a line `* walk(PID, ADDRESS)`");
        found = read_kind<Kind>(c);
        check_kind(c, std::get<Kind>(found));
    };
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        (try_kind(std::type_identity<std::variant_alternative_t<I, ExpectationKind>>{}), ...);
    }
    (every_kind);
    if (!known)
        c.fail(start, fmt::format("unknown expectation {}", quoted(word)), suggestion(word, kind_names(every_kind)));
    if (std::holds_alternative<AllBelow>(found) && expectation.versions.empty())
        c.fail(start, "`below` without versions", "#= [>=6.18] below");
    return expectation;
}

void write_expectation(std::string& out, const Expectation& e) {
    out += "#= ";
    for (const VersionBound& b : e.versions) {
        out += &b == &e.versions.front() ? "[" : ", ";
        out += b.kind == VersionBound::Kind::is ? "" : b.kind == VersionBound::Kind::at_least ? ">=" : "<=";
        out += b.row->name;
    }
    if (!e.versions.empty()) out += "] ";
    std::visit(
        [&]<class Kind>(const Kind& kind) {
            out += Kind::name;
            auto write_one = [&](auto member) {
                out += ' ';
                write_part(out, kind.*member);
                if (out.back() == ' ') out.pop_back(); // an empty list
            };
            std::apply([&](auto... members) { (write_one(members), ...); }, Kind::fields);
        },
        e.kind);
}

} // namespace model
