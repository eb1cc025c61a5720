#include "checker/commands/check.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <random>

#include "checker/commands/progress.h"
#include "checker/judge/expect.h"
#include "checker/report/json.h"
#include "checker/report/text.h"
#include "checker/search/random/check.h"
#include "checker/search/shrink/found.h"
#include "checker/shares/merge.h"
#include "checker/support/files.h"
#include "checker/support/interrupt.h"
#include "checker/viewer/found_page.h"
#include "model/invariants.h"
#include "model/text/printable.h"

namespace checker::inline commands {
namespace {

constexpr std::uint32_t flights_of_check = 2; // unless --flights says otherwise

struct CheckArguments {
    CheckOptions check;
    std::vector<std::string> ops, without;
    std::string save, html, shard;
    const model::KernelVersion* kernel = &model::default_version();
    double minimize_seconds = 10;
    std::optional<double> seconds; // 0: until the user interrupts
};

// Which disagreements speak against what was asked? Those of a candidate, or those that break a claim.
bool is_failure(const Cause& cause, bool candidate) {
    const Claim claim = cause.strategy->claim;
    if (is_reference(*cause.strategy) && claim != Claim::exact) return false; // what it misses is no regression
    return candidate || claim == Claim::exact || claim == Claim::covers;
}

std::string seen_operations(const CheckReport& report) {
    std::vector<std::vector<std::string>> rows{{"operation", "played", "failed with"}};
    for (std::size_t kind = 0; kind < operation_kinds; ++kind) {
        std::uint64_t played = 0;
        std::string errors;
        for (std::size_t e = 0; e < report.results[kind].size(); ++e) {
            played += report.results[kind][e];
            if (!e || !report.results[kind][e]) continue;
            for (const model::ErrnoName& n : model::errno_names)
                if (static_cast<std::size_t>(n.value) == e)
                    errors += fmt::format("{} {}  ", n.name, report.results[kind][e]);
        }
        if (played) rows.push_back({std::string(operation_names()[kind]), fmt::to_string(played), errors});
    }
    return table_text(rows);
}

std::string not_witnessed(const CheckReport& report, const Lists& lists) {
    std::string names;
    std::size_t seen = 0;
    for (std::size_t i = 0; i < lists.witnesses.size(); ++i) {
        seen += report.witnessed[i];
        if (!report.witnessed[i]) names += " " + std::string(lists.witnesses[i].name);
    }
    const std::string counted = fmt::format("{} of {} witnesses reached", seen, lists.witnesses.size());
    return names.empty() ? counted + "\n" : counted + "; not reached:" + names + "\n";
}

// A state that must never be, and the command that plays it again.
struct FoundSecurity {
    MinimalSecurity minimal;
    std::uint64_t run = 0;
    std::string text, path, page;
};

void save_all(std::vector<Found>& found, const CheckArguments& o, Outputs& outputs) {
    for (Found& f : found) {
        save_found(f, o.save, outputs);
        const Cause& cause = f.minimal.cause;
        f.page = save_page(found_text(f), name_of(cause), f.config, cause.strategy, o.html, outputs);
    }
}

std::vector<FoundSecurity> minimize_all(const CheckReport& report, const CheckArguments& o, Outputs& outputs) {
    std::vector<FoundSecurity> all;
    for (const auto& [cause, s] : report.security) {
        FoundSecurity& f = all.emplace_back();
        f.minimal = minimize_security(s.steps, o.check.config, cause, o.minimize_seconds);
        f.run = s.run;
        const model::Trace trace = security_trace(f.minimal, o.check.config);
        f.text = model::to_text(trace);
        f.path = save_trace(trace, o.save, name_of(cause), outputs);
        f.page = save_page(f.text, name_of(cause), o.check.config, cause.strategy, o.html, outputs);
    }
    return all;
}

void print_files(const std::string& trace, const std::string& page) {
    if (!trace.empty()) fmt::print("  saved as {}\n", model::printable(trace));
    if (!page.empty()) fmt::print("  page: {}\n", model::printable(page));
}

void print_security(const FoundSecurity& f) {
    const MinimalSecurity& m = f.minimal;
    fmt::print(
        "\nsecurity: {}, driven by {}\n  {}\n  run {}, {} operations, minimized to {} in {} tries{}; stale: {}\n",
        to_text(m.cause), m.cause.strategy->name, explained(m.cause), f.run, m.steps_before, m.steps.size(), m.tries,
        m.finished ? "" : " (not finished)", to_text(m.entries));
    for (const model::Step& step : m.steps) fmt::print("    {}\n", model::to_text(step));
    print_files(f.path, f.page);
}

nlohmann::json to_json_document(const CheckReport& report, const Lists& lists, std::uint64_t seed,
                                const std::vector<Found>& found, const std::vector<FoundSecurity>& security,
                                const Shard& shard) {
    nlohmann::json j{
        {"seed", seed},          {"runs", report.runs},       {"operations", report.operations},
        {"pages", report.pages}, {"seconds", report.seconds}, {"interrupted", report.end == End::interrupted}};
    if (!shard.all()) j["shard"] = to_text(shard);
    j["operations_played"] = nlohmann::json::object();
    for (std::size_t kind = 0; kind < operation_kinds; ++kind) {
        nlohmann::json results = nlohmann::json::object();
        for (std::size_t e = 0; e < report.results[kind].size(); ++e)
            for (const model::ErrnoName& n : model::errno_names)
                if (e && static_cast<std::size_t>(n.value) == e && report.results[kind][e])
                    results[std::string(n.name)] = report.results[kind][e];
        results["ok"] = report.results[kind][0];
        j["operations_played"][std::string(operation_names()[kind])] = results;
    }
    for (std::size_t i = 0; i < lists.witnesses.size(); ++i)
        j["witnesses"][std::string(lists.witnesses[i].name)] = static_cast<bool>(report.witnessed[i]);
    j["disagreements"] = nlohmann::json::array();
    for (const Found& f : found) {
        j["disagreements"].push_back({{"strategy", f.minimal.cause.strategy->name},
                                      {"cause", to_text(f.minimal.cause)},
                                      {"run", f.run},
                                      {"seconds", f.seconds},
                                      {"trace", found_text(f)},
                                      {"saved", f.path},
                                      {"operations", f.minimal.steps.size() - 1},
                                      {"tries", f.minimal.tries},
                                      {"lifetime", f.lifetime}});
        if (!f.page.empty()) j["disagreements"].back()["page"] = f.page;
    }
    j["security"] = nlohmann::json::array();
    for (const FoundSecurity& f : security) {
        j["security"].push_back({{"strategy", f.minimal.cause.strategy->name},
                                 {"cause", to_text(f.minimal.cause)},
                                 {"run", f.run},
                                 {"trace", f.text},
                                 {"saved", f.path},
                                 {"operations", f.minimal.steps.size()},
                                 {"tries", f.minimal.tries}});
        if (!f.page.empty()) j["security"].back()["page"] = f.page;
    }
    j["deadlocks"] = nlohmann::json::array();
    for (const auto& [what, s] : report.deadlocks) {
        model::Trace trace;
        trace.steps = s.steps;
        j["deadlocks"].push_back({{"what", what}, {"run", s.run}, {"trace", model::to_text(trace)}});
    }
    for (const auto* map : {&report.broken, &report.defects})
        for (const auto& [name, s] : *map) {
            model::Trace trace;
            trace.steps = s.steps;
            j[map == &report.broken ? "broken" : "defects"].push_back(
                {{"name", name}, {"what", s.what}, {"run", s.run}, {"trace", model::to_text(trace)}});
        }
    return j;
}

void print_found(const Found& f) {
    fmt::print("\n{}: {}\n  {}\n  run {}, {} operations, minimized to {} in {} tries{}; the miss {}\n",
               f.minimal.cause.strategy->name, to_text(f.minimal.cause), explained(f.minimal.cause), f.run,
               f.minimal.steps_before, f.minimal.steps.size() - 1, f.minimal.tries,
               f.minimal.finished ? "" : " (not finished)", f.lifetime);
    for (const model::Step& step : f.minimal.steps) fmt::print("    {}\n", model::to_text(step));
    print_files(f.path, f.page);
}

// A broken property or a defect: the shortest sequence that still shows it, saved or printed. Returns its trace's path.
std::string show_broken(const std::string& name, const Sighting& s, const CheckArguments& o, const Lists& lists,
                        bool quiet, Outputs& outputs) {
    model::Trace trace;
    trace.steps = minimize_broken(name, s, o.check.config, lists, o.minimize_seconds);
    trace.remarks.push_back({0, "# Why: " + name + ": " + s.what, 0});
    const std::string path = save_trace(trace, o.save, "broken-" + slug(name), outputs);
    if (!quiet) fmt::print("\nbroken: {} (run {}): {}\n{}", name, s.run, s.what, model::to_text(trace));
    return path;
}

// The command that finds again what was found in this run.
std::string command_for(const CheckArguments& o, std::uint64_t run) {
    return command_line(model::under(command_of(o.check, run), o.kernel->rules, o.check.config.mends));
}

int finish(const Shared& shared, const CheckArguments& o, const Lists& lists, std::uint64_t seed,
           const CheckReport& report, const std::vector<Found>& found, const std::vector<FoundSecurity>& security,
           Outputs& outputs) {
    const bool candidate = !o.check.strategies.empty();
    if (shared.json) {
        fmt::print("{}\n", json_text(in_order(to_json_document(report, lists, seed, found, security, o.check.shard))));
    } else if (!shared.quiet) {
        fmt::print("seed {}: {} runs, {} operations judged ({} KSM pages) in {:.1f} s, {:.0f} operations a second\n",
                   seed, report.runs, report.operations, report.pages, report.seconds, report.operations_a_second());
        fmt::print("{}{}", seen_operations(report), not_witnessed(report, lists));
    }
    std::string replay;
    bool failed = false;
    for (const Found& f : found) {
        if (!shared.json) print_found(f);
        const bool failure = is_failure(f.minimal.cause, candidate);
        if (replay.empty() || (failure && !failed)) replay = f.command.empty() ? command_for(o, f.run) : f.command;
        failed |= failure;
    }
    for (const FoundSecurity& f : security) {
        if (!shared.json) print_security(f);
        const bool failure = candidate && f.minimal.cause.strategy != &reference();
        const std::string command = f.path.empty() ? command_for(o, f.run) : "rmapcheck run " + shell_quoted(f.path);
        if (replay.empty() || (failure && !failed)) replay = command;
        failed |= failure;
    }
    for (const auto& [what, s] : report.deadlocks) {
        if (!shared.json) fmt::print("\ndeadlock (run {}): {}\n", s.run, what);
        replay = command_for(o, s.run);
        failed = true;
    }
    for (const auto* map : {&report.broken, &report.defects})
        for (const auto& [name, s] : *map) {
            const std::string saved = show_broken(name, s, o, lists, shared.json, outputs);
            replay = saved.empty() ? command_for(o, s.run)
                                   : command_line(model::under({"rmapcheck", "run", "--paranoid", saved},
                                                               o.kernel->rules, o.check.config.mends));
        }
    if (report.end == End::interrupted && !shared.json) fmt::print("interrupted: this is what was known by then\n");
    if (!replay.empty() && !shared.json) fmt::print("\n{}\n", replay);
    outputs.complain();
    if (!report.defects.empty()) return exit_defect;
    if (failed || !report.broken.empty()) return exit_disagreement;
    if (report.end == End::interrupted) return exit_cannot_tell;
    return exit_agreement;
}

// What is known of the operations is known of the kernel as it is.
Lists lists_for(const CheckArguments& o, const Lists& lists) {
    return o.check.config.mends == model::Mends{} ? lists : Lists{{}, {}, lists.witnesses};
}

int check_verb(const Shared& shared, CheckArguments o, const Lists& all_lists) {
    const Lists lists = lists_for(o, all_lists);
    o.check.strategies = chosen_strategies(shared, *o.kernel);
    o.check.scope.operations = chosen_operations(o.ops, o.without);
    o.check.seconds = o.seconds.value_or(o.check.runs ? 0 : 10);
    if (!o.shard.empty()) o.check.shard = read_shard(o.shard);
    if (!o.shard.empty() && !shared.seed)
        throw model::BadInput("--shard: the shares of one campaign have one seed", "--seed N with it");
    o.check.seed = shared.seed ? shared.seed : std::random_device{}();
    o.check.config.rules = o.kernel->rules;
    for (const std::string& folder : {o.save, o.html})
        if (!folder.empty()) make_folder(folder);
    catch_interrupts();
    ProgressLine line(shared);
    if (line) fmt::print(stderr, "seed {}\n", o.check.seed);
    CheckReport report = check(o.check, lists, [&](const SearchEffort& p) {
        line.tell({"check", p.runs, o.check.shard.count(o.check.runs), "runs",
                   o.check.seconds > 0 ? std::max(0.0, o.check.seconds - p.seconds) : -1,
                   fmt::format("{} operations, {:.0f} a second", p.operations, p.operations_a_second())});
    });
    std::vector<Found> found =
        minimize_sightings(report.disagreements, o.check.config, o.minimize_seconds, [&](std::size_t done) {
            line.tell({"minimizing", done, report.disagreements.size(), "findings"});
        });
    Outputs outputs;
    save_all(found, o, outputs);
    const std::vector<FoundSecurity> security = minimize_all(report, o, outputs);
    line.wipe();
    return finish(shared, o, lists, o.check.seed, report, found, security, outputs);
}

} // namespace

std::function<int()> setup_check(CommandLine& line, const Shared& shared, const Lists& lists) {
    auto o = std::make_shared<CheckArguments>();
    o->check.scope.flights = flights_of_check;
    line.value("--seconds", o->seconds, "stop after so long; 0: when interrupted (default: 10 without --runs)");
    line.value("--runs", o->check.runs, "stop after so many sequences", at_least(1));
    line.value("--length", o->check.scope.length, "operations of a sequence", between(1, 100000));
    line.list("--ops", o->ops, "draw only these operations");
    line.list("--without", o->without, "do not draw these operations");
    line.value("--flights", o->check.scope.flights,
               "at most so many operations in flight at a time, in the runs that have any", between(0, 3));
    line.value("--processes", o->check.scope.processes, "at most so many at a time", between(1, 64));
    line.flag("--about-files", o->check.scope.about_files, "every sequence is about shared files, not one of 16");
    line.value("--pages", o->check.scope.pages, "draw addresses from so many pages", between(2, 4096));
    line.value("--jobs", o->check.jobs, "threads; the result does not depend on them", between(1, 256));
    line.value("--save", o->save, "put the minimized traces into this folder");
    line.value("--html", o->html, "put a page for a browser of each into this folder");
    line.value("--shard", o->shard,
               "I/N: play every N-th sequence only, from the I-th on (`merge` puts them together)");
    line.flag("--paranoid", o->check.paranoid, "check everything after every operation of every sequence");
    line.value("--minimize-seconds", o->minimize_seconds, "at most so long for each distinct disagreement");
    line.kernel_version(o->kernel);
    line.mends(o->check.config.mends);
    return [o, &shared, &lists] { return check_verb(shared, *o, lists); };
}

} // namespace checker::inline commands
