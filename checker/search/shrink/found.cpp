#include "checker/search/shrink/found.h"

#include <fmt/format.h>

#include <algorithm>

#include "checker/judge/expect.h"
#include "checker/judge/runner.h"
#include "checker/support/quote.h"
#include "model/fail.h"
#include "model/invariants.h"

namespace checker::inline search {

using namespace model;

namespace {

std::vector<PageAt> pages(const std::vector<MappedAt>& list) {
    std::vector<PageAt> out;
    for (MappedAt at : list) out.push_back({at.pid, address(at.page)});
    return out;
}

// The verdict of the trace's walk for the strategy of the cause.
std::optional<Verdict> verdict_of(const MinimalCase& c, const Config& config) {
    Trace trace;
    trace.steps = c.steps;
    RunOptions how;
    how.strategies = {&reference(*c.cause.strategy->kind)};
    if (!is_reference(*c.cause.strategy)) how.strategies.push_back(c.cause.strategy);
    how.judge_at_end = false;
    how.config = config;
    for (const Verdict& v : run_trace(trace, how).verdicts)
        if (v.strategy == c.cause.strategy) return v;
    return {};
}

// Does a sequence break this property, or does the model break in it?
bool breaks(const std::string& name, std::vector<Step>& steps, const Config& config,
            const std::vector<const Strategy*>& strategies, const Lists& lists) {
    Kernel k = boot(config), before = k;
    KsmEntries entries;
    StateJudge judge(strategies);
    KsmEntries ordinary_entries(anon);
    StateJudge ordinary(config.layout.keeps_history ? all_of(checker::strategies(anon))
                                                    : std::vector<const Strategy*>{});
    KsmEntries entries_of_files(file_backed);
    StateJudge of_files(all_of(checker::strategies(file_backed)));
    try {
        for (const Step& each : std::vector<Step>(steps)) {
            before = k;
            Step step = each;
            const Result result = play(k, step);
            entries.read(k, step.op);
            const auto of_ksm = judge.judge(k, entries.now());
            std::vector<Disagreement> all(of_ksm.begin(), of_ksm.end());
            ordinary_entries.read(k, step.op);
            const auto more = ordinary.judge(k, ordinary_entries.now());
            all.insert(all.end(), more.begin(), more.end());
            entries_of_files.read(k, step.op);
            const auto of_file = of_files.judge(k, entries_of_files.now());
            all.insert(all.end(), of_file.begin(), of_file.end());
            const Moment m{&before, step, result, k, entries.now(), all};
            for (const Property& p : lists.properties)
                if (p.name == name && (!p.needs_before || p.needs_before(step.op)) && p.broken(m)) return true;
            if (auto wrong = first_broken_invariant(k); wrong && wrong->substr(0, wrong->find(':')) == name)
                return true;
        }
        for (const RunProperty& p : lists.run_properties)
            if (p.name == name && p.broken(steps, k)) return true;
    } catch (const Broken& e) {
        return name == e.what();
    } catch (const BadInput&) {
        return false;
    }
    return false;
}

} // namespace

std::vector<Found> minimize_sightings(const std::map<Cause, Sighting>& sightings, const Config& config, double seconds,
                                      const std::function<void(std::size_t)>& progress) {
    std::vector<MinimalCase> cases;
    for (const auto& [cause, s] : sightings) {
        progress(cases.size());
        cases.push_back(minimize_disagreement(s.steps, config, {cause, s.entry}, seconds));
    }
    minimize_by_each_other(cases, config, seconds);
    std::vector<Found> all;
    for (MinimalCase& c : cases) {
        Found& f = all.emplace_back();
        f.minimal = std::move(c);
        f.config = config;
        f.run = sightings.at(f.minimal.cause).run;
        f.seconds = sightings.at(f.minimal.cause).seconds;
        if (auto v = verdict_of(f.minimal, config)) f.lifetime = to_string(v->lifetime);
    }
    return all;
}

Trace found_trace(const Found& f) {
    const MinimalCase& c = f.minimal;
    Trace trace;
    trace.steps = c.steps;
    trace.remarks.push_back({0, fmt::format("# Why: {} ({}).", c.cause.strategy->name, to_text(c.cause)), 0});
    for (Step& step : trace.steps) step.line = 0;
    const auto v = verdict_of(c, f.config);
    if (!v) return trace;
    const StrategyName name{std::string(c.cause.strategy->name)};
    std::vector<VersionBound> said_of; // of every kernel, if the default's rules show it
    const auto row = std::ranges::find(kernel_versions(), f.config.rules, &KernelVersion::rules);
    if (row != kernel_versions().end() && &*row != &default_version()) said_of = {{VersionBound::Kind::is, &*row}};
    auto expect = [&](ExpectationKind kind) {
        trace.expectations.push_back({trace.steps.size(), 0, std::move(kind), said_of});
    };
    if (!v->missed.empty()) expect(Misses{name, pages(v->missed)});
    if (!v->missed.empty() && !is_reference(*v->strategy)) expect(Regressed{name, pages(v->regressed)});
    if (v->lifetime == Lifetime::point) expect(Passes{name});
    if (v->lifetime == Lifetime::heals) expect(Heals{name});
    if (v->lifetime == Lifetime::stays) expect(Stays{name});
    return trace;
}

std::string found_text(const Found& f) { return to_text(found_trace(f)); }

std::string slug(std::string_view text) {
    std::string out;
    for (char ch : text.substr(0, 80)) {
        const bool plain = (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9');
        if (plain)
            out += ch;
        else if (!out.empty() && out.back() != '-')
            out += '-';
    }
    while (!out.empty() && out.back() == '-') out.pop_back();
    return out;
}

std::string name_of(const Cause& cause) { return slug(std::string(cause.strategy->name) + " " + to_text(cause)); }

std::string name_of(const SecurityCause& cause) {
    return slug("security " + std::string(cause.strategy->name) + " " + to_text(cause));
}

std::string save_trace(const Trace& trace, const std::string& folder, const std::string& name, Outputs& outputs) {
    if (folder.empty()) return {};
    const std::string path = folder + "/" + name + ".trace";
    return outputs.write(path, to_text(trace)) ? path : "";
}

void save_found(Found& f, const std::string& folder, Outputs& outputs) {
    f.path = save_trace(found_trace(f), folder, name_of(f.minimal.cause), outputs);
    if (f.path.empty()) return;
    f.command =
        command_line(under({"rmapcheck", "run", "--strategy", std::string(f.minimal.cause.strategy->name), f.path},
                           f.config.rules, f.config.mends));
}

Simplify simplify_by_minimizing(const Config& config, double seconds) {
    return [config, seconds](const std::vector<Step>& steps, const Disagreement& shown) -> std::optional<Simplified> {
        MinimalCase m = minimize_disagreement(steps, config, shown, seconds);
        if (!m.finished) return {};
        return Simplified{std::move(m.steps), m.entry};
    };
}

std::vector<Step> minimize_broken(const std::string& name, const Sighting& s, const Config& config, const Lists& lists,
                                  double seconds) {
    Config c = config;
    c.layout = s.layout;
    std::vector<const Strategy*> strategies;
    for (LayoutGroup& group : by_layout({}, config.layout))
        if (group.layout == s.layout || (s.layout.keeps_history && group.layout == config.layout))
            strategies = std::move(group.strategies);
    const StillThere still = [&](std::vector<Step>& steps) { return breaks(name, steps, c, strategies, lists); };
    return shrink(s.steps, one_by_one(still), {seconds}).steps;
}

} // namespace checker::inline search
