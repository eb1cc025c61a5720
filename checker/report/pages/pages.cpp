#include "checker/report/pages/pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/trace/trace.h"

namespace checker::inline report {

// One file each.
std::string findings_page(const PageRequest&), strategies_page(const PageRequest&), minimality_page(const PageRequest&),
    kernels_page(const PageRequest&), patches_page(const PageRequest&), conformance_page(const PageRequest&),
    performance_page(const PageRequest&), programs_page(const PageRequest&), tried_page(const PageRequest&),
    mend_page(const PageRequest&), in_flight_page(const PageRequest&), walk_visits_page(const PageRequest&),
    walk_time_page(const PageRequest&), states_page(const PageRequest&), causes_page(const PageRequest&),
    shards_page(const PageRequest&), kernel_walks_page(const PageRequest&), campaigns_page(const PageRequest&);

std::span<const ReportPage> report_pages() {
    static const std::array all{
        ReportPage{"findings", "Every distinct way of losing an entry, with its shortest trace", "", "", findings_page},
        ReportPage{"strategies", "Every walk strategy on every trace of the corpora, under the rules of each kernel",
                   "", "", strategies_page},
        ReportPage{"minimality", "The shortest counterexample of each refuted strategy, with its certificate",
                   "rmapcheck explore --json", "explore", minimality_page},
        ReportPage{"kernels", "What kernels as released do with entries that their own walk misses",
                   "rmapcheck gate --kernel TREE --effects --json", "kernel", kernels_page},
        ReportPage{"in-flight", "What kernels as released do while an operation is in flight",
                   "rmapcheck gate --kernel TREE --trace corpora/in-flight/*.trace --json", "kernel", in_flight_page},
        ReportPage{"patches", "What real kernels say of each candidate",
                   "rmapcheck gate --kernel TREE --patch FILE --json", "kernel", patches_page},
        ReportPage{"conformance", "The model held against the running kernel", "rmapcheck gate --tier live --json",
                   "live", conformance_page},
        ReportPage{"performance", "What the benchmarks measured", "rmapcheck_bench --benchmark_format=json",
                   "benchmarks", performance_page},
        ReportPage{"programs", "What exported C programs say as the first program of a guest, and what the model says",
                   "tests/programs.sh", "programs", programs_page},
        ReportPage{"mend", "Which changes mend the walk, what they cost, and what none can do without",
                   "rmapcheck mend --json` or `rmapcheck prove --json", "mend|theorems", mend_page},
        ReportPage{"tried", "What was tried with rough hands, how often, and what was lost", "tests/tried.py", "tried",
                   tried_page},
        ReportPage{"shards", "What the shares of a campaign and of a search gave",
                   "rmapcheck check|explore --shard I/N --json", "runs|explore", shards_page},
        ReportPage{"walk-visits", "VMAs that a walk of each strategy visits, by VMAs of the anon_vma",
                   "rmapcheck walks --growth --json", "growth", walk_visits_page, true},
        ReportPage{"walk-time", "The time that a walk of each strategy takes, by VMAs of the anon_vma",
                   "rmapcheck walks --growth --json", "growth", walk_time_page, true},
        ReportPage{"kernel-walks", "The time that a walk takes on each kernel, by VMAs of the anon_vma",
                   "rmapcheck gate --kernel TREE --json", "kernel", kernel_walks_page, true},
        ReportPage{"campaigns", "How far guests and model were compared by random sequences",
                   "rmapcheck gate --kernel TREE --random N --json", "kernel", campaigns_page, true},
        ReportPage{"states", "States that explore meets, by operations", "rmapcheck explore --json", "explore",
                   states_page, true},
        ReportPage{"causes", "Causes that check has met, by time", "rmapcheck check --json", "disagreements",
                   causes_page, true},
    };
    return all;
}

const ReportPage* find_page(std::string_view name) {
    for (const ReportPage& page : report_pages())
        if (page.name == name) return &page;
    return nullptr;
}

namespace {

// Members are joined by bars: any of them will do.
bool is_made_from(const ReportPage& page, const nlohmann::json& document) {
    std::string_view left = page.member;
    while (!left.empty() && document.is_object()) {
        const std::size_t end = std::min(left.find('|'), left.size());
        if (document.contains(left.substr(0, end))) return true;
        left.remove_prefix(std::min(left.size(), end + 1));
    }
    return false;
}

} // namespace

std::string page_text(const ReportPage& page, const PageRequest& request) {
    for (const SourceDocument& d : request.documents)
        if (!is_made_from(page, d.json))
            throw model::BadInput(fmt::format("not what the page {} is made from", page.name),
                                  page.command.empty() ? "no document" : std::string(page.command), {d.path, 1, 1});
    if (page.picture) {
        const std::string picture = page.text(request);
        const std::size_t first_line = picture.find('\n') + 1;
        return fmt::format(
            "{}<desc>{}. Made by `rmapcheck report --page {} --from FILE...`, each FILE printed by `{}`. "
            "Not to be edited.</desc>\n{}",
            picture.substr(0, first_line), page.sentence, page.name, page.command, picture.substr(first_line));
    }
    std::string text = fmt::format("# {}\n\nMade by `rmapcheck report --page {}", page.sentence, page.name);
    if (!page.command.empty()) text += fmt::format(" --from FILE...`, each FILE printed by `{}", page.command);
    return text + "`. Not to be edited.\n\n" + page.text(request);
}

std::string file_of(const ReportPage& page) {
    return fmt::format("docs/reports/{}.{}", page.name, page.picture ? "svg" : "md");
}

std::string markdown_table(const std::vector<std::string>& heads, const std::vector<std::vector<std::string>>& rows) {
    auto line = [](const std::vector<std::string>& cells) {
        std::string text = "|";
        for (const std::string& cell : cells) {
            text += ' ';
            for (char c : cell) text += c == '|' ? std::string("\\|") : std::string(1, c);
            text += " |";
        }
        return text + "\n";
    };
    std::string text = line(heads);
    text += "|";
    for (std::size_t i = 0; i < heads.size(); ++i) text += " --- |";
    text += "\n";
    for (const auto& row : rows) text += line(row);
    return text;
}

std::string grouped(std::uint64_t n) {
    std::string digits = std::to_string(n);
    for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
    return digits;
}

} // namespace checker::inline report
