#include "tests/fuzz/sequences.h"

#include <algorithm>
#include <optional>

#include "checker/facets/smaller.h"
#include "checker/judge/fast_judge.h"
#include "checker/judge/runner.h"
#include "checker/search/random/generate.h"
#include "checker/search/shrink/playable.h"
#include "checker/search/shrink/steps.h"
#include "model/fail.h"
#include "model/invariants.h"
#include "model/trace/trace.h"

namespace fuzz {
namespace {

using checker::Random;
using checker::Steps;
using model::Step;

constexpr std::uint32_t most_steps = 200;

// Many operations of a text that others wrote would take long; here it gets little.
model::Config modest() {
    model::Config c;
    c.limit_pages = 4096;
    return c;
}

// What is in flight stops at points that the next operation decides on: such traces are left to `check`.
bool flies(const Steps& steps) {
    return std::ranges::any_of(steps, [](const Step& s) { return static_cast<bool>(s.begins); });
}

std::optional<Steps> steps_of(std::string_view text) try {
    Steps steps = model::read_trace(text, "input").steps;
    if (flies(steps)) return {};
    if (steps.size() > most_steps) steps.resize(most_steps);
    return steps;
} catch (const model::BadInput&) {
    return {};
}

std::ptrdiff_t place(std::size_t n) { return static_cast<std::ptrdiff_t>(n); }

// A place in the sequence, or behind it.
std::size_t any_place(Random& random, const Steps& steps) { return random.below(steps.size() + 1); }

// So many operations, drawn on the machine that those before the place lead to.
Steps drawn(Random& random, Steps before, std::uint32_t count) {
    model::Kernel k = model::boot(modest());
    checker::play_playable(k, before);
    checker::DrawScope scope;
    scope.length = count;
    checker::Run run = checker::start_run(random.next(), 1, scope);
    if (!before.empty()) run.drawn = 1'000; // the opening is over
    for (const Step& s : before)
        if (model::returned_by(s.op) == model::Returns::pid && s.expected)
            run.last_pid = std::max(run.last_pid, static_cast<model::Pid>(s.expected->value));
    Steps steps;
    for (std::uint32_t n = 0; n < count; ++n) {
        std::optional<Step> step = checker::draw_step(run, k, scope);
        if (!step) continue;
        const model::Result result = model::play(k, *step); // what is drawn can be played
        checker::keep_told(*step, result);
        steps.push_back(std::move(*step));
    }
    return steps;
}

void put_in(Random& random, Steps& steps) {
    const std::size_t at = any_place(random, steps);
    const Steps more = drawn(random, Steps(steps.begin(), steps.begin() + place(at)), 1 + random.below(6));
    steps.insert(steps.begin() + place(at), more.begin(), more.end());
}

void take_out(Random& random, Steps& steps) {
    const std::size_t at = random.below(steps.size()), count = 1 + random.below(3);
    steps.erase(steps.begin() + place(at), steps.begin() + place(std::min(steps.size(), at + count)));
}

void say_twice(Random& random, Steps& steps) {
    const Step again = steps[random.below(steps.size())];
    steps.insert(steps.begin() + place(any_place(random, steps)), again);
}

void move_one(Random& random, Steps& steps) {
    const std::size_t from = random.below(steps.size());
    const Step moved = steps[from];
    steps.erase(steps.begin() + place(from));
    steps.insert(steps.begin() + place(any_place(random, steps)), moved);
}

// One field of one operation, by its facet.
void change_a_field(Random& random, Steps& steps) {
    Step& step = steps[random.below(steps.size())];
    const std::size_t fields = checker::field_count(step.op);
    if (!fields) return;
    std::vector<model::Operation> others;
    checker::each_value(step.op, random.below(fields), checker::values_of(steps), checker::Try::all,
                        [&](const model::Operation& op) { others.push_back(op); });
    if (others.empty()) return;
    step.op = others[random.below(others.size())];
    if (!checker::kernel_chooses(step.op)) step.expected.reset();
}

// As it can be played, with the results that come out.
std::string written(Steps steps, std::size_t most) {
    if (steps.size() > most_steps) steps.resize(most_steps);
    model::Kernel k = model::boot(modest());
    checker::play_playable(k, steps);
    for (Step& step : steps) step.line = 0;
    for (;;) {
        model::Trace trace;
        trace.steps = steps;
        std::string text = model::to_text(trace);
        if (text.size() <= most || steps.empty()) return text.size() <= most ? text : std::string();
        steps.resize(steps.size() * std::min<std::size_t>(most, text.size() - 1) / text.size());
    }
}

// What all machines of one kind and layout show.
void add_causes(const Steps& steps, const checker::Kind& kind, const checker::LayoutGroup& group,
                std::set<std::string>& causes) {
    model::Config config = modest();
    config.layout = group.layout;
    model::Kernel k = model::boot(config);
    checker::KsmEntries entries(kind);
    checker::StateJudge judge(group.strategies);
    for (const Step& step : steps) {
        try {
            model::play(k, step);
        } catch (const model::BadInput&) {
            return;
        }
        entries.read(k, step.op);
        for (const checker::Disagreement& d : judge.judge(k, entries.now()))
            causes.insert(std::string(d.cause.strategy->name) + ": " + to_text(d.cause));
    }
    if (const auto broken = model::first_broken_invariant(k)) throw model::Broken(*broken);
}

} // namespace

std::string changed(std::string_view trace, std::uint64_t seed, std::size_t most) {
    Random random(seed);
    Steps steps = steps_of(trace).value_or(Steps{});
    if (steps.empty()) return written(drawn(random, {}, 20), most);
    for (std::uint32_t n = 1 + random.below(3); n > 0 && !steps.empty(); --n) switch (random.below(8)) {
        case 0: take_out(random, steps); break;
        case 1: say_twice(random, steps); break;
        case 2: move_one(random, steps); break;
        case 3:
        case 4: change_a_field(random, steps); break;
        default: put_in(random, steps);
        }
    return written(std::move(steps), most);
}

std::string crossed(std::string_view one, std::string_view other, std::uint64_t seed, std::size_t most) {
    Random random(seed);
    Steps steps = steps_of(one).value_or(Steps{});
    const Steps more = steps_of(other).value_or(Steps{});
    steps.resize(any_place(random, steps));
    steps.insert(steps.end(), more.begin() + place(any_place(random, more)), more.end());
    return written(std::move(steps), most);
}

std::set<std::string> causes_in(std::string_view trace) {
    std::set<std::string> causes;
    const std::optional<Steps> steps = steps_of(trace);
    if (!steps) return causes;
    for (const checker::Kind* kind : checker::kinds())
        for (const checker::LayoutGroup& group : checker::by_layout(checker::all_of(checker::strategies(*kind))))
            add_causes(*steps, *kind, group, causes);
    return causes;
}

std::set<std::string> causes_below(const std::string& folder) {
    std::set<std::string> causes;
    for (const std::string& path : checker::traces_below(folder))
        causes.merge(causes_in(model::to_text(model::load_trace(path))));
    return causes;
}

} // namespace fuzz
