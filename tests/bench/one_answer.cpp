// One bug, one answer: how often does minimizing end in the same trace for the same cause?
//
//     one_answer [SEEDS] [RUNS]    each seed is a campaign of so many runs; what each finds is minimized.
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <map>

#include "checker/check.h"
#include "checker/minimize.h"
#include "model/trace/trace.h"
#include "properties/properties.h"

int main(int argc, char** argv) {
    using namespace checker;
    const std::uint64_t seeds = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 200;
    const std::uint64_t runs = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 400;
    const bool verbose = argc > 3;
    std::map<Cause, std::map<std::string, std::uint64_t>> answers;
    double minimizing = 0;
    std::uint64_t cases = 0, tries = 0;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        CheckOptions o;
        o.seed = seed;
        o.runs = runs;
        const CheckReport report = check(o, {}, [](const CheckProgress&) {});
        for (const auto& [cause, s] : report.disagreements) {
            const auto begin = std::chrono::steady_clock::now();
            const MinimalCase m = minimize_disagreement(s.steps, {}, {cause, s.entry}, 20);
            minimizing += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
            ++cases;
            tries += m.tries;
            std::string text;
            for (const model::Step& step : m.steps) text += "    " + model::to_text(step) + "\n";
            ++answers[cause][text];
        }
    }
    std::uint64_t same = 0, all = 0;
    for (const auto& [cause, texts] : answers) {
        std::uint64_t most = 0, sum = 0;
        for (const auto& [text, n] : texts) {
            sum += n;
            most = std::max(most, n);
        }
        all += sum;
        same += most;
        fmt::print("{} {}: {} of {} the same, {} answers\n", cause.strategy->name, to_text(cause), most, sum, texts.size());
        if (verbose && texts.size() > 1)
            for (const auto& [text, n] : texts) fmt::print("  {} times\n{}", n, text);
    }
    fmt::print("all: {} of {} the same ({:.1f} %); {:.1f} ms and {:.0f} tries for one\n", same, all,
               100.0 * static_cast<double>(same) / static_cast<double>(std::max<std::uint64_t>(1, all)),
               1000 * minimizing / static_cast<double>(std::max<std::uint64_t>(1, cases)), static_cast<double>(tries) / static_cast<double>(std::max<std::uint64_t>(1, cases)));
}
