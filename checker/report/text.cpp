#include "checker/report/text.h"

#include <fmt/format.h>

#include <algorithm>

#include "checker/judge/expect.h"
#include "model/text/printable.h"

namespace checker::inline report {
namespace {

constexpr std::size_t entries_shown = 6;

std::string entries_text(const std::vector<MappedAt>& list) {
    std::span<const MappedAt> shown(list.data(), std::min(list.size(), entries_shown));
    std::string s = to_text(shown);
    if (list.size() > entries_shown) s += fmt::format(" and {} more", list.size() - entries_shown);
    return s;
}

std::string verdict_text(const Verdict& v, const Palette& palette) {
    std::string what;
    if (v.touched_freed_vma) what += palette.bad("reads a freed VMA") + "; ";
    if (costs_too_much(v)) what += palette.bad(fmt::format("may visit {}", v.allowed)) + "; ";
    if (v.missed.empty())
        what += fmt::format("finds all {}", v.mapped);
    else {
        const std::string misses = fmt::format("misses {}", entries_text(v.missed));
        what += refutes(v) ? palette.bad(misses) : misses;
        const std::string_view held_to = reference(*v.strategy->kind).name;
        if (v.regressed.empty())
            what += fmt::format(" (so does {})", held_to);
        else if (v.regressed.size() < v.missed.size())
            what += fmt::format(" ({} finds {})", held_to, entries_text(v.regressed));
        if (v.lifetime != Lifetime::none) what += fmt::format(", {}", to_string(v.lifetime));
    }
    const model::WalkCounts &all = v.cost.all, &loop = v.cost.longest;
    const std::string longest =
        loop == all ? "" : fmt::format("; longest loop {} {} {}", loop.visited, loop.skipped_address, loop.skipped_mm);
    return fmt::format("  {:<18} {}  {}\n", v.strategy->name, what,
                       palette.dim(fmt::format("[visited {} skipped by address {} by mm {}{}]", all.visited,
                                               all.skipped_address, all.skipped_mm, longest)));
}

} // namespace

std::string report_text(const model::Trace& trace, const RunReport& report, const Palette& palette) {
    std::string out;
    for (std::size_t i = 0; i < report.verdicts.size(); ++i) {
        const Verdict& v = report.verdicts[i];
        const bool end = i >= report.verdicts.size() - report.at_end;
        const bool first_of_end = i == report.verdicts.size() - report.at_end;
        if (i == 0 || first_of_end || v.page != report.verdicts[i - 1].page || v.at != report.verdicts[i - 1].at)
            out += fmt::format("{}:{}: {} {}, mapped {} time{}\n", model::printable(trace.path), v.at,
                               end ? fmt::format("at the end, {}", v.strategy->kind->page) : "walk of", to_text(v.page),
                               v.mapped, v.mapped == 1 ? "" : "s");
        out += verdict_text(v, palette);
    }
    for (const SecurityFinding& f : report.security)
        out += palette.bad(fmt::format("{}:{}: security: where {} drives, nobody puts these migration entries back: {}",
                                       model::printable(trace.path), f.line, f.strategy->name, to_text(f.entries))) +
               "\n";
    for (const Mismatch& f : report.failures)
        out += palette.bad(fmt::format("{}:{}: {}", model::printable(trace.path), f.line, f.text)) + "\n";
    return out;
}

std::string table_text(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows)
        for (std::size_t c = 0; c < row.size(); ++c) {
            if (c >= widths.size()) widths.push_back(0);
            widths[c] = std::max(widths[c], row[c].size());
        }
    std::string out;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t c = 0; c < row.size(); ++c)
            line += c + 1 < row.size() ? fmt::format("{:<{}}  ", row[c], widths[c]) : row[c];
        while (!line.empty() && line.back() == ' ') line.pop_back();
        out += line + "\n";
    }
    return out;
}

} // namespace checker::inline report
