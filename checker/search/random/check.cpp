#include "checker/search/random/check.h"

#include <algorithm>

#include "checker/search/random/sequence.h"
#include "model/fail.h"
#include "model/invariants.h"
#include "model/locks.h"

namespace checker::inline search {
namespace {

using model::Kernel;
using model::Step;

constexpr std::uint64_t runs_of_a_batch = 16;
constexpr std::uint64_t operations_between_looks = 64; // at the clock, in one sequence

template <class Key> void keep_first(std::map<Key, Sighting>& map, const Key& key, const Sighting& s) {
    auto [at, fresh] = map.try_emplace(key, s);
    if (fresh) return;
    const double seconds = std::min(s.seconds, at->second.seconds);
    if (s.run < at->second.run) at->second = s;
    at->second.seconds = seconds;
}

template <class Key> bool known_earlier(const std::map<Key, Sighting>& map, const Key& key, std::uint64_t run) {
    auto at = map.find(key);
    return at != map.end() && at->second.run <= run;
}

// One worker: plays runs and keeps what it saw.
class Player {
  public:
    Player(const CheckOptions& options, const Lists& lists, Engine& engine)
        : options_(options), lists_(lists), engine_(&engine) {
        std::vector<const Strategy*> ordinary =
            options.strategies.empty() ? all_of(strategies(anon)) : options.strategies;
        std::erase_if(ordinary, [](const Strategy* s) { return s->kind != &anon; });
        if (!ordinary.empty()) ordinary_ = StateJudge(std::move(ordinary));
        std::vector<const Strategy*> of_files =
            options.strategies.empty() ? all_of(strategies(file_backed)) : options.strategies;
        std::erase_if(of_files, [](const Strategy* s) { return s->kind != &file_backed; });
        if (!of_files.empty()) of_files_ = StateJudge(std::move(of_files));
        std::vector<const Strategy*> of_ksm = options.strategies.empty() ? all_of(strategies()) : options.strategies;
        std::erase_if(of_ksm, [](const Strategy* s) { return s->kind != &ksm; });
        if (of_ksm.empty()) judges_.push_back({options.config.layout, StateJudge({})});
        for (LayoutGroup& group :
             of_ksm.empty() ? std::vector<LayoutGroup>{} : by_layout(of_ksm, options.config.layout)) {
            const bool own = group.layout == options.config.layout;
            judges_.insert(own ? judges_.begin() : judges_.end(),
                           {std::move(group.layout), StateJudge(std::move(group.strategies))});
        }
        report.witnessed.resize(lists.witnesses.size());
    }

    // Returns how many operations were played.
    std::uint64_t play_run(std::uint64_t run) {
        start(run);
        try {
            while (std::optional<Step> step = sequence_->next(k_)) {
                play_one(std::move(*step));
                if (k_.stale) return played_;
                if (played_ % operations_between_looks == 0 && engine_->look()) return played_;
            }
            land();
            if (k_.stale) return played_;
            if (dear_ && k_.flights.empty())
                for (const RunProperty& p : lists_.run_properties)
                    if (auto wrong = p.broken(steps_, k_)) keep(report.broken, std::string(p.name), *wrong);
        } catch (const model::Broken& e) {
            keep(report.defects, std::string(e.what()), e.what());
        } catch (const model::BadInput& e) {
            keep(report.defects, "an operation was drawn that cannot be played", e.what());
        }
        return played_;
    }

    CheckReport report;

  private:
    void start(std::uint64_t run) {
        run_ = run;
        sequence_.emplace(options_.seed, run, options_.scope);
        judge_ = &judges_[run % 4 == 3 && judges_.size() > 1 ? 1 + run / 4 % (judges_.size() - 1) : 0];
        model::Config config = options_.config;
        config.layout = judge_->layout;
        with_ordinary_ = ordinary_ && (judge_->judge.strategies().empty() || run % 4 == 1 || run % 64 == 0);
        if (with_ordinary_) config.layout = with_history;
        with_files_ = of_files_ && (is_about_files(run) || options_.scope.about_files);
        const auto& drivers = judge_->judge.strategies();
        driver_ = &reference();
        if (flights_of_run(run, options_.scope) && !drivers.empty()) driver_ = drivers[run / 8 % drivers.size()];
        if (driver_ != &reference()) config.drive = driver_of(*driver_);
        k_ = model::boot(config);
        steps_.clear();
        played_ = 0;
        entries_.forget();
        ordinary_entries_.forget();
        entries_of_files_.forget();
        seen_.clear();
        dear_ = options_.paranoid || run % 32 == 0;
        watching_ = options_.paranoid || run < 4096 || run % 32 == 0;
    }

    void play_one(Step drawn) {
        const bool copy = wants_before(drawn.op);
        if (copy) before_ = k_;
        steps_.push_back(std::move(drawn));
        Step& step = steps_.back();
        const bool flew = !k_.flights.empty();
        const model::Operation is = flew ? model::stands_for(k_, step.op) : step.op;
        model::Result result;
        try {
            result = model::play(k_, step); // what is drawn can be played
        } catch (const model::WouldWait&) {
            steps_.pop_back();
            return;
        }
        keep_told(step, result);
        ++played_;
        ++report.results[step.op.index()][static_cast<std::size_t>(result.error)];
        if (k_.stale) return keep_stale();
        if (flew || !k_.flights.empty()) return look_at_point(is);
        entries_.read(k_, step.op);
        const auto disagreements = judge_all();
        for (const Disagreement& d : disagreements) note(d);
        hold({copy ? &before_ : nullptr, step, result, k_, entries_.now(), disagreements});
        report.pages = 0;
        for (const LayoutJudge& j : judges_) report.pages += j.judge.pages_judged();
    }

    // Of KSM pages, and of others where this run is about them, too. Good until the next call.
    std::span<const Disagreement> judge_all() {
        const auto of_ksm = judge_->judge.judge(k_, entries_.now());
        if (!with_ordinary_ && !with_files_) return of_ksm;
        all_.assign(of_ksm.begin(), of_ksm.end());
        if (with_ordinary_) judge_others(*ordinary_, ordinary_entries_);
        if (with_files_) judge_others(*of_files_, entries_of_files_);
        return all_;
    }

    void judge_others(StateJudge& judge, KsmEntries& entries) {
        entries.read(k_, model::Ksmd{});
        const auto more = judge.judge(k_, entries.now());
        all_.insert(all_.end(), more.begin(), more.end());
    }

    // Operations in flight end, in whatever order they can.
    void land() {
        while (!k_.flights.empty() && !k_.stale) {
            const std::size_t left = k_.flights.size();
            for (std::size_t n = 0; n < left && k_.flights.size() == left; ++n)
                play_one({0, model::Finish{{k_.flights[n].name}}, {}, 0});
            if (k_.flights.size() < left) continue;
            keep_deadlock();
            return;
        }
    }

    // Finishing one after the other did not do; by single steps?
    void keep_deadlock() {
        for (const model::Flight& f : std::vector(k_.flights)) {
            const std::size_t before = steps_.size();
            play_one({0, model::Advance{{f.name}}, {}, 0});
            if (steps_.size() > before) return land();
        }
        std::string what;
        for (const model::Flight& f : k_.flights) what += (what.empty() ? "" : "; ") + model::describe(k_, f);
        keep(report.deadlocks, what, what);
    }

    void keep_stale() {
        const SecurityCause cause = security_cause(k_, *driver_, acted_between(steps_));
        if (!known_earlier(report.security, cause, run_))
            keep_first(report.security, cause, {run_, k_.config.layout, steps_, {}, to_text(cause)});
    }

    // Nothing is said of an operation that is half done; what can be judged are walks, and the machine itself. A
    // disagreement that outlives what is in flight is judged then.
    void look_at_point(const model::Operation& played) {
        entries_.read(k_, played);
        const auto disagreements = judge_all();
        if (k_.flights.empty())
            for (const Disagreement& d : disagreements) note(d);
        else if (!disagreements.empty()) {
            later_ = k_;
            if (model::land(later_))
                for (const Disagreement& d : disagreements)
                    if (!disagrees(later_, *d.cause.strategy, d.entry)) note({at_a_point(d.cause), d.entry});
        }
        if (!dear_) return;
        if (auto wrong = model::first_broken_invariant(k_))
            keep(report.defects, wrong->substr(0, wrong->find(':')), *wrong);
    }

    bool wants_before(const model::Operation& op) const {
        return std::ranges::any_of(lists_.properties, [&](const Property& p) {
            return (p.every_time || dear_) && p.needs_before && p.needs_before(op);
        });
    }

    void note(const Disagreement& d) {
        if (std::ranges::find(seen_, d.cause) != seen_.end()) return;
        seen_.push_back(d.cause);
        if (known_earlier(report.disagreements, d.cause, run_)) return;
        keep_first(report.disagreements, d.cause,
                   {run_, layout_of(*d.cause.strategy, judge_->layout), steps_, d.entry, {}, engine_->seconds()});
    }

    void hold(const Moment& moment) {
        for (const Property& p : lists_.properties) {
            if (!p.every_time && !dear_) continue;
            if (p.needs_before && !moment.before) continue;
            if (p.needs_before && !p.needs_before(moment.step.op)) continue;
            if (auto wrong = p.broken(moment)) keep(report.broken, std::string(p.name), *wrong);
        }
        if (dear_)
            if (auto wrong = model::first_broken_invariant(k_))
                keep(report.defects, wrong->substr(0, wrong->find(':')), *wrong);
        if (!watching_) return;
        for (std::size_t i = 0; i < lists_.witnesses.size(); ++i)
            if (!report.witnessed[i]) report.witnessed[i] = lists_.witnesses[i].seen(moment);
    }

    void keep(std::map<std::string, Sighting>& map, const std::string& key, const std::string& what) {
        if (!known_earlier(map, key, run_)) keep_first(map, key, {run_, k_.config.layout, steps_, {}, what});
    }

    const CheckOptions& options_;
    const Lists& lists_;
    Engine* engine_;
    const Strategy* driver_ = nullptr; // of reclaim and migration, in this run
    struct LayoutJudge {
        model::ItemLayout layout;
        StateJudge judge;
    };
    std::vector<LayoutJudge> judges_; // the kernel's own layout first
    LayoutJudge* judge_ = nullptr;    // of this run
    std::optional<StateJudge> ordinary_, of_files_;
    KsmEntries ordinary_entries_{anon}, entries_of_files_{file_backed};
    bool with_ordinary_ = false, with_files_ = false; // in this run
    std::vector<Disagreement> all_;
    std::uint64_t run_ = 0;
    std::optional<Sequence> sequence_;
    Kernel k_, before_, later_;
    std::vector<Step> steps_;
    std::uint64_t played_ = 0; // of steps_; the last one of a defect was not
    std::vector<Cause> seen_;  // in this run
    KsmEntries entries_;
    bool dear_ = false, watching_ = false;
};

void add(CheckReport& total, const CheckReport& part) {
    total.pages += part.pages;
    for (const auto& [cause, s] : part.disagreements) keep_first(total.disagreements, cause, s);
    for (const auto& [cause, s] : part.security) keep_first(total.security, cause, s);
    for (const auto& [name, s] : part.deadlocks) keep_first(total.deadlocks, name, s);
    for (const auto& [name, s] : part.broken) keep_first(total.broken, name, s);
    for (const auto& [name, s] : part.defects) keep_first(total.defects, name, s);
    for (std::size_t kind = 0; kind < operation_kinds; ++kind)
        for (std::size_t e = 0; e < total.results[kind].size(); ++e) total.results[kind][e] += part.results[kind][e];
    for (std::size_t i = 0; i < part.witnessed.size(); ++i)
        if (part.witnessed[i]) total.witnessed[i] = true;
}

void add_names(std::vector<std::string>& words, const std::string& option, const OperationSet& set) {
    std::string names;
    for (std::size_t kind = 0; kind < operation_kinds; ++kind)
        if (set.test(kind)) names += (names.empty() ? "" : ",") + std::string(operation_names()[kind]);
    words.insert(words.end(), {option, names});
}

} // namespace

std::vector<std::string> words_of(const DrawScope& mine) {
    const DrawScope usual;
    std::vector<std::string> words;
    auto add = [&](const std::string& option, std::uint64_t n, std::uint64_t default_is) {
        if (n != default_is) words.insert(words.end(), {option, std::to_string(n)});
    };
    if (2 * mine.operations.count() < operation_kinds)
        add_names(words, "--ops", mine.operations);
    else if (!mine.operations.all())
        add_names(words, "--without", ~mine.operations);
    add("--length", mine.length, usual.length);
    words.insert(words.end(), {"--flights", std::to_string(mine.flights)});
    add("--processes", mine.processes, usual.processes);
    add("--pages", mine.pages, usual.pages);
    if (mine.about_files) words.push_back("--about-files");
    return words;
}

std::vector<std::string> command_of(const CheckOptions& options, std::uint64_t run) {
    std::vector<std::string> words{
        "rmapcheck", "check", "--seed", std::to_string(options.seed), "--runs", std::to_string(run + 1)};
    for (const Strategy* s : options.strategies) words.insert(words.end(), {"--strategy", std::string(s->name)});
    const std::vector<std::string> scope = words_of(options.scope);
    words.insert(words.end(), scope.begin(), scope.end());
    if (options.paranoid) words.push_back("--paranoid");
    return words;
}

CheckReport check(const CheckOptions& options, const Lists& lists, const Watch& progress) {
    Engine engine(options.seconds);
    std::vector<Player> workers(std::max(1u, options.jobs), Player(options, lists, engine));
    std::vector<Work> work;
    for (Player& w : workers) work.emplace_back([&](std::uint64_t n) { return w.play_run(options.shard.number(n)); });
    engine.play({0, options.runs ? options.shard.count(options.runs) : UINT64_MAX, runs_of_a_batch}, work, progress);
    CheckReport report;
    static_cast<SearchEffort&>(report) = engine.effort();
    report.witnessed.resize(lists.witnesses.size());
    for (const Player& w : workers) add(report, w.report);
    return report;
}

} // namespace checker::inline search
