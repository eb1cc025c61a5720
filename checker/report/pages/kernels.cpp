// What kernels as they were released do with KSM pages of which their own walk misses an entry.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>

#include "checker/judge/cause.h"
#include "checker/judge/runner.h"
#include "checker/report/beliefs.h"
#include "checker/report/pages/pages.h"
#include "checker/search/shrink/minimize.h"

namespace checker::inline report {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string contradicted(std::string_view walk) {
    const Belief* belief = belief_of(walk);
    return belief ? fmt::format("{} {}", belief->said, belief->contradicted) : "";
}

// What a function returned: of 0 and errors, in a word.
std::string word_of(const json& result) {
    if (result.is_null()) return "no answer";
    switch (const auto n = result.get<std::int64_t>(); n) {
    case 0: return "done";
    case -EAGAIN: return "EAGAIN";
    case -EBUSY: return "EBUSY";
    case -EFAULT: return "EFAULT";
    default: return fmt::to_string(n);
    }
}

std::string both_words(const json& tried) {
    const std::string own = word_of(tried.at("own")), by_all = word_of(tried.at("by_all"));
    return own == "done" ? own : fmt::format("{}; {}", own, by_all);
}

std::string failure_words(const json& effect) {
    const std::string after = effect.at("after").get<std::string>();
    return fmt::format("{}, {}", word_of(effect.at("failure")), after == "mapped" ? "stays mapped" : after);
}

std::string told_words(const json& effect) {
    if (!effect.at("told").get<bool>()) return effect.at("told_by_all").get<bool>() ? "no; yes" : "no; no";
    if (effect.at("told_elsewhere").is_null()) return "yes";
    return fmt::format("of {:#x}", effect["told_elsewhere"].get<std::uint64_t>());
}

// A kernel's document, and what the model makes of its traces.
struct KernelDocument {
    const json& kernel;
    const PageRequest& request;
    const Strategy* walk = nullptr;
    model::Config config;

    KernelDocument(const SourceDocument& d, const PageRequest& r) : kernel(d.json.at("kernel")), request(r) {
        const json& name = kernel.at("strategy");
        walk = name.is_null() ? nullptr : find_strategy(name.get<std::string>());
        const model::KernelVersion* row = model::find_version(kernel.at("rules").get<std::string>());
        if (!kernel.at("patches").empty() || !walk || !row)
            throw model::BadInput("not of a kernel as it was released",
                                  "rmapcheck gate --kernel debian-7.3 --effects --json", {d.path, 1, 1});
        config.rules = row->rules;
    }

    // A path of the document, which may have been made elsewhere.
    model::Trace trace(const std::string& path) const {
        if (fs::exists(path)) return model::load_trace(path);
        constexpr std::string_view folder = "corpora/";
        const std::size_t at = path.rfind(folder);
        return model::load_trace(at == std::string::npos ? path
                                                         : request.corpora + "/" + path.substr(at + folder.size()));
    }

    // Why the model's walk of that kernel misses an entry there: of the reference what it misses, of others what the
    // reference finds.
    std::string cause(const model::Trace& t) const {
        const auto first = first_disagreement(t.steps, config, *walk);
        return first ? to_text(first->disagreement.cause) : "not at a walk, nor at the end";
    }
};

// "`found/naive-…`": its folder, too, for there are equal names.
std::string name_of(const model::Trace& trace) {
    const fs::path path = trace.path;
    return fmt::format("`{}/{}`", path.parent_path().filename().string(), path.stem().string());
}

std::string lifetime_of(const json& kernel, const json& effect) {
    for (const json& t : kernel.at("traces"))
        if (t.at("trace") == effect.at("trace"))
            for (const json& l : t.at("lost"))
                if (l.at("pid") == effect.at("pid") && l.at("address") == effect.at("address"))
                    return l.at("lifetime").get<std::string>();
    return {};
}

std::vector<std::string> row_of(const KernelDocument& d, const json& effect, const model::Trace& trace,
                                const std::string& cause) {
    std::vector<std::string> row{
        fmt::format("`{}`", fs::path(trace.path).stem().string()), fmt::to_string(operations_without_walks(trace)),
        fmt::format("{}:{:#x}", effect.at("pid").get<int>(), effect.at("address").get<std::uint64_t>())};
    if (effect.at("lost").get<bool>()) {
        row.push_back(lifetime_of(d.kernel, effect));
        row.push_back(cause);
    }
    row.insert(row.end(), {both_words(effect.at("reclaim")), both_words(effect.at("migration")), failure_words(effect),
                           told_words(effect)});
    return row;
}

// The shortest trace of each cause, as it is.
std::string shortest_text(const std::map<std::string, model::Trace>& shortest) {
    std::string text;
    for (const auto& [cause, trace] : shortest) {
        model::Trace bare = trace;
        bare.remarks.clear();
        bare.expectations.clear();
        text += fmt::format("\n{} ({}):\n\n```text\n{}```\n", name_of(trace), cause, model::to_text(bare));
    }
    return text;
}

std::string section_of(const SourceDocument& source, const PageRequest& request) {
    const KernelDocument d(source, request);
    std::vector<std::vector<std::string>> lost, missed;
    std::map<std::string, model::Trace> shortest;
    for (const json& effect : d.kernel.at("effects")) {
        model::Trace trace = d.trace(effect.at("trace").get<std::string>());
        const bool is_lost = effect.at("lost").get<bool>();
        const std::string cause = is_lost ? d.cause(trace) : "";
        (is_lost ? lost : missed).push_back(row_of(d, effect, trace, cause));
        if (!is_lost) continue;
        const auto at = shortest.find(cause);
        if (at == shortest.end() || operations_without_walks(trace) < operations_without_walks(at->second))
            shortest.insert_or_assign(cause, std::move(trace));
    }
    std::size_t judged = 0;
    for (const json& t : d.kernel.at("traces")) judged += t.at("not_judged").is_null();
    std::string text = fmt::format(
        "\n## Linux {}: {}\n\n{} traces judged. Its walk is `{}` of the model, which says the same on {} of "
        "them.\n\n{}\n",
        d.kernel.at("version").get<std::string>(), d.kernel.at("verdict").get<std::string>(), judged, d.walk->name,
        judged - d.kernel.at("strategy_differs").size(), contradicted(d.walk->name));
    const std::vector<std::string> results{"reclaim", "migration", "memory failure", "told"};
    std::vector<std::string> heads{"trace", "operations", "entry", "lasts", "cause"},
        fewer{"trace", "operations", "entry"};
    heads.insert(heads.end(), results.begin(), results.end());
    fewer.insert(fewer.end(), results.begin(), results.end());
    if (!lost.empty())
        text += "\n### Lost: a walk over all VMAs finds it\n\n" + markdown_table(heads, lost) +
                "\n### The shortest of each cause\n" + shortest_text(shortest);
    if (!missed.empty()) text += "\n### Missed by the walk over all VMAs as well\n\n" + markdown_table(fewer, missed);
    return text;
}

// Random sequences: kernel and model side by side, in numbers.
std::vector<std::string> campaign_row(const SourceDocument& d) {
    const json& k = d.json.at("kernel");
    std::size_t judged = 0, pages = 0, lost = 0, missed = 0, off = 0;
    for (const json& t : k.at("traces")) {
        judged += t.at("not_judged").is_null();
        pages += t.at("pages").get<std::size_t>();
        lost += !t.at("lost").empty();
        missed += !t.at("own_misses").empty();
        off += !t.at("off_model").empty();
    }
    const double seconds = k.at("candidate").at("play_seconds").get<double>();
    return {k.at("version").get<std::string>(),
            grouped(k.at("random").get<std::uint64_t>()),
            fmt::to_string(k.at("seed").get<std::uint64_t>()),
            grouped(judged),
            grouped(pages),
            grouped(lost),
            grouped(missed),
            grouped(k.at("strategy_differs").size()),
            grouped(off),
            k["candidate"].at("boots") != json(0) && seconds > 0
                ? fmt::format("{:.1f}", static_cast<double>(judged) / seconds)
                : ""};
}

std::string campaigns_text(const std::vector<const SourceDocument*>& documents) {
    if (documents.empty()) return "";
    std::vector<std::vector<std::string>> rows;
    for (const SourceDocument* d : documents) rows.push_back(campaign_row(*d));
    return "\n## Random sequences in guests\n\n"
           "Drawn by the seed, with swap; every result, and at each look VMAs, entries and what the walks find, are "
           "compared\n"
           "with the model. *Lost*, *missed by all*: sequences in which an entry is, by this kernel's walk alone, and "
           "by one\n"
           "over all VMAs. *Walk differs*: in which the kernel's walk is not that of the model's strategy; *off the "
           "model*: in\n"
           "which anything else is not. *A second*: sequences, on a machine that may have been busy.\n\n" +
           markdown_table({"kernel", "sequences", "seed", "judged", "KSM pages", "lost", "missed by all",
                           "walk differs", "off the model", "a second"},
                          rows);
}

} // namespace

std::string kernels_page(const PageRequest& request) {
    std::string text =
        "Each trace in which the kernel's own walk misses an entry is played again as far as the first look that "
        "shows\n"
        "it; then the page is reclaimed, or migrated, or its memory fails, by the kernel's own functions. *Entry*: "
        "what\n"
        "is missed first. *Reclaim*, *migration*: what `reclaim_pages()` and `migrate_pages()` come to with the page "
        "(EAGAIN:\n"
        "an entry stays, and the page with it), and behind the semicolon, tried again at once, while interval trees "
        "hand\n"
        "out all VMAs. *Memory failure*: what `memory_failure()` returns, and whether the frame that failed stays "
        "mapped.\n"
        "*Told*: does `collect_procs_ksm()` name the process, so that it learns of it; behind the semicolon while "
        "trees\n"
        "hand out all VMAs; *of ADDRESS*: it names the process, with an address that does not map the page.\n";
    std::vector<const SourceDocument*> campaigns;
    for (const SourceDocument& d : request.documents)
        if (d.json.at("kernel").at("random") == json(0))
            text += section_of(d, request);
        else
            campaigns.push_back(&d);
    return text + campaigns_text(campaigns);
}

} // namespace checker::inline report
