#include "checker/report/draw.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "checker/facets/effects.h"
#include "checker/judge/expect.h"
#include "model/ksm.h"
#include "model/page_table.h"

namespace checker::inline report {
namespace {

using model::Id;
using model::Kernel;
using model::Pages;

constexpr std::size_t pages_in_a_row = 20;  // 12 columns of margin and 20 pages of 3 columns fit into 72
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
    case model::Pte::Kind::swap: return "s";
    case model::Pte::Kind::migration: return "m";
    case model::Pte::Kind::guard: return "#";
    case model::Pte::Kind::present: break;
    }
    const model::Folio& f = k.folios[p.folio];
    if (f.mapping == model::Folio::Mapping::file) return f.byte ? fmt::format("f{:x}", f.byte & 0xf) : "f";
    return f.mapping == model::Folio::Mapping::ksm ? names.of(p.folio) : fmt::format("{:02x}", f.byte);
}

std::string prot(const model::Vma& v) {
    std::string s = "---";
    if (v.flags & model::VM_READ) s[0] = 'r';
    if (v.flags & model::VM_WRITE) s[1] = 'w';
    if (v.flags & model::VM_EXEC) s[2] = 'x';
    if (v.flags & model::VM_SHARED) s += " sh";
    if (v.flags & model::VM_MERGEABLE) s += " mg";
    return s;
}

// What stands in a picture, by a key that lasts as long as what it names: to see what a step changed.
using Shown = std::map<std::string, std::string>;

enum class Mark : std::uint8_t { none, fresh, changed, gone };

// A picture in the making. Where it is known what was there before, what is not as it was has a mark: one that can be
// read, and a colour.
class Drawing {
  public:
    Drawing(ShortNames& short_names, const Shown* before, const Palette& palette)
        : names(short_names), before_(before), palette_(palette) {}

    // How does this value differ from what stood there?
    Mark mark(const std::string& key, const std::string& value) {
        shown.emplace(key, value);
        if (!before_) return Mark::none;
        const auto was = before_->find(key);
        const Mark m = was == before_->end() ? Mark::fresh : was->second == value ? Mark::none : Mark::changed;
        marks += m != Mark::none;
        return m;
    }
    // A line whose first column is free for a mark.
    void line(Mark mark, std::string text) {
        constexpr std::string_view signs = " +*-";
        text[0] = signs[static_cast<std::size_t>(mark)];
        out += painted(mark, text) + "\n";
    }
    void line(const std::string& key, const std::string& text) { line(mark(key, text), text); }
    // A cell of a ruler: two characters, and one for the mark.
    std::string cell(Mark mark, const std::string& text) const {
        const std::string two = fmt::format("{:<2}", text.substr(0, 2));
        return mark == Mark::none ? two + " " : painted(mark, two + (mark == Mark::fresh ? "+" : "*"));
    }
    // What stood there before under such a key, and does not any more, if that was not said yet.
    void gone(const std::string& prefix, std::string_view heading = {}) {
        if (!before_) return;
        for (auto at = before_->lower_bound(prefix); at != before_->end() && at->first.starts_with(prefix); ++at) {
            if (!shown.insert(*at).second) continue;
            out += std::exchange(heading, {});
            ++marks;
            line(Mark::gone, at->second);
        }
    }

    ShortNames& names;
    std::string out;
    Shown shown;
    std::size_t marks = 0;

  private:
    std::string painted(Mark mark, const std::string& text) const {
        return mark == Mark::none ? text : mark == Mark::gone ? palette_.bad(text) : palette_.good(text);
    }

    const Shown* before_;
    const Palette& palette_;
};

void trim(std::string& row) {
    while (row.back() == ' ') row.pop_back();
}

// One VMA: a heading line, then rulers of page numbers, offsets and contents.
void draw_vma(const Kernel& k, Id<model::Vma> id, Drawing& picture) {
    const model::Vma& v = k.vmas[id];
    const std::uint64_t pages = vma_pages(v.range).n;
    const model::Pid pid = k.mms[v.mm].pid;
    std::string chain;
    for (Id<model::Avc> a = v.chain; a; a = k.avcs[a].next)
        chain += (chain.empty() ? "" : " ") + picture.names.of(k.avcs[a].anon_vma);
    std::string heading =
        fmt::format("  {:#x}-{:#x} {}{}  {}", address(v.range.start), address(v.range.end), prot(v),
                    v.file < 0 ? "" : fmt::format(" file {}", v.file),
                    v.anon_vma ? fmt::format("{}[{}]", picture.names.of(v.anon_vma), chain) : "no anon_vma");
    if (heading.size() > 72) heading = heading.substr(0, 69) + "...";
    picture.line(fmt::format("v{:05}.{}", pid, v.birth), heading);
    const std::uint64_t shown = pages > pages_in_a_row ? shown_of_a_run : pages;
    std::string page_row = "    page    ", offset_row = "    offset  ", content_row = "    maps    ";
    for (std::uint64_t i = 0; i < shown; ++i) {
        const model::Vpn page = v.range.start + Pages{i};
        auto low = [](std::uint64_t n) { return fmt::format("{:02x}", n & 0xff); };
        const std::string at = fmt::format("{:05}.{:x}", pid, page.n), offset = low(linear_page_index(v.range, page).n);
        const Id<model::Pte> pte = model::pte_at(k, v.mm, page);
        const std::string maps = cell(k, pte, picture.names);
        const std::string frame = pte ? fmt::format(" {}", k.ptes[pte].folio.n) : "";
        page_row += low(page.n) + " ";
        offset_row += picture.cell(picture.mark("o" + at, offset), offset);
        content_row += picture.cell(picture.mark("p" + at, maps + frame), maps);
    }
    if (shown < pages) page_row += fmt::format("and {} pages more", pages - shown);
    for (std::string* row : {&page_row, &offset_row, &content_row}) {
        trim(*row);
        picture.out += *row + "\n";
    }
}

void draw_processes(const Kernel& k, Drawing& picture) {
    for (Id<model::Mm> m = k.processes.first(k.mms); m; m = k.processes.next(k.mms, m)) {
        const std::string heading = fmt::format("process {}", k.mms[m].pid), key = fmt::format("m{:05}", k.mms[m].pid);
        if (picture.mark(key, "  " + heading) == Mark::fresh)
            picture.line(Mark::fresh, "  " + heading);
        else
            picture.out += heading + "\n";
        for (Id<model::Vma> v = k.mms[m].vmas.first(k.vmas); v; v = k.mms[m].vmas.next(k.vmas, v))
            draw_vma(k, v, picture);
        picture.gone(fmt::format("v{:05}.", k.mms[m].pid));
    }
    picture.gone("m");
}

void draw_items(const Kernel& k, Drawing& picture) {
    for (const model::StablePlace& place : k.ksm.stable)
        for (Id<model::StableNode> n : place.dups) {
            if (!k.nodes[n].folio) continue;
            const std::string name = picture.names.of(k.nodes[n].folio);
            picture.out += fmt::format("{}: rmap_items (process:address, anon_vma, linear index at merge)\n", name);
            for (Id<model::RmapItem> i = k.nodes[n].hlist; i; i = k.items[i].next) {
                const model::RmapItem& item = k.items[i];
                picture.line(
                    fmt::format("i{} {}.{:x}", name, pid_of(k, item), item.page.n),
                    fmt::format("  {}:{:#x}  {}  {:#x}", pid_of(k, item), address(item.page),
                                picture.names.of(item.anon_vma), linear_page_index(item.merged.range, item.page).n));
            }
            picture.gone("i" + name + " ");
        }
    picture.gone("i", "rmap_items of pages that are no KSM pages any more\n");
}

std::string draw_flights(const Kernel& k) {
    std::string out;
    for (const model::Flight& f : k.flights)
        out += fmt::format("in flight: {}\n  {}\n", f.name.view(), model::describe(k, f));
    if (!out.empty()) out += "  (m: a migration entry)\n";
    return out;
}

std::string draw_verdicts(std::span<const Verdict> verdicts, const Palette& palette) {
    std::string out;
    for (const Verdict& v : verdicts) {
        if (v.missed.empty() && !v.touched_freed_vma) continue;
        std::string line = fmt::format("line {}: {} {}", v.at, v.strategy->name,
                                       v.touched_freed_vma ? "reads a freed VMA" : "misses " + to_text(v.missed));
        if (!v.missed.empty()) line += fmt::format(", {}", to_string(v.lifetime));
        if (line.size() > 72) line = line.substr(0, 69) + "...";
        out += palette.bad(line) + "\n";
    }
    return out;
}

} // namespace

std::string draw(const Kernel& k, std::span<const Verdict> verdicts, const Palette& palette,
                 const std::optional<LastChange>& change) {
    ShortNames names;
    Shown before;
    if (change) { // names are those of the picture that is shown
        Drawing now(names, nullptr, palette);
        draw_processes(k, now);
        draw_items(k, now);
        Drawing then(names, nullptr, palette);
        draw_processes(change->before, then);
        draw_items(change->before, then);
        before = std::move(then.shown);
    }
    Drawing picture(names, change ? &before : nullptr, palette);
    draw_processes(k, picture);
    draw_items(k, picture);
    std::string out = std::move(picture.out) + draw_flights(k) + draw_verdicts(verdicts, palette);
    out +=
        "(page, offset: the last two hexadecimal digits; maps: Kn a KSM page, 77\n"
        " a page of that byte, s a swap entry, 0 the zero page, . nothing)\n";
    if (!change) return out;
    std::string by = fmt::format("line {}, {}", change->line, change->step);
    if (by.size() > 67) by = by.substr(0, 64) + "...";
    return out + (picture.marks ? fmt::format("(+ new, * changed, - gone, by the last operation,\n {})\n", by)
                                : fmt::format("(the last operation changed nothing that is shown,\n {})\n", by));
}

std::optional<LastChange> last_change(const model::Trace& trace, std::uint64_t played, model::Config config) {
    std::size_t last = played;
    while (last && asked_page(trace.steps[last - 1].op)) --last;
    if (!last) return {};
    config.out_of_time = nullptr; // it was not out of time when this was played
    LastChange change{model::boot(config), trace.steps[last - 1].line, model::to_text(trace.steps[last - 1])};
    for (const model::Step& step : std::span(trace.steps).first(last - 1)) model::play(change.before, step);
    return change;
}

} // namespace checker::inline report
