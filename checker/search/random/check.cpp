#include "checker/search/random/check.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <thread>

#include "checker/support/interrupt.h"
#include "model/fail.h"
#include "model/invariants.h"

namespace checker::inline search {
namespace {

using Clock = std::chrono::steady_clock;
using model::Kernel;
using model::Step;

constexpr std::uint64_t runs_of_a_batch = 16;

template <class Key> void keep_first(std::map<Key, Sighting>& map, const Key& key, const Sighting& s) {
    auto [at, fresh] = map.try_emplace(key, s);
    if (!fresh && s.run < at->second.run) at->second = s;
}

template <class Key> bool known_earlier(const std::map<Key, Sighting>& map, const Key& key, std::uint64_t run) {
    auto at = map.find(key);
    return at != map.end() && at->second.run <= run;
}

// One worker: plays runs and keeps what it saw.
class Worker {
  public:
    Worker(const CheckOptions& options, const Lists& lists) : options_(options), lists_(lists) {
        for (LayoutGroup& group : by_layout(options.strategies, options.config.layout)) {
            const bool own = group.layout == options.config.layout;
            judges_.insert(own ? judges_.begin() : judges_.end(),
                           {std::move(group.layout), StateJudge(std::move(group.strategies))});
        }
        report.witnessed.resize(lists.witnesses.size());
    }

    void play_run(std::uint64_t run) {
        start(run);
        try {
            for (std::uint32_t n = 0; n < options_.scope.length; ++n) play_one();
            if (dear_)
                for (const RunProperty& p : lists_.run_properties)
                    if (auto wrong = p.broken(steps_, k_)) keep(report.broken, std::string(p.name), *wrong);
        } catch (const model::Broken& e) {
            keep(report.defects, std::string(e.what()), e.what());
        } catch (const model::BadInput& e) {
            keep(report.defects, "an operation was drawn that cannot be played", e.what());
        }
        ++report.runs;
    }

    CheckReport report;

  private:
    void start(std::uint64_t run) {
        run_ = run;
        sequence_ = start_run(options_.seed, run, options_.scope);
        judge_ = &judges_[run % 4 == 3 && judges_.size() > 1 ? 1 + run / 4 % (judges_.size() - 1) : 0];
        model::Config config = options_.config;
        config.layout = judge_->layout;
        k_ = model::boot(config);
        steps_.clear();
        entries_.forget();
        seen_.clear();
        dear_ = options_.paranoid || run % 32 == 0;
        watching_ = options_.paranoid || run < 4096 || run % 32 == 0;
    }

    void play_one() {
        std::optional<Step> drawn = draw_step(sequence_, k_, options_.scope);
        if (!drawn) return;
        const bool copy = wants_before(drawn->op);
        if (copy) before_ = k_;
        steps_.push_back(std::move(*drawn));
        Step& step = steps_.back();
        const model::Result result = model::play(k_, step); // what is drawn can be played
        keep_told(step, result);
        ++report.operations;
        ++report.results[step.op.index()][static_cast<std::size_t>(result.error)];
        entries_.read(k_, step.op);
        const auto disagreements = judge_->judge.judge(k_, entries_.now());
        for (const Disagreement& d : disagreements) note(d);
        hold({copy ? &before_ : nullptr, step, result, k_, entries_.now(), disagreements});
        report.pages = 0;
        for (const LayoutJudge& j : judges_) report.pages += j.judge.pages_judged();
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
        keep_first(report.disagreements, d.cause, {run_, judge_->layout, steps_, d.entry, {}});
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
        if (!known_earlier(map, key, run_)) keep_first(map, key, {run_, judge_->layout, steps_, {}, what});
    }

    const CheckOptions& options_;
    const Lists& lists_;
    struct LayoutJudge {
        model::ItemLayout layout;
        StateJudge judge;
    };
    std::vector<LayoutJudge> judges_; // the kernel's own layout first
    LayoutJudge* judge_ = nullptr;    // of this run
    std::uint64_t run_ = 0;
    Run sequence_{Random(0), {}};
    Kernel k_, before_;
    std::vector<Step> steps_;
    std::vector<Cause> seen_; // in this run
    KsmEntries entries_;
    bool dear_ = false, watching_ = false;
};

void add(CheckReport& total, const CheckReport& part) {
    total.runs += part.runs;
    total.operations += part.operations;
    total.pages += part.pages;
    for (const auto& [cause, s] : part.disagreements) keep_first(total.disagreements, cause, s);
    for (const auto& [name, s] : part.broken) keep_first(total.broken, name, s);
    for (const auto& [name, s] : part.defects) keep_first(total.defects, name, s);
    for (std::size_t kind = 0; kind < operation_kinds; ++kind)
        for (std::size_t e = 0; e < total.results[kind].size(); ++e) total.results[kind][e] += part.results[kind][e];
    for (std::size_t i = 0; i < part.witnessed.size(); ++i)
        if (part.witnessed[i]) total.witnessed[i] = true;
}

} // namespace

CheckReport check(const CheckOptions& options, const Lists& lists,
                  const std::function<void(const CheckProgress&)>& progress) {
    const auto begin = Clock::now();
    auto elapsed = [&] { return std::chrono::duration<double>(Clock::now() - begin).count(); };
    auto over = [&] { return interrupted() || (options.seconds > 0 && elapsed() >= options.seconds); };
    std::atomic<std::uint64_t> next{0}, runs{0}, operations{0};
    std::atomic<unsigned> working{std::max(1u, options.jobs)};
    std::vector<Worker> workers(working, Worker(options, lists));
    std::vector<std::thread> threads;
    for (Worker& worker : workers)
        threads.emplace_back([&, w = &worker] {
            while (!over()) {
                const std::uint64_t from = next.fetch_add(runs_of_a_batch);
                if (options.runs && from >= options.runs) break;
                const std::uint64_t before = w->report.operations;
                for (std::uint64_t run = from; run < from + runs_of_a_batch && (!options.runs || run < options.runs);
                     ++run) {
                    w->play_run(run);
                    ++runs;
                }
                operations += w->report.operations - before;
            }
            --working;
        });
    while (working) {
        std::this_thread::sleep_for(std::chrono::milliseconds(working && elapsed() < 0.5 ? 2 : 100));
        progress({runs, operations, elapsed()});
    }
    for (std::thread& t : threads) t.join();
    CheckReport report;
    report.witnessed.resize(lists.witnesses.size());
    for (const Worker& w : workers) add(report, w.report);
    report.seconds = elapsed();
    report.interrupted = interrupted();
    return report;
}

} // namespace checker::inline search
