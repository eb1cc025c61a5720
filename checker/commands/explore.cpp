#include "checker/search/scope/explore.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include "checker/commands/progress.h"
#include "checker/commands/verb.h"
#include "checker/report/explored.h"
#include "checker/report/json.h"
#include "checker/report/text.h"
#include "checker/search/shrink/found.h"
#include "checker/support/files.h"
#include "checker/support/interrupt.h"
#include "checker/viewer/found_page.h"
#include "model/text/printable.h"

namespace checker::inline commands {
namespace {

struct ExploreArguments {
    scope::Scope scope;
    std::vector<std::string> ops, without, advice;
    unsigned depth = 0, pages = 0; // of the kind's own scope
    std::string memory = "4G", from, save, html, drive, shard;
    const model::KernelVersion* kernel = &model::default_version();
    ExploreLimits limits;
    bool smart_scan = false, zero_pages = false, unreduced = false;
};

// "512M", "4G", or bytes.
std::uint64_t bytes_of(const std::string& text) {
    std::size_t digits = 0;
    std::uint64_t n = 0;
    try {
        n = std::stoull(text, &digits);
    } catch (const std::logic_error&) {
        digits = 0;
    }
    const std::string unit = text.substr(digits);
    const unsigned shift = unit == "" ? 0 : unit == "K" ? 10 : unit == "M" ? 20 : unit == "G" ? 30 : 64;
    if (!digits || shift == 64 || n > (UINT64_MAX >> shift) || !n)
        throw model::BadInput(fmt::format("--memory {}: no size", text), "bytes, or a number with K, M or G");
    return n << shift;
}

void choose_ops(scope::Scope& scope, const ExploreArguments& o, const Kind& kind) {
    const std::vector<std::string> known = scope::all_ops();
    for (const auto* list : {&o.ops, &o.without})
        for (const std::string& name : *list)
            if (std::ranges::find(known, name) == known.end())
                throw model::BadInput(fmt::format("{}: not an operation to explore", name),
                                      fmt::format("{}", fmt::join(known, ", ")));
    const std::vector<std::string> wanted = o.ops.empty() ? scope::default_ops(kind) : o.ops;
    scope.ops.clear();
    for (const std::string& name : known)
        if (std::ranges::find(wanted, name) != wanted.end() && std::ranges::find(o.without, name) == o.without.end())
            scope.ops.push_back(name);
    if (scope.ops.empty()) throw model::BadInput("--without leaves no operation", "at least one");
}

std::vector<std::uint64_t> advice_of(const std::vector<std::string>& names) {
    std::vector<std::uint64_t> values;
    for (const std::string& name : names) {
        const auto* at = std::ranges::find_if(
            model::advice_names, [&](const model::FlagName& f) { return f.name == name || f.name == "MADV_" + name; });
        if (at == std::end(model::advice_names))
            throw model::BadInput(fmt::format("--advice {}: no such advice", name), "MERGEABLE, …");
        values.push_back(at->value);
    }
    return values;
}

// The scope after the user's word, for strategies of a kind. Throws model::BadInput.
scope::Scope chosen_scope(const ExploreArguments& o, const Kind& kind) {
    scope::Scope scope = o.scope;
    const scope::Scope usual = scope::default_scope(kind);
    scope.depth = o.depth ? o.depth : usual.depth;
    scope.pages = o.pages ? o.pages : usual.pages;
    scope.files = std::max(o.scope.files, usual.files);
    scope.shared = usual.shared;
    scope.config.tells_orders_apart = scope.flights && scope.files;
    choose_ops(scope, o, kind);
    if (!o.advice.empty()) scope.advice = advice_of(o.advice);
    scope.config.rules = o.kernel->rules;
    scope.config.smart_scan = o.smart_scan;
    scope.config.use_zero_pages = o.zero_pages;
    scope.reduced = !o.unreduced;
    if (!o.drive.empty()) {
        const Strategy* s = find_strategy(o.drive);
        if (!s || s->kind != &ksm)
            throw model::BadInput(fmt::format("--drive {}: no such strategy of KSM pages", o.drive),
                                  "one that `walks` lists");
        if (s != &reference()) scope.config.drive = driver_of(*s);
    }
    if (o.from.empty()) return scope;
    scope.from = model::load_trace(o.from);
    model::require_playable(scope.from, scope.config);
    return scope;
}

void save(std::vector<ScopeAnswer>& answers, const ExploreArguments& o, Outputs& outputs) {
    for (ScopeAnswer& a : answers)
        for (std::size_t n = 0; n < a.counterexamples.size(); ++n) {
            const std::string name = fmt::format("{}{}", a.strategy->name, n ? fmt::format("-{}", n + 1) : "");
            const std::string text = certified(a, *a.counterexamples[n]), file = o.save + "/" + name + ".trace";
            if (!o.save.empty() && outputs.write(file, text)) a.saved.push_back(file);
            const std::string page = save_page(text, name, a.report->scope.config, a.strategy, o.html, outputs);
            if (!page.empty()) a.pages.push_back(page);
        }
}

// States that must never be, with what `run` is to expect of them.
std::string security_text(const ExploredSecurity& s) {
    return fmt::format(
        "security: {}, driven by {}, after {} operations; no shorter sequence of the scope leads to one\n{}",
        to_text(s.cause), s.cause.strategy->name, s.operations, model::to_text(s.trace));
}

void print_text(const std::vector<ExploreReport>& reports, const std::vector<ScopeAnswer>& answers, bool quiet) {
    std::vector<std::vector<std::string>> rows{{"strategy", "found", "operations"}};
    for (const ScopeAnswer& a : answers)
        rows.push_back(
            {std::string(a.strategy->name),
             is_reference(*a.strategy) && a.strategy->claim != Claim::exact ? "reference" : std::string(word(a.found)),
             a.counterexamples.empty() ? "" : fmt::to_string(a.counterexamples.front()->operations)});
    const scope::Scope* last = nullptr;
    for (const ExploreReport& r : reports) {
        if (last && last->ops == r.scope.ops) continue;
        last = &r.scope;
        fmt::print("scope: {}\n", scope::to_text(r.scope));
    }
    fmt::print("\n{}\n", table_text(rows));
    for (const ScopeAnswer& a : answers) {
        if (is_reference(*a.strategy) && a.strategy->claim != Claim::exact) continue;
        if (a.counterexamples.empty()) fmt::print("{}.\n\n", statement(*a.report, a.strategy));
        for (std::size_t n = 0; n < a.counterexamples.size(); ++n) {
            const Counterexample& c = *a.counterexamples[n];
            fmt::print("{}.{}\n{}{}{}\n", statement(*a.report, c), fmt::format(" Cause: {}.", to_text(c.cause)),
                       model::to_text(c.trace),
                       n < a.saved.size() ? fmt::format("# saved as {}\n", model::printable(a.saved[n])) : "",
                       n < a.pages.size() ? fmt::format("# page: {}\n", model::printable(a.pages[n])) : "");
        }
    }
    for (const ExploreReport& r : reports)
        for (const ExploredSecurity& s : r.security) fmt::print("{}\n", security_text(s));
    if (quiet) return;
    for (const ExploreReport& r : reports)
        fmt::print(
            "{} rmap_items: {} states, {} transitions in {:.1f} s ({:.0f} a second); two states have shared a "
            "fingerprint with probability {:.1e}; {} MiB in memory, {} MiB on disk\n",
            r.layout.name, r.states, r.transitions, r.seconds,
            static_cast<double>(r.transitions) / std::max(r.seconds, 1e-9), r.collisions(), r.bytes >> 20,
            r.bytes_on_disk >> 20);
}

// A strategy was refuted that should not be: one that was named, or one that claims to cover the reference.
const ScopeAnswer* disagreement(const std::vector<ScopeAnswer>& answers, bool named) {
    for (const ScopeAnswer& a : answers)
        if (a.found == InScope::refuted && (named || a.strategy->claim != Claim::refuted)) return &a;
    return nullptr;
}

std::string shown_by(const ScopeAnswer& a, const model::Config& c) {
    return command_line(model::under({"rmapcheck", "run", "--strategy", std::string(a.strategy->name), a.saved.front()},
                                     c.rules, c.mends));
}

int defect(const ExploreReport& r) {
    fmt::print(stderr, "defect of rmapcheck: {}\n", r.reason);
    model::Trace t = r.scope.from;
    t.path.clear();
    t.steps.insert(t.steps.end(), r.defect.begin(), r.defect.end());
    fmt::print("{}", model::to_text(t));
    return exit_defect;
}

// Each kind in its scope; together they take no longer than the limit.
std::vector<ExploreReport> explore_kinds(const std::vector<const Strategy*>& asked,
                                         const std::vector<scope::Scope>& scopes, ExploreLimits limits,
                                         const std::function<void(const ExploreProgress&)>& told) {
    std::vector<ExploreReport> reports;
    const std::vector<const Kind*> of = kinds_of(asked);
    const double seconds = limits.seconds;
    double spent = 0;
    for (std::size_t n = 0; n < of.size(); ++n) {
        std::vector<const Strategy*> of_kind = asked;
        std::erase_if(of_kind, [&](const Strategy* s) { return s->kind != of[n]; });
        if (seconds > 0) limits.seconds = std::max(seconds - spent, 0.1);
        for (ExploreReport& r : explore_all(scopes[n], of_kind, limits, told)) {
            spent += r.seconds;
            reports.push_back(std::move(r));
        }
    }
    return reports;
}

int explore_verb(const Shared& shared, const ExploreArguments& options, const std::string& again) {
    const std::vector<const Strategy*> chosen = chosen_strategies(shared, *options.kernel);
    const std::vector<const Strategy*> asked = chosen.empty() ? all_of(every_strategy()) : chosen;
    std::vector<scope::Scope> scopes;
    for (const Kind* kind : kinds_of(asked)) scopes.push_back(chosen_scope(options, *kind));
    ExploreLimits limits = options.limits;
    limits.memory = bytes_of(options.memory);
    if (!options.shard.empty()) limits.shard = read_shard(options.shard);
    if (!limits.shard.all() && !shared.json)
        throw model::BadInput("--shard: a share alone says nothing", "--json with it, and `merge` of all shares");
    limits.simplify = simplify_by_minimizing(scopes.front().config, 10);
    for (const std::string& folder : {options.save, options.html})
        if (!folder.empty()) make_folder(folder);
    catch_interrupts();
    ProgressLine line(shared);
    const auto told = [&](const ExploreProgress& p) {
        line.tell({fmt::format("depth {}", p.depth + 1), p.done, p.frontier, "states expanded",
                   limits.seconds > 0 ? std::max(0.0, limits.seconds - p.seconds) : -1,
                   fmt::format("{} states, {} transitions, {} MiB", p.states, p.transitions, p.bytes >> 20)});
    };
    const std::vector<ExploreReport> reports = explore_kinds(asked, scopes, limits, told);
    line.wipe();
    for (const ExploreReport& r : reports)
        if (r.end == End::defect) return defect(r);
    std::vector<ScopeAnswer> answers = answers_of(reports);
    Outputs outputs;
    save(answers, options, outputs);
    if (shared.json)
        fmt::print("{}\n", json_text(explore_json(reports, answers,
                                                  {limits.shard, !chosen.empty(), limits.all,
                                                   !limits.all && !limits.paranoid && !options.scope.flights})));
    else
        print_text(reports, answers, shared.quiet);
    outputs.complain();
    if (const ScopeAnswer* a = disagreement(answers, !chosen.empty())) {
        if (!shared.json) fmt::print("{}\n", a->saved.empty() ? again : shown_by(*a, scopes.front().config));
        return exit_disagreement;
    }
    const auto untold = [](const ScopeAnswer& a) { return a.found == InScope::cannot_tell; };
    const bool all_told = std::ranges::none_of(answers, untold);
    return all_told ? exit_agreement : exit_cannot_tell;
}

} // namespace

std::function<int()> setup_explore(CommandLine& line, const Shared& shared) {
    auto o = std::make_shared<ExploreArguments>();
    auto number = [&line](const char* name, unsigned& value, const char* what, unsigned least, unsigned most) {
        line.value(name, value, what, between(least, most));
    };
    number("--depth", o->depth, "operations in a sequence, at most (default: 6; for pages that are not KSM's 5)", 1,
           250);
    number("--processes", o->scope.processes, "processes alive at a time", 1, 6);
    number("--pages", o->pages, "pages of address space (default: 3; for pages of files 2)", 1, 64);
    number("--files", o->scope.files, "files that can be mapped; for pages that are not KSM's at least one", 0, 8);
    number("--contents", o->scope.contents, "contents that a page can have", 1, 14);
    number("--scans", o->scope.scans, "full scans in one ksmd operation, at most", 1, 16);
    number("--max-page-sharing", o->scope.config.max_page_sharing, "of /sys/kernel/mm/ksm", 2, 65536);
    line.list("--ops", o->ops, "operations, by name");
    line.list("--without", o->without, "operations to leave out, by name");
    line.list("--advice", o->advice, "advice that madvise gives, by name");
    number("--flights", o->scope.flights, "operations in flight at a time", 0, 3);
    number("--begins", o->scope.begins, "with --flights: so many operations in all, and all of their interleavings", 0,
           8);
    line.flag("--every-point", o->scope.every_point, "with --flights: also points where nothing was done yet");
    line.value("--drive", o->drive, "the strategy that drives reclaim and migration (default: the reference)");
    line.value("--from", o->from, "start from the state after this trace");
    line.kernel_version(o->kernel);
    line.mends(o->scope.config.mends);
    line.flag("--smart-scan", o->smart_scan, "with smart_scan: ages then tell states apart for ever");
    line.flag("--zero-pages", o->zero_pages, "with use_zero_pages; the first content is zero");
    line.flag("--all", o->limits.all, "go on after a refutation: one shortest trace for each cause");
    line.value("--memory", o->memory, "bound on the visited set and the frontier: bytes, or with K, M, G");
    line.value("--seconds,--budget", o->limits.seconds, "stop after so long (default: at the end of the scope)");
    line.value("--threads", o->limits.threads, "threads (default: one for each processor)", between(1, 256));
    line.value("--shard", o->shard,
               "I/N: play the last operations from every N-th state only, from the I-th on (`merge` puts them "
               "together)");
    line.value("--save", o->save, "a folder for the traces that were found");
    line.value("--html", o->html, "a folder for a page of each, for a browser");
    line.flag("--paranoid", o->limits.paranoid, "check every invariant of the model in every state");
    line.flag("--unreduced", o->unreduced, "tell states apart that differ only in pids, contents or files");
    return [o, &shared, &line] { return explore_verb(shared, *o, line.command()); };
}

} // namespace checker::inline commands
