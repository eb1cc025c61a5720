// One bug, one answer: how often does minimizing end in the same trace for the same cause, and where would rapidcheck's
// shrinking of the same failures end?
//
//     one_answer [SEEDS] [RUNS] [-v]    each seed is a campaign of so many runs; what each finds is minimized.
//
// rapidcheck shrinks a sequence as it does its own containers: it leaves out chunks, then shrinks each element's
// numbers towards zero, and takes whatever still fails (rc::shrinkable::findLocalMin()).
#include <fmt/format.h>
#include <rapidcheck.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <map>
#include <mutex>
#include <thread>

#include "checker/search/random/check.h"
#include "checker/search/shrink/minimize.h"
#include "model/trace/trace.h"
#include "properties/properties.h"

namespace {

using namespace checker;
using Steps = std::vector<model::Step>;
using Clock = std::chrono::steady_clock;

std::string text_of(const Steps& steps) {
    std::string text;
    for (const model::Step& step : steps) text += "    " + model::to_text(step) + "\n";
    return text;
}

// Each numeric field of a step, one at a time, towards zero; addresses and lengths stay whole pages.
rc::Seq<model::Step> smaller_steps(const model::Step& step) {
    std::vector<model::Step> all;
    std::visit(
        [&](const auto& op) {
            std::apply(
                [&](auto... member) {
                    auto one = [&](auto m) {
                        if constexpr (requires { (op.*m).v; }) {
                            using N = std::decay_t<decltype((op.*m).v)>;
                            if constexpr (std::is_integral_v<N>) {
                                const bool paged =
                                    sizeof(N) == 8 && static_cast<std::uint64_t>((op.*m).v) % model::PAGE_SIZE == 0;
                                const N unit = static_cast<N>(paged ? model::PAGE_SIZE : 1);
                                rc::Seq<N> less = rc::shrink::integral(static_cast<N>((op.*m).v / unit));
                                for (auto n = less.next(); n; n = less.next()) {
                                    auto changed = op;
                                    (changed.*m).v = static_cast<N>(*n * unit);
                                    model::Step s = step;
                                    s.op = changed;
                                    all.push_back(s);
                                }
                            }
                        }
                    };
                    (one(member), ...);
                },
                std::decay_t<decltype(op)>::fields);
        },
        step.op);
    return rc::seq::fromContainer(std::move(all));
}

Steps shrunk_by_rapidcheck(const Steps& steps, const Cause& cause, MappedAt entry) {
    const auto shrinkable = rc::shrinkable::shrinkRecur(steps, [](const Steps& s) {
        return rc::seq::concat(rc::shrink::removeChunks(s), rc::shrink::eachElement(s, smaller_steps));
    });
    CauseTest test({}, cause);
    return rc::shrinkable::findLocalMin(shrinkable,
                                        [&](const Steps& s) {
                                            Steps copy = s;
                                            for (model::Step& step : copy)
                                                if (!std::holds_alternative<model::Fork>(step.op)) step.expected = {};
                                            test.expect_at(entry);
                                            return test(copy);
                                        })
        .first;
}

struct Answers {
    std::map<std::string, std::uint64_t> texts;
    std::map<std::size_t, std::uint64_t> lengths; // operations, without the walk
    void add(const Steps& steps, std::size_t operations) {
        ++texts[text_of(steps)];
        ++lengths[operations];
    }
    std::uint64_t most() const {
        std::uint64_t n = 0;
        for (const auto& [text, count] : texts) n = std::max(n, count);
        return n;
    }
    std::uint64_t all() const {
        std::uint64_t n = 0;
        for (const auto& [text, count] : texts) n += count;
        return n;
    }
    std::uint64_t at(std::size_t length) const {
        auto i = lengths.find(length);
        return i == lengths.end() ? 0 : i->second;
    }
};

struct Results {
    std::map<Cause, Answers> ours, rapidcheck;
    double our_seconds = 0, their_seconds = 0;
    std::uint64_t cases = 0, tries = 0;
};

void measure(std::uint64_t seed, std::uint64_t runs, Results& results, std::mutex& mutex) {
    CheckOptions o;
    o.seed = seed;
    o.runs = runs;
    const CheckReport report = check(o, {}, [](const SearchEffort&) {});
    for (const auto& [cause, s] : report.disagreements) {
        if (cause.strategy->claim != Claim::refuted) continue;
        const auto begin = Clock::now();
        const MinimalCase m = minimize_disagreement(s.steps, {}, {cause, s.entry}, 20);
        const auto middle = Clock::now();
        const Steps theirs = shrunk_by_rapidcheck(s.steps, cause, s.entry);
        const auto end = Clock::now();
        const std::lock_guard lock(mutex);
        results.ours[cause].add(m.steps, m.steps.size() - 1);
        results.rapidcheck[cause].add(theirs, theirs.size());
        results.our_seconds += std::chrono::duration<double>(middle - begin).count();
        results.their_seconds += std::chrono::duration<double>(end - middle).count();
        results.tries += m.tries;
        ++results.cases;
    }
}

} // namespace

int main(int argc, char** argv) {
    const std::uint64_t seeds = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 200;
    const std::uint64_t runs = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 400;
    Results results;
    std::mutex mutex;
    std::atomic<std::uint64_t> next{1};
    std::vector<std::thread> threads;
    for (unsigned n = 0; n < std::max(1u, std::thread::hardware_concurrency()); ++n)
        threads.emplace_back([&] {
            for (std::uint64_t seed; (seed = next++) <= seeds;) measure(seed, runs, results, mutex);
        });
    for (std::thread& t : threads) t.join();

    std::uint64_t same = 0, all = 0, least = 0, their_least = 0, their_same = 0;
    for (const auto& [cause, a] : results.ours) {
        const Answers& theirs = results.rapidcheck[cause];
        const std::size_t minimum = a.lengths.begin()->first;
        fmt::print(
            "{} {}: {} of {} the same, {} answers, {} at the minimum of {}; rapidcheck {} the same, {} answers, {} at "
            "it\n",
            cause.strategy->name, to_text(cause), a.most(), a.all(), a.texts.size(), a.at(minimum), minimum,
            theirs.most(), theirs.texts.size(), theirs.at(minimum));
        all += a.all();
        same += a.most();
        least += a.at(minimum);
        their_same += theirs.most();
        their_least += theirs.at(minimum);
        if (argc > 3 && a.texts.size() > 1)
            for (const auto& [text, n] : a.texts) fmt::print("  {} times\n{}", n, text);
    }
    const double total = static_cast<double>(std::max<std::uint64_t>(1, all));
    const auto percent = [&](std::uint64_t n) { return 100.0 * static_cast<double>(n) / total; };
    fmt::print(
        "{} seeds, {} failures: {:.1f} % end in the same trace, {:.1f} % at the minimum; {:.0f} ms and {:.0f} tries "
        "for one\n"
        "rapidcheck: {:.1f} % end in the same trace, {:.1f} % at the minimum; {:.0f} ms for one\n",
        seeds, all, percent(same), percent(least), 1000 * results.our_seconds / total,
        static_cast<double>(results.tries) / total, percent(their_same), percent(their_least),
        1000 * results.their_seconds / total);
}
