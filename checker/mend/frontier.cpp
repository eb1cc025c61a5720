#include "checker/mend/frontier.h"

#include <algorithm>
#include <chrono>
#include <map>

#include <fmt/format.h>

#include "checker/search/random/check.h"
#include "checker/search/scope/explore.h"
#include "checker/search/shrink/shrink.h"
#include "checker/support/interrupt.h"
#include "model/fail.h"

namespace checker::inline mend {
namespace {

constexpr std::uint64_t runs_at_once = 2000;
constexpr double minimize_seconds = 5;

using Clock = std::chrono::steady_clock;

// The walk of the set, held to the goal.
Strategy held_to(PieceSet set, Goal goal) {
    Strategy s = walk_of(set);
    s.claim = goal == Goal::exact ? Claim::exact : Claim::covers;
    return s;
}

model::Config config_of(const MendOptions& o, PieceSet set) {
    model::Config config;
    config.rules = o.rules;
    config.mends = mends_of(set);
    return config;
}

// Does it end when the operations in flight are over? Then it counts only where what is in flight is ksmd at rest.
bool passes(const Cause& c) { return c.facts[static_cast<std::size_t>(Fact::moment)]; }

// The search for one goal.
class GoalSearch {
  public:
    GoalSearch(const MendOptions& options, Goal goal, std::function<bool()> stop)
        : o_(options), goal_(goal), stop_(std::move(stop)), lattice_(options.rules, goal, options.pieces) {
        for (const TriedSequence& t : options.corpora) lattice_.add(t);
    }

    GoalReport run() {
        GoalReport report;
        report.goal = goal_;
        std::vector<PieceSet> frontier;
        do frontier = not_refuted();
        while (!stop_() && refute_one(frontier));
        report.finished = !stop_();
        for (PieceSet set : frontier) {
            Reached r = stood_[set];
            r.set = set;
            report.frontier.push_back(std::move(r));
        }
        if (o_.prices && !interrupted()) put_prices(report.frontier);
        report.sets = lattice_.sets();
        report.played = lattice_.played();
        report.found = std::move(found_);
        if (report.finished)
            report.bounds = o_.set ? bounds_of_one(frontier) : bounds_of(frontier); // else: no frontier
        return report;
    }

  private:
    // The minimal sets that nothing met so far speaks against; or the one set.
    std::vector<PieceSet> not_refuted() {
        if (!o_.set) return lattice_.frontier(stop_);
        if (one_is_refuted_ || lattice_.shortest_against(*o_.set)) return {};
        return {*o_.set};
    }

    // Asks the dear tiers of each set that is left. Is one refuted?
    bool refute_one(const std::vector<PieceSet>& frontier) {
        if (o_.set && !frontier.empty() && stood_[*o_.set].scope.empty() && !stands_scope(*o_.set)) return true;
        for (PieceSet set : frontier)
            if (stood_[set].runs < o_.runs && !stands_chance(set)) return true;
        for (PieceSet set : frontier)
            if (!o_.set && !stood_[set].all_asked && !stop_() && !stands_scope(set)) return true;
        if (o_.set && !frontier.empty()) stood_[*o_.set].all_asked = asked_all(stood_[*o_.set]);
        return false;
    }

    bool asked_all(const Reached& r) const { return r.runs >= o_.runs && !r.scope.empty(); }

    void put_prices(std::vector<Reached>& frontier) const {
        const Prices prices(o_.rules, o_.seed);
        for (Reached& r : frontier) {
            if (interrupted()) return;
            o_.progress({"what sets cost", static_cast<std::uint64_t>(&r - frontier.data()), frontier.size(), "", -1,
                         to_text(r.set)});
            r.price = prices.of(r.set);
        }
    }

    // The least sets of pieces of which every set of the frontier has one.
    std::vector<LowerBound> bounds_of(const std::vector<PieceSet>& frontier) const {
        const unsigned most = frontier.empty() ? 0 : 3; // pieces: what takes more says little
        std::vector<LowerBound> bounds;
        for (PieceSet some : subsets_of(o_.pieces)) {
            if (size_of(some) > most) break;
            const auto meets = [&](PieceSet set) { return (set & some) != 0; };
            const auto known = [&](const LowerBound& b) { return is_within(b.without, some); };
            if (!std::ranges::all_of(frontier, meets) || std::ranges::any_of(bounds, known)) continue;
            if (const TriedSequence* shortest = lattice_.shortest_against(o_.pieces & ~some))
                bounds.push_back({some, *shortest});
        }
        return bounds;
    }

    // No set without the other pieces reaches the goal if the one set does not.
    std::vector<LowerBound> bounds_of_one(const std::vector<PieceSet>& frontier) const {
        const TriedSequence* shortest = frontier.empty() ? lattice_.shortest_against(*o_.set) : nullptr;
        if (!shortest) return {};
        return {{all_pieces & ~*o_.set, *shortest}};
    }

    void add(PieceSet set, std::vector<model::Step> steps, const std::string& name) {
        one_is_refuted_ = true;
        const std::string full = fmt::format("{} against {}", name, to_text(set));
        found_.push_back({full, steps});
        const bool shows = first_loss(steps, o_.rules, set, goal_).has_value();
        lattice_.add({full, std::move(steps)});
        if (!shows) lattice_.refute(set); // where the reference drives, and the walk of the set does not
    }

    bool stands_chance(PieceSet set) {
        Reached& r = stood_[set];
        const Strategy walk = held_to(set, goal_);
        while (r.runs < o_.runs && !stop_()) {
            o_.progress({to_text(set), r.runs, o_.runs, "random sequences"});
            CheckOptions c;
            c.config = config_of(o_, set);
            c.strategies = {&walk};
            c.seed = o_.seed + r.runs; // each time others
            c.runs = std::min(runs_at_once, o_.runs - r.runs);
            c.jobs = o_.jobs;
            c.scope.flights = 2;
            const CheckReport report = check(c, {}, [](const SearchEffort&) {});
            for (const auto& [what, s] : report.defects)
                throw model::Broken(s.what + ", on the machine mended by " + to_text(set));
            if (!report.deadlocks.empty()) {
                add(set, report.deadlocks.begin()->second.steps, "a deadlock");
                return false;
            }
            if (refuted(set, report)) return false;
            if (report.end == End::interrupted) return true;
            r.runs += c.runs;
            r.operations += report.operations;
        }
        return true;
    }

    bool refuted(PieceSet set, const CheckReport& report) {
        std::map<Cause, Sighting> against;
        std::vector<const Sighting*> security; // what the reference forgets as well is not held against the set
        for (const auto& [cause, sighting] : report.disagreements)
            if (!passes(cause) || first_loss(sighting.steps, o_.rules, set, goal_)) against.emplace(cause, sighting);
        for (const auto& [cause, sighting] : report.security)
            if (first_loss(sighting.steps, o_.rules, set, goal_)) security.push_back(&sighting);
        if (!security.empty()) add(set, shortened(security.front()->steps, set), "random, in flight");
        if (!security.empty()) return true;
        if (against.empty()) return false;
        const auto least = std::ranges::min_element(against, {}, [](const auto& a) { return a.second.steps.size(); });
        add(set, shortened(least->second.steps, set), "random");
        return true;
    }

    // The smallest sequence on which the set still loses something.
    std::vector<model::Step> shortened(std::vector<model::Step> steps, PieceSet set) const {
        auto loses = [&](std::vector<model::Step>& some) { return first_loss(some, o_.rules, set, goal_).has_value(); };
        if (!loses(steps)) return steps;
        return shrink(std::move(steps), one_by_one(loses), {minimize_seconds}).steps;
    }

    bool stands_scope(PieceSet set) {
        Reached& r = stood_[set];
        o_.progress({to_text(set), 0, 0, fmt::format("states, of every sequence of {} operations", o_.depth)});
        const Strategy walk = held_to(set, goal_);
        scope::Scope scope;
        scope.ops = scope::default_ops();
        scope.depth = o_.depth;
        scope.config.rules = o_.rules;
        scope.config.mends = mends_of(set);
        ExploreLimits limits;
        limits.threads = o_.jobs;
        limits.seconds = left();
        const ExploreReport report = explore_scope(scope, {}, {&walk}, limits);
        if (report.end == End::defect)
            throw model::Broken(report.reason + ", on the machine mended by " + to_text(set));
        if (!report.counterexamples.empty()) {
            add(set, report.counterexamples.front().trace.steps, "explored");
            return false;
        }
        if (report.end != End::exhausted) return true;
        r.scope = scope::to_text(scope);
        r.states = report.states;
        r.all_asked = asked_all(r);
        return true;
    }

    // Seconds; 0: no limit.
    double left() const {
        if (o_.seconds <= 0) return 0;
        return std::max(0.1, o_.seconds - std::chrono::duration<double>(Clock::now() - begin_).count());
    }

    const MendOptions& o_;
    Goal goal_;
    std::function<bool()> stop_;
    Lattice lattice_;
    std::map<PieceSet, Reached> stood_;
    bool one_is_refuted_ = false; // MendOptions::set, by what is in no corpus
    std::vector<TriedSequence> found_;
    Clock::time_point begin_ = Clock::now();
};

} // namespace

MendReport find_frontier(const MendOptions& options) {
    const Clock::time_point begin = Clock::now();
    const auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - begin).count(); };
    MendReport report;
    report.corpora = options.corpora.size();
    MendOptions o = options;
    for (std::size_t n = 0; n < options.goals.size(); ++n) {
        // The time that is left is shared among the goals that are.
        o.seconds =
            options.seconds > 0 ? (options.seconds - seconds()) / static_cast<double>(options.goals.size() - n) : 0;
        const Clock::time_point start = Clock::now();
        const auto stop = [&] {
            return interrupted() ||
                   (options.seconds > 0 && std::chrono::duration<double>(Clock::now() - start).count() > o.seconds);
        };
        GoalSearch search(o, options.goals[n], stop);
        report.goals.push_back(search.run());
        for (const TriedSequence& f : report.goals.back().found) o.corpora.push_back(f);
    }
    report.interrupted = interrupted();
    report.seconds = seconds();
    return report;
}

} // namespace checker::inline mend
