#include "checker/commands/gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>

#include "checker/report/text.h"
#include "checker/support/interrupt.h"

namespace checker::inline commands {
namespace {

struct Options {
    KernelGateOptions kernel;
    std::vector<std::string> tiers;
    std::vector<std::string> budgets; // "SECONDS" or "TIER=SECONDS"
};

struct Asked {
    const Tier* tier;
    double budget;
    bool named; // by the user: then it must run
    TierResult result{};
};

// What all tiers together say of one strategy.
struct Verdict {
    const Strategy* strategy;
    std::string word;
    bool wrong = false;           // it should not be so
    bool open = false;            // some tier could not tell
    const TierRow* why = nullptr; // the shortest refutation
};

std::vector<Asked> chosen_tiers(std::span<const Tier> tiers, const Options& o) {
    auto known = [&](const std::string& name) {
        std::string all;
        for (const Tier& t : tiers) {
            if (t.name == name) return;
            all += (all.empty() ? "" : ", ") + t.name;
        }
        throw UsageError(fmt::format("there is no tier {} ({})", name, all));
    };
    for (const std::string& name : o.tiers) known(name);
    std::vector<Asked> asked;
    for (const Tier& t : tiers)
        if (o.tiers.empty() || std::ranges::find(o.tiers, t.name) != o.tiers.end())
            asked.push_back({&t, t.budget, !o.tiers.empty()});
    for (const std::string& text : o.budgets) {
        const std::size_t equals = text.find('=');
        const std::string name = equals == std::string::npos ? "" : text.substr(0, equals);
        if (!name.empty()) known(name);
        const std::optional<double> seconds = number_in(text.substr(equals == std::string::npos ? 0 : equals + 1));
        if (!seconds || *seconds <= 0)
            throw UsageError(fmt::format("--budget {}: no budget (SECONDS, or TIER=SECONDS)", text));
        for (Asked& a : asked)
            if (a.budget > 0 && (name.empty() || a.tier->name == name)) a.budget = *seconds;
    }
    return asked;
}

Verdict verdict_on(const Strategy* s, const std::vector<Asked>& asked, bool candidate) {
    Verdict v{s, {}};
    if (std::ranges::all_of(asked, [](const Asked& a) { return a.result.rows.empty(); })) { // about the model only
        v.word = s == &reference() ? "reference" : "not asked";
        return v;
    }
    for (const Asked& a : asked)
        for (const TierRow& row : a.result.rows) {
            if (row.strategy != s) continue;
            v.open |= row.standing == Standing::unknown;
            if (row.standing != Standing::refuted) continue;
            if (!v.why || row.operations.value_or(SIZE_MAX) < v.why->operations.value_or(SIZE_MAX)) v.why = &row;
        }
    const bool known = s->claim == Claim::refuted && !candidate;
    if (s == &reference())
        v.word = "reference";
    else if (v.why)
        v.word = known ? "refuted, as known" : "refuted";
    else if (known) // it must be caught again; the corpora do that if they are all played
        v.word = "not caught";
    else
        v.word = v.open ? "could not tell" : "holds";
    v.wrong = (v.why && !known && s != &reference()) || v.word == "not caught";
    return v;
}

std::string table(const std::vector<Verdict>& verdicts, const std::vector<Asked>& asked) {
    std::vector<std::vector<std::string>> rows(1, {"strategy", "verdict"});
    for (const Asked& a : asked)
        if (!a.result.rows.empty()) rows[0].insert(rows[0].end(), a.tier->columns.begin(), a.tier->columns.end());
    rows[0].push_back("refuted by");
    for (const Verdict& v : verdicts) {
        std::vector<std::string>& row = rows.emplace_back(std::vector{std::string(v.strategy->name), v.word});
        for (const Asked& a : asked)
            for (const TierRow& r : a.result.rows)
                if (r.strategy == v.strategy) row.insert(row.end(), r.cells.begin(), r.cells.end());
        row.push_back(!v.why || v.strategy == &reference() ? ""
                      : v.why->operations ? fmt::format("{} ({} operations)", v.why->refuted_by, *v.why->operations)
                                          : v.why->refuted_by);
    }
    return table_text(rows);
}

nlohmann::json document(const std::vector<Verdict>& verdicts, const std::vector<Asked>& asked) {
    nlohmann::json rows = nlohmann::json::array(), j;
    for (const Verdict& v : verdicts) {
        nlohmann::json row{{"strategy", v.strategy->name}, {"verdict", v.word}, {"reproduce", nullptr}};
        if (v.why && !v.why->reproduce.empty()) row["reproduce"] = v.why->reproduce;
        rows.push_back(row);
    }
    j["strategies"] = rows;
    for (const Asked& a : asked) {
        j[a.tier->name] = a.result.json;
        if (!a.result.cannot_tell.empty()) j[a.tier->name]["cannot_tell"] = a.result.cannot_tell;
        if (!a.result.skipped.empty()) j[a.tier->name]["skipped"] = a.result.skipped;
    }
    return j;
}

void print_text(const std::vector<Verdict>& verdicts, const std::vector<Asked>& asked, bool quiet) {
    for (const Asked& a : asked)
        for (const std::string& f : a.result.failures) fmt::print("{}\n", f);
    fmt::print("{}", table(verdicts, asked));
    if (!quiet) fmt::print("\n");
    for (const Asked& a : asked) {
        if (!quiet && !a.result.summary.empty()) fmt::print("{}\n", a.result.summary);
        if (!a.result.skipped.empty()) fmt::print("{}: skipped: {}\n", a.tier->name, a.result.skipped);
    }
    for (const Verdict& v : verdicts)
        if (v.wrong && v.why && !v.why->detail.empty()) fmt::print("\n{}\n", v.why->detail);
}

// The command that shows what is wrong: the last line.
std::string reproduce(const std::vector<Verdict>& verdicts, const std::vector<Asked>& asked) {
    for (const Asked& a : asked)
        if (!a.result.failures.empty()) return a.result.reproduce;
    for (const Verdict& v : verdicts)
        if (v.wrong)
            return v.why ? v.why->reproduce
                         : fmt::format("rmapcheck gate # {} is known to be wrong and was not caught", v.strategy->name);
    return {};
}

int gate(const Shared& shared, const Options& options, std::span<const Tier> tiers) {
    if (!options.kernel.kernel.empty()) return gate_of_a_kernel(shared, options.kernel);
    if (!options.kernel.patches.empty() || !options.kernel.base.empty() || options.kernel.random)
        throw UsageError("--patch, --base and --random need a kernel (--kernel TREE, or --kernel debian)");
    std::vector<Asked> asked = chosen_tiers(tiers, options);
    TierRequest request;
    request.strategies = chosen_strategies(shared);
    request.candidate = !request.strategies.empty();
    if (!request.candidate)
        for (const Strategy& s : strategies()) request.strategies.push_back(&s);
    request.corpora = corpora_folder(options.kernel.corpora);
    request.seed = shared.seed ? shared.seed : std::random_device{}();
    const bool progress = show_progress(shared);
    request.progress = [progress](const std::string& line) {
        if (progress) fmt::print(stderr, "\r\033[K{}", line);
    };
    catch_interrupts();
    std::string cannot_tell;
    bool wrong = false, defect = false;
    for (Asked& a : asked) {
        if (interrupted()) {
            a.result.skipped = "interrupted";
            continue;
        }
        request.budget = a.budget;
        a.result = a.tier->run(request);
        wrong |= !a.result.failures.empty();
        defect |= a.result.defect;
        if (!a.result.cannot_tell.empty()) cannot_tell = a.result.cannot_tell;
        if (a.named && !a.result.skipped.empty()) cannot_tell = a.tier->name + ": " + a.result.skipped;
    }
    if (progress) fmt::print(stderr, "\r\033[K");
    std::vector<Verdict> verdicts;
    for (const Strategy* s : request.strategies) {
        verdicts.push_back(verdict_on(s, asked, request.candidate));
        const Verdict& v = verdicts.back();
        const bool in_vain =
            v.word == "not caught" && (options.tiers.size() || !cannot_tell.empty()); // not all was tried
        if (in_vain && cannot_tell.empty()) cannot_tell = fmt::format("the tiers that ran did not refute {}", s->name);
        verdicts.back().wrong = v.wrong && !in_vain;
        wrong |= verdicts.back().wrong;
    }
    if (shared.json)
        fmt::print("{}\n", document(verdicts, asked).dump(2));
    else
        print_text(verdicts, asked, shared.quiet);
    if ((wrong || defect) && !shared.json) fmt::print("{}\n", reproduce(verdicts, asked));
    if (defect) return exit_defect;
    if (wrong) return exit_disagreement;
    if (interrupted() && cannot_tell.empty()) cannot_tell = "interrupted";
    if (!cannot_tell.empty()) {
        fmt::print(stderr, "could not tell: {}\n", cannot_tell);
        return exit_cannot_tell;
    }
    return exit_agreement;
}

} // namespace

std::function<int()> setup_gate(CommandLine& line, const Shared& shared, std::span<const Tier> tiers) {
    auto options = std::make_shared<Options>();
    std::string names;
    for (const Tier& t : tiers) names += (names.empty() ? "" : ", ") + t.name;
    line.repeated("--tier", options->tiers, fmt::format("ask only this one, repeatable: {}", names));
    line.repeated("--budget", options->budgets,
                  "SECONDS for each tier that can be cut short, or TIER=SECONDS; repeatable");
    line.value("--corpora", options->kernel.corpora, "the folder with the traces");
    add_kernel_options(line, options->kernel);
    return [options, &shared, tiers] { return gate(shared, *options, tiers); };
}

} // namespace checker::inline commands
