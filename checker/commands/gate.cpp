#include "checker/commands/gate.h"
#include "checker/commands/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <mutex>
#include <random>

#include "checker/report/gate.h"
#include "checker/report/json.h"
#include "checker/support/interrupt.h"
#include "model/text/printable.h"

namespace checker::inline commands {
namespace {

struct GateArguments {
    KernelGateOptions kernel;
    std::vector<std::string> tiers;
    std::vector<std::string> budgets;              // "SECONDS" or "TIER=SECONDS"
    const model::KernelVersion* version = nullptr; // none: those that are judged
};

// The seconds of "SECONDS" or "TIER=SECONDS", which begin at `from`.
double budget_in(const std::string& text, std::size_t from) {
    const std::optional<double> seconds = number_in(text.substr(from));
    if (!seconds || !std::isfinite(*seconds) || *seconds <= 0)
        throw model::BadInput(fmt::format("--budget {}: no budget", text), "SECONDS, or TIER=SECONDS");
    return *seconds;
}

std::vector<AskedTier> chosen_tiers(std::span<const Tier> tiers, const GateArguments& o) {
    auto known = [&](const std::string& name) {
        std::string all;
        for (const Tier& t : tiers) {
            if (t.name == name) return;
            all += (all.empty() ? "" : ", ") + t.name;
        }
        throw model::BadInput(fmt::format("there is no tier {}", name), all);
    };
    for (const std::string& name : o.tiers) known(name);
    std::vector<AskedTier> asked;
    for (const Tier& t : tiers)
        if (o.tiers.empty() || std::ranges::find(o.tiers, t.name) != o.tiers.end())
            asked.push_back({&t, t.budget, !o.tiers.empty()});
    for (const std::string& text : o.budgets) {
        const std::size_t equals = text.find('=');
        const std::string name = equals == std::string::npos ? "" : text.substr(0, equals);
        if (!name.empty()) known(name);
        const double seconds = budget_in(text, equals == std::string::npos ? 0 : equals + 1);
        for (AskedTier& a : asked)
            if (a.budget > 0 && (name.empty() || a.tier->name == name)) a.budget = seconds;
    }
    return asked;
}

int exit_code(const GateReport& report) {
    if (report.defect()) return exit_defect;
    if (report.failed()) return exit_disagreement;
    return report.cannot_tell.empty() ? exit_agreement : exit_cannot_tell;
}

// The same tiers, each of which says on standard error that it has ended: some take a minute, and a log of a run that
// is not watched should show where it is.
std::vector<Tier> announced(std::span<const Tier> tiers, ProgressLine& line, std::mutex& one_speaks) {
    std::vector<Tier> telling(tiers.begin(), tiers.end());
    for (Tier& t : telling)
        t.run = [run = t.run, name = t.name, &line, &one_speaks](const TierRequest& request) {
            const auto start = std::chrono::steady_clock::now();
            auto result = run(request);
            const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
            const std::scoped_lock lock(one_speaks);
            line.wipe();
            fmt::print(stderr, "tier {}: ended after {:.1f} s\n", name, took.count());
            return result;
        };
    return telling;
}

int gate(const Shared& shared, const GateArguments& options, std::span<const Tier> tiers) {
    if (!options.kernel.guest.kernel.empty()) {
        if (options.version)
            throw model::BadInput("--kernel-version does not go with --kernel", "the rules are those of the kernel");
        KernelGateOptions kernel = options.kernel;
        for (const std::string& text : options.budgets) kernel.guest.seconds = budget_in(text, 0); // there are no tiers
        return gate_of_a_kernel(shared, kernel);
    }
    if (!options.kernel.guest.patches.empty() || !options.kernel.guest.base.empty() || options.kernel.guest.random ||
        !options.kernel.html.empty() || !options.kernel.shard.empty())
        throw model::BadInput("--patch, --base, --random, --shard and --html need a kernel",
                              "--kernel TREE, or --kernel debian");
    std::vector<Tier> telling;
    ProgressLine line(shared);
    std::mutex one_speaks; // tiers run beside each other
    if (!shared.quiet) tiers = telling = announced(tiers, line, one_speaks);
    std::vector<AskedTier> asked = chosen_tiers(tiers, options);
    TierRequest request;
    const std::vector<const model::KernelVersion*> versions =
        options.version ? std::vector{options.version} : model::judged_versions();
    request.strategies = chosen_strategies(shared, *versions.front());
    request.candidate = !request.strategies.empty();
    if (!request.candidate) request.strategies = all_of(every_strategy());
    request.corpora = corpora_folder(options.kernel.corpora);
    request.seed = shared.seed ? shared.seed : std::random_device{}();
    request.progress = [&line, &one_speaks](const HowFar& far) {
        const std::scoped_lock lock(one_speaks);
        line.tell(far);
    };
    catch_interrupts();
    const GateReport report = run_gate(asked, request, versions);
    line.wipe();
    print_result(shared, gate_json(report, request), gate_text(report, shared.quiet));
    const int code = exit_code(report);
    if (!shared.json && (code == exit_disagreement || code == exit_defect))
        fmt::print("{}\n", command_line(report.reproduce()));
    if (code == exit_cannot_tell) fmt::print(stderr, "could not tell: {}\n", model::printable(report.cannot_tell));
    return code;
}

std::string judged_names() {
    std::string names;
    for (const model::KernelVersion* v : model::judged_versions())
        names += (names.empty() ? "" : " and ") + std::string(v->name);
    return names;
}

} // namespace

std::function<int()> setup_gate(CommandLine& line, const Shared& shared, std::span<const Tier> tiers) {
    auto options = std::make_shared<GateArguments>();
    std::string names;
    for (const Tier& t : tiers) names += (names.empty() ? "" : ", ") + t.name;
    line.repeated("--tier", options->tiers, fmt::format("ask only this one, repeatable: {}", names));
    line.repeated(
        "--budget", options->budgets,
        "SECONDS for each tier that can be cut short, or TIER=SECONDS; repeatable; shared among the rules that "
        "are judged; with --kernel, for all");
    line.kernel_version(options->version, judged_names());
    line.value("--corpora", options->kernel.corpora, "the folder with the traces");
    add_kernel_options(line, options->kernel);
    return [options, &shared, tiers] { return gate(shared, *options, tiers); };
}

} // namespace checker::inline commands
