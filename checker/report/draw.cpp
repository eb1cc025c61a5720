#include "checker/report/draw.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "checker/judge/expect.h"
#include "model/ksm.h"
#include "model/page_table.h"

namespace checker::inline report {
namespace {

using model::Id;
using model::Kernel;
using model::Pages;

constexpr std::size_t page_columns = 3;     // one page of a ruler
constexpr std::size_t pages_in_a_row = 20;  // 12 columns of margin and 20 pages fit into 72
constexpr std::uint64_t shown_of_a_run = 8; // a longer run of equal pages is cut

struct ShortNames {
    std::map<Id<model::AnonVma>, std::string> anon;
    std::map<Id<model::Folio>, std::string> ksm;

    std::string of(Id<model::AnonVma> id) {
        return id ? anon.try_emplace(id, fmt::format("A{}", anon.size() + 1)).first->second : "-";
    }
    std::string of(Id<model::Folio> id) {
        return ksm.try_emplace(id, fmt::format("K{}", ksm.size() + 1)).first->second;
    }
};

// What a page is, in two characters.
std::string cell(const Kernel& k, Id<model::Pte> pte, ShortNames& names) {
    if (!pte) return ".";
    const model::Pte& p = k.ptes[pte];
    switch (p.kind) {
    case model::Pte::Kind::zero: return "0";
    case model::Pte::Kind::ksm_zero: return "Z";
    case model::Pte::Kind::file: return "f";
    case model::Pte::Kind::swap: return "s";
    case model::Pte::Kind::migration: return "m";
    case model::Pte::Kind::guard: return "#";
    case model::Pte::Kind::present: break;
    }
    const model::Folio& f = k.folios[p.folio];
    return f.mapping == model::Folio::Mapping::ksm ? names.of(p.folio) : fmt::format("{:02x}", f.byte);
}

std::string prot(const model::Vma& v) {
    std::string s = "---";
    if (v.flags & model::VM_READ) s[0] = 'r';
    if (v.flags & model::VM_WRITE) s[1] = 'w';
    if (v.flags & model::VM_EXEC) s[2] = 'x';
    if (v.flags & model::VM_MERGEABLE) s += " mg";
    return s;
}

// One VMA: a heading line, then rulers of page numbers, offsets and contents.
std::string draw_vma(const Kernel& k, Id<model::Vma> id, ShortNames& names) {
    const model::Vma& v = k.vmas[id];
    const std::uint64_t pages = vma_pages(v.range).n;
    std::string chain;
    for (Id<model::Avc> a = v.chain; a; a = k.avcs[a].next)
        chain += (chain.empty() ? "" : " ") + names.of(k.avcs[a].anon_vma);
    std::string out = fmt::format("  {:#x}-{:#x} {}{}  {}\n", address(v.range.start), address(v.range.end), prot(v),
                                  v.file < 0 ? "" : fmt::format(" file {}", v.file),
                                  v.anon_vma ? fmt::format("{}[{}]", names.of(v.anon_vma), chain) : "no anon_vma");
    if (out.size() > 73) out = out.substr(0, 69) + "...\n";
    const std::uint64_t shown = pages > pages_in_a_row ? shown_of_a_run : pages;
    std::string page_row = "    page    ", offset_row = "    offset  ", content_row = "    maps    ";
    for (std::uint64_t i = 0; i < shown; ++i) {
        const model::Vpn page = v.range.start + Pages{i};
        auto low = [](std::uint64_t n) { return fmt::format("{:02x}", n & 0xff); };
        auto put = [](std::string& row, const std::string& text) {
            row += fmt::format("{:<{}}", text.substr(0, 2), page_columns);
        };
        put(page_row, low(page.n));
        put(offset_row, low(linear_page_index(v.range, page).n));
        put(content_row, cell(k, model::pte_at(k, v.mm, page), names));
    }
    if (shown < pages) page_row += fmt::format("and {} pages more", pages - shown);
    for (std::string* row : {&page_row, &offset_row, &content_row}) {
        while (row->back() == ' ') row->pop_back();
        out += *row + "\n";
    }
    return out;
}

std::string draw_items(const Kernel& k, ShortNames& names) {
    std::string out;
    for (const model::StablePlace& place : k.ksm.stable)
        for (Id<model::StableNode> n : place.dups) {
            if (!k.nodes[n].folio) continue;
            out += fmt::format("{}: rmap_items (process:address, anon_vma, linear index at merge)\n",
                               names.of(k.nodes[n].folio));
            for (Id<model::RmapItem> i = k.nodes[n].hlist; i; i = k.items[i].next) {
                const model::RmapItem& item = k.items[i];
                out += fmt::format("  {}:{:#x}  {}  {:#x}\n", pid_of(k, item), address(item.page),
                                   names.of(item.anon_vma), linear_page_index(item.merged.range, item.page).n);
            }
        }
    return out;
}

std::string draw_flights(const Kernel& k) {
    std::string out;
    for (const model::Flight& f : k.flights)
        out += fmt::format("in flight: {}\n  {}\n", f.name.view(), model::describe(k, f));
    if (!out.empty()) out += "  (m: a migration entry)\n";
    return out;
}

std::string draw_verdicts(std::span<const Verdict> verdicts) {
    std::string out;
    for (const Verdict& v : verdicts) {
        if (v.missed.empty() && !v.touched_freed_vma) continue;
        std::string line = fmt::format("line {}: {} {}", v.at, v.strategy->name,
                                       v.touched_freed_vma ? "reads a freed VMA" : "misses " + to_text(v.missed));
        if (!v.missed.empty()) line += fmt::format(", {}", to_string(v.lifetime));
        if (line.size() > 72) line = line.substr(0, 69) + "...";
        out += line + "\n";
    }
    return out;
}

} // namespace

std::string draw(const Kernel& k, std::span<const Verdict> verdicts) {
    ShortNames names;
    std::string out;
    for (Id<model::Mm> m = k.processes.first(k.mms); m; m = k.processes.next(k.mms, m)) {
        out += fmt::format("process {}\n", k.mms[m].pid);
        for (Id<model::Vma> v = k.mms[m].vmas.first(k.vmas); v; v = k.mms[m].vmas.next(k.vmas, v))
            out += draw_vma(k, v, names);
    }
    out += draw_items(k, names) + draw_flights(k) + draw_verdicts(verdicts);
    out +=
        "(page, offset: the last two hexadecimal digits; maps: Kn a KSM page, 77\n"
        " a page of that byte, s a swap entry, 0 the zero page, . nothing)\n";
    return out;
}

} // namespace checker::inline report
