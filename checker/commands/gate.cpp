#include "checker/gate.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

#include "checker/commands/verb.h"
#include "checker/expect.h"
#include "checker/guest/gate_kernel.h"
#include "checker/interrupt.h"
#include "checker/report/json.h"
#include "checker/report/text.h"

namespace checker {
namespace {

struct Options {
    std::string corpora, kernel, cache;
    std::vector<std::string> patches, traces;
};

// Is this what the catalogue, or the candidate's user, can be content with?
bool as_it_should_be(const Tally& t, bool candidate) {
    const Standing s = standing(t, candidate);
    return s == Standing::holds || (s == Standing::refuted && !candidate && t.strategy->claim == Claim::refuted);
}

std::string verdict_word(const Tally& t, bool candidate) {
    if (t.strategy == &reference()) return "reference";
    const Standing s = standing(t, candidate);
    if (s == Standing::refuted && !candidate && t.strategy->claim == Claim::refuted) return "refuted, as known";
    return std::string(to_string(s));
}

std::string table(const CorpusTier& tier, bool candidate) {
    std::vector<std::vector<std::string>> rows{
        {"strategy", "verdict", "traces", "pages", "heal", "stay", "visited", "refuted by"}};
    for (const Tally& t : tier.tallies)
        rows.push_back({std::string(t.strategy->name), verdict_word(t, candidate), fmt::to_string(t.traces),
                        fmt::to_string(t.pages), fmt::to_string(t.heals), fmt::to_string(t.stays), fmt::to_string(t.visited),
                        t.shortest ? fmt::format("{}:{} ({} operations)", t.shortest->path, t.shortest->line,
                                                 t.shortest->operations)
                                   : ""});
    return table_text(rows);
}

nlohmann::json tier_json(const CorpusTier& tier, bool candidate) {
    nlohmann::json rows = nlohmann::json::array();
    for (const Tally& t : tier.tallies) {
        nlohmann::json row{{"strategy", t.strategy->name},   {"claim", to_string(t.strategy->claim)},
                           {"verdict", verdict_word(t, candidate)}, {"traces", t.traces},
                           {"pages", t.pages},               {"heals", t.heals},
                           {"stays", t.stays},               {"visited", t.visited},
                           {"regressions", t.regressions},   {"refuted_by", nullptr}};
        if (t.shortest)
            row["refuted_by"] = {{"trace", t.shortest->path}, {"at", t.shortest->line},
                                 {"operations", t.shortest->operations}, {"missed", to_json(t.shortest->missed)}};
        rows.push_back(row);
    }
    return {{"corpus", {{"strategies", rows}, {"failures", tier.failures}, {"traces", tier.traces_played},
                        {"cut_short", tier.cut_short}}}};
}

// The command that shows what was found, for the last line.
std::string reproduce(const CorpusTier& tier, bool candidate) {
    for (const Tally& t : tier.tallies) {
        if (as_it_should_be(t, candidate)) continue;
        if (t.shortest) return fmt::format("rmapcheck run --strategy {} {}", t.strategy->name, shell_quoted(t.shortest->path));
        return fmt::format("rmapcheck gate # {} is known to be wrong and was not caught", t.strategy->name);
    }
    return "rmapcheck run " + shell_quoted(tier.failed_trace);
}

// gate --kernel: a real kernel is built with the patches, and its own walk is judged (docs/patch-gate.md).
int gate_of_a_kernel(const Shared& shared, const Options& options) {
    guest::GuestOptions how;
    how.kernel = options.kernel;
    how.patches = options.patches;
    how.cache = options.cache;
    std::vector<std::string> paths = options.traces;
    if (paths.empty())
        for (const char* folder : {"history", "strategies", "found"})
            for (std::string& p : traces_below(corpora_folder(options.corpora) + "/" + folder)) paths.push_back(std::move(p));
    for (const std::string& p : paths) how.traces.push_back(model::load_trace(p));
    if (!shared.quiet) how.progress = [](const std::string& line) { fmt::print(stderr, "{}\n", line); };
    const guest::GuestReport report = guest::gate_kernel(how);
    if (!report.message.empty()) fmt::print(stderr, "{}\n", report.message);
    if (shared.json)
        fmt::print("{}\n", report.json.dump(2));
    else {
        fmt::print("{}", report.text);
        if (!report.reproduce.empty()) fmt::print("{}\n", report.reproduce);
    }
    return report.exit_code;
}

int gate(const Shared& shared, const Options& options) {
    if (!options.kernel.empty()) return gate_of_a_kernel(shared, options);
    if (!options.patches.empty()) throw UsageError("--patch needs a kernel (--kernel TREE, or --kernel debian)");
    RunOptions how;
    how.strategies = chosen_strategies(shared);
    const bool candidate = !how.strategies.empty();
    const std::string folder = corpora_folder(options.corpora);
    catch_interrupts();
    const bool progress = show_progress(shared);
    const CorpusTier tier = run_corpus_tier(folder, how, [&](std::size_t done, std::size_t of, const std::string& path) {
        if (progress) fmt::print(stderr, "\r\033[K[{}/{}] {}", done, of, path);
    });
    if (progress) fmt::print(stderr, "\r\033[K");

    bool disagreement = !tier.failures.empty();
    for (const Tally& t : tier.tallies) disagreement |= !as_it_should_be(t, candidate) && !tier.cut_short;
    if (shared.json)
        fmt::print("{}\n", tier_json(tier, candidate).dump(2));
    else {
        for (const std::string& f : tier.failures) fmt::print("{}\n", f);
        fmt::print("{}", table(tier, candidate));
        if (!shared.quiet)
            fmt::print("\n{} of {} traces below {}; pages: how many were walked; heal, stay: misses that ksmd ends or not,\n"
                       "those of the reference included; visited: VMAs taken from interval trees.\n",
                       tier.traces_played, tier.traces_found, folder);
    }
    if (disagreement) {
        if (!shared.json) fmt::print("{}\n", reproduce(tier, candidate));
        return exit_disagreement;
    }
    if (tier.cut_short) {
        fmt::print(stderr, "could not tell: interrupted after {} of {} traces\n", tier.traces_played, tier.traces_found);
        return exit_cannot_tell;
    }
    if (!tier.traces_found) {
        fmt::print(stderr, "could not tell: there is no trace below {}\n", folder);
        return exit_cannot_tell;
    }
    return exit_agreement;
}

} // namespace

std::function<int()> setup_gate(CLI::App& app, const Shared& shared) {
    auto options = std::make_shared<Options>();
    app.add_option("--corpora", options->corpora, "the folder with the traces");
    app.add_option("--kernel", options->kernel, "judge the walk of this kernel: a source tree, an archive, or `debian`");
    app.add_option("--patch", options->patches, "with --kernel: a diff, a mailbox or an edit script; repeatable, in order");
    app.add_option("--trace", options->traces, "with --kernel: play this trace instead of the corpora; repeatable");
    app.add_option("--cache", options->cache, "with --kernel: where kernels are kept");
    return [options, &shared] { return gate(shared, *options); };
}

} // namespace checker
