#include "checker/kernels/uml/gate_kernel.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <future>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "checker/kernels/probe/probe.h"
#include "checker/kernels/uml/build.h"
#include "checker/kernels/uml/patch.h"
#include "checker/kernels/uml/random_traces.h"
#include "checker/kernels/uml/workloads.h"
#include "checker/search/shrink/playable.h"
#include "checker/search/shrink/shrink.h"
#include "model/fail.h"

namespace checker::kernels::uml {
namespace fs = std::filesystem;
namespace {

struct Kernels {           // what is compared
    std::string reference; // empty: there is none
    std::string candidate;
    std::string room;   // for guests
    std::string memory; // of what a kernel without a patch did before
    Progress progress;  // may be called by several threads
    ScriptOptions how;
    std::chrono::steady_clock::time_point end; // of the time for all
};

// A candidate that hangs shows it in a few traces; the reference has proved that a trace takes a moment.
PlayLimits of_candidate(const Kernels& k) { return {.patience = 30, .hangs = 3, .end = k.end}; }
PlayLimits of_reference(const Kernels& k) { return {.end = k.end}; }

constexpr std::size_t least_share = 4; // traces; a boot costs as much as one

struct PlayedByBoth {
    std::vector<GuestScript> scripts;
    GuestRun reference, candidate;
};

// A guest has one processor, so one kernel alone is played by as many guests as the machine has, each with its share.
GuestRun play_in_guests(const Kernels& k, std::span<const GuestScript> scripts) {
    const std::size_t guests =
        std::min<std::size_t>(std::max(1u, std::thread::hardware_concurrency()), scripts.size() / least_share);
    if (guests < 2) return play_in_guest(k.candidate, scripts, k.room, k.progress, k.memory, of_candidate(k));
    std::vector<std::vector<GuestScript>> shares(guests);
    for (std::size_t i = 0; i < scripts.size(); ++i) shares[i % guests].push_back(scripts[i]);
    std::vector<std::future<GuestRun>> runs;
    for (const auto& share : shares)
        runs.push_back(std::async(std::launch::async, [&] {
            return play_in_guest(k.candidate, share, k.room, k.progress, k.memory, of_candidate(k));
        }));
    GuestRun all;
    all.traces.resize(scripts.size());
    for (std::size_t g = 0; g < guests; ++g) {
        GuestRun run = runs[g].get();
        for (std::size_t i = 0; i < run.traces.size(); ++i) all.traces[i * guests + g] = std::move(run.traces[i]);
        all.complaints.insert(all.complaints.end(), run.complaints.begin(), run.complaints.end());
        all.seconds = std::max(all.seconds, run.seconds);
        all.hangs += run.hangs;
        all.boots += run.boots;
        all.remembered += run.remembered;
    }
    return all;
}

enum class Together : std::uint8_t { yes, no }; // no: times are measured, and nothing else shall run

// A guest has one processor, so both run at a time.
PlayedByBoth play_both(const Kernels& k, std::vector<GuestScript> scripts, Together together = Together::yes) {
    PlayedByBoth p{std::move(scripts), {}, {}};
    std::future<GuestRun> reference;
    if (!k.reference.empty())
        reference = std::async(together == Together::yes ? std::launch::async : std::launch::deferred, [&] {
            return play_in_guest(k.reference, p.scripts, k.room, k.progress, k.memory, of_reference(k));
        });
    if (k.reference.empty() && together == Together::yes)
        p.candidate = play_in_guests(k, p.scripts);
    else
        p.candidate = play_in_guest(k.candidate, p.scripts, k.room, k.progress, {}, of_candidate(k));
    if (reference.valid()) p.reference = reference.get();
    return p;
}

const TraceResult* reference_of(const Kernels& k, const PlayedByBoth& p, std::size_t i) {
    return k.reference.empty() ? nullptr : &p.reference.traces[i];
}

std::vector<GuestScript> scripts_of(const std::vector<model::Trace>& traces, const ScriptOptions& how) {
    std::vector<GuestScript> scripts;
    for (const model::Trace& t : traces) scripts.push_back(script_of(t, how));
    return scripts;
}

// The page whose walk visits most, of the look at the end.
const SeenPage* dearest(const GuestScript& script, const TraceResult& r) {
    const SeenPage* most = nullptr;
    for (const LookPoint& p : script.looks) {
        const auto look = r.looks.find(p.number);
        if (p.occasion != Occasion::end || look == r.looks.end()) continue;
        for (const SeenPage& page : look->second.pages)
            if (!most || page.visited > most->visited) most = &page;
    }
    return most;
}

std::vector<Cost> measure(const Kernels& k) {
    const std::vector<model::Trace> traces = cost_workloads();
    ScriptOptions how = k.how;
    how.compare = false;
    const PlayedByBoth p = play_both(k, scripts_of(traces, how), Together::no);
    std::vector<Cost> costs;
    for (std::size_t i = 0; i < traces.size(); ++i) {
        const SeenPage* now = dearest(p.scripts[i], p.candidate.traces[i]);
        const SeenPage* before = k.reference.empty() ? nullptr : dearest(p.scripts[i], p.reference.traces[i]);
        Cost c{traces[i].path, 0, 0, 0, 0, {}};
        if (!now || (!before && !k.reference.empty())) {
            const TraceResult& r = now ? p.reference.traces[i] : p.candidate.traces[i];
            c.not_measured = r.broke_off.empty() ? "no page was merged"
                                                 : "the guest " + r.broke_off.substr(0, r.broke_off.find('\n'));
            costs.push_back(std::move(c));
            continue;
        }
        c.visited = now->visited;
        c.nanoseconds = now->nanoseconds;
        if (before) {
            c.visited_before = before->visited;
            c.nanoseconds_before = before->nanoseconds;
        }
        costs.push_back(std::move(c));
    }
    return costs;
}

// Is an entry lost in the trace itself, not only after the full scans behind it?
bool shows_itself(const TraceVerdict& v) {
    return std::ranges::any_of(v.lost, [](const LostEntry& e) { return e.occasion != Occasion::healed; });
}

// A boot costs more than a trace, so that many variants are played at a time; and not for long.
constexpr std::size_t variants_at_once = 64;
constexpr double seconds_to_shrink = 60;

double seconds_left(const Kernels& k) {
    return std::max(0.0, std::chrono::duration<double>(k.end - std::chrono::steady_clock::now()).count());
}

// What makes a variant worth keeping while a trace is made smaller: the same kind of failure.
model::Trace smallest(const Kernels& k, const model::Trace& trace, const TraceVerdict& verdict) {
    using Steps = std::vector<model::Step>;
    ScriptOptions how = k.how;
    how.compare = k.reference.empty();
    auto shows = [&](std::vector<Steps>& candidates) {
        std::vector<model::Trace> variants;
        for (Steps& steps : candidates) {
            model::Kernel machine = model::boot(how.config);
            play_playable(machine, steps);
            variants.emplace_back().path = trace.path;
            variants.back().steps = steps;
        }
        const PlayedByBoth p = play_both(k, scripts_of(variants, how));
        std::vector<bool> yes;
        for (std::size_t i = 0; i < variants.size(); ++i) {
            const TraceVerdict v = judge_trace(p.scripts[i], reference_of(k, p, i), p.candidate.traces[i]);
            yes.push_back(!shows_itself(verdict) ? v.regressed() : shows_itself(v));
        }
        return yes;
    };
    model::Trace small;
    small.path = trace.path;
    small.steps =
        shrink(trace.steps, {shows, variants_at_once}, {std::min(seconds_to_shrink, seconds_left(k)), false}).steps;
    return small;
}

const TraceVerdict* shortest_regression(const Findings& f, const std::vector<model::Trace>& traces,
                                        std::size_t& index) {
    const TraceVerdict* best = nullptr;
    for (std::size_t i = 0; i < f.verdicts.size(); ++i) {
        const TraceVerdict& v = f.verdicts[i];
        if (!v.regressed() ||
            (best && (!best->lost.empty() > !v.lost.empty() ||
                      (best->lost.empty() == v.lost.empty() && traces[index].steps.size() <= traces[i].steps.size()))))
            continue;
        best = &v;
        index = i;
    }
    return best;
}

std::vector<std::string> command_for(const GuestOptions& o, const std::string& trace) {
    std::vector<std::string> words{"rmapcheck", "gate", "--kernel", o.kernel.empty() ? "debian" : o.kernel};
    for (const std::string& p : o.base) words.insert(words.end(), {"--base", p});
    for (const std::string& p : o.patches) words.insert(words.end(), {"--patch", p});
    words.insert(words.end(), {"--trace", trace});
    return words;
}

std::string name_of_candidate(const GuestOptions& o) {
    return o.patches.empty() ? "kernel" : fs::path(o.patches.front()).stem().string();
}

// The strategy of the model that the candidate says it is.
const Strategy* strategy_of(const std::vector<Patch>& patches) {
    for (const Patch& p : patches)
        if (is_edit_script(p.text))
            if (const Strategy* s = find_strategy(read_edit_script(p.text, p.path).model)) return s;
    return nullptr;
}

// The model is held to the reference, and goes where that kernel's walk lets reclaim and migration go.
model::WalkDriver driver_of_reference(const std::vector<Patch>& its_patches, const model::KernelVersion& version) {
    const Strategy* walk = strategy_of(its_patches);
    if (its_patches.empty()) walk = find_strategy(version.shipped_walk);
    return walk && walk != &reference() ? driver_of(*walk) : model::WalkDriver{};
}

void note(Side& side, const GuestRun& run) {
    side.play_seconds = run.seconds;
    side.boots = run.boots;
    side.remembered = run.remembered;
}

// Random sequences on which kernel and model differ, if there is a place for them: nobody else has them.
void keep_odd_ones(const GuestOptions& o, const std::vector<model::Trace>& traces, Findings& f) {
    if (o.save.empty()) return;
    for (std::size_t i = o.shard.count(o.traces.size()); i < traces.size(); ++i)
        if (!f.verdicts[i].reference_off_model.empty())
            f.outputs.write(fmt::format("{}/{}.trace", o.save, traces[i].path), model::to_text(traces[i]));
}

void judge(const GuestOptions& o, const std::vector<model::Trace>& traces, const Kernels& k, const Strategy* strategy,
           Findings& f) {
    const PlayedByBoth p = play_both(k, scripts_of(traces, k.how));
    note(f.reference, p.reference);
    note(f.candidate, p.candidate);
    f.hangs = p.candidate.hangs;
    for (std::size_t i = 0; i < p.scripts.size(); ++i) {
        f.verdicts.push_back(judge_trace(p.scripts[i], reference_of(k, p, i), p.candidate.traces[i]));
        if (!strategy || !f.verdicts.back().not_judged.empty()) continue;
        const std::string differs = differs_from_strategy(p.scripts[i], reference_of(k, p, i), p.candidate.traces[i],
                                                          std::string(strategy->name));
        if (!differs.empty()) f.strategy_differs.push_back(p.scripts[i].name + ": " + differs);
    }
    keep_odd_ones(o, traces, f);
    if (o.effects)
        f.effects = effects_of(k.candidate, p.scripts, p.candidate.traces, k.room, k.progress, of_candidate(k));
    std::size_t index = 0;
    const TraceVerdict* regression = shortest_regression(f, traces, index);
    if (!regression) return;
    f.smallest_path = traces[index].path;
    f.shortest = Findings::Shortest{!regression->lost.empty(), traces[index].steps.size(), o.shard.number(index)};
    const bool drawn = index >= o.shard.count(o.traces.size());      // there is no file of it yet
    const bool by_hanging = regression->lost.empty() && f.hangs > 0; // a question would take as long as our patience
    if ((!o.minimize || by_hanging) && !drawn) return;
    if (o.minimize && !by_hanging) {
        k.progress("making the trace smaller on the kernel itself");
        f.smallest = smallest(k, traces[index], *regression);
    }
    f.smallest_path = fmt::format("{}{}.trace", o.save.empty() ? "" : o.save + "/", name_of_candidate(o));
    const model::Trace& shown = f.smallest ? *f.smallest : traces[index];
    if (!f.outputs.write(f.smallest_path, model::to_text(shown))) f.smallest = shown; // it is printed at least
}

void note_rules(const model::Config& config, Findings& f) {
    f.config = config;
    f.rules = model::describe(config.rules);
}

std::vector<model::Trace> with_random(const GuestOptions& o, const model::Config& config) {
    std::vector<model::Trace> traces;
    for (std::size_t i = 0; i < o.traces.size(); ++i)
        if (o.shard.has(i)) traces.push_back(o.traces[i]);
    constexpr std::uint32_t length = 60; // operations
    for (model::Trace& t : random_traces(config, o.seed, o.random, length, o.shard, o.traces.size()))
        traces.push_back(std::move(t));
    return traces;
}

void start_program(const GuestOptions& o, const Kernels& k, Findings& f) {
    if (!o.program) return;
    try {
        f.program = o.program(k.how.config);
    } catch (const model::BadInput& bad) {
        f.no_program = bad.place.line > 1 ? fmt::format("line {}: {}", bad.place.line, bad.wrong) : bad.wrong;
        return;
    }
    k.progress("starting the program in the guest");
    f.candidate.program = guest::start_in_guest(k.candidate, f.program, k.room, seconds_left(k));
    if (!k.reference.empty())
        f.reference.program = guest::start_in_guest(k.reference, f.program, k.room, seconds_left(k));
}

// `overlay` as a kernel, and what it took.
std::string built(Copy& copy, const Overlay& overlay, const GuestOptions& o, const std::string& cache,
                  const std::string& what, const Progress& progress, Side& side) {
    const unsigned jobs = o.jobs ? o.jobs : std::max(1u, std::thread::hardware_concurrency());
    const Built b = build_kernel(copy, overlay, cache, jobs, what, progress);
    side.kernel = b.kernel;
    side.build_seconds = b.seconds;
    side.cached = b.cached;
    return b.kernel;
}

// The rules of the reference, or of the kernel where there is no other.
FoundRules probe_rules(const Kernels& k) {
    k.progress("probing the kernel's rules");
    return find_rules(k.how.config.rules, [&](std::span<const Trial> trials) {
        std::vector<GuestScript> scripts;
        for (const Trial& t : trials) {
            ScriptOptions how = k.how;
            how.config.rules = t.rules;
            scripts.push_back(script_of(t.trace, how));
        }
        const bool alone = k.reference.empty();
        const GuestRun run = play_in_guest(alone ? k.candidate : k.reference, scripts, k.room, k.progress, k.memory);
        std::vector<TrialAnswer> answers;
        for (std::size_t i = 0; i < scripts.size(); ++i) {
            const TraceVerdict v = judge_trace(scripts[i], &run.traces[i], run.traces[i]);
            answers.push_back(!v.not_judged.empty()           ? TrialAnswer::not_played
                              : v.reference_off_model.empty() ? TrialAnswer::agrees
                                                              : TrialAnswer::differs);
        }
        return answers;
    });
}

// What a candidate changes and a guest does not have, so that nothing is judged of it.
std::vector<std::string> not_in_the_guest(const Copy& copy, const Overlay& with, const Overlay& ours) {
    std::vector<std::string> names;
    for (const auto& [file, text] : with) {
        const auto own = ours.find(file);
        if (text == copy.source(file) || (own != ours.end() && text == own->second)) continue;
        const bool source = file.ends_with(".c"), header = file.ends_with(".h");
        if (source ? !fs::exists(copy.folder() + "/" + file.substr(0, file.size() - 1) + "o") : !header)
            names.push_back(file);
    }
    return names;
}

std::vector<Patch> read_patches(const std::vector<std::string>& paths) {
    std::vector<Patch> patches;
    for (const std::string& p : paths) patches.push_back(read_patch(p));
    return patches;
}

std::chrono::steady_clock::time_point end_of(const GuestOptions& o, std::chrono::steady_clock::time_point begin) {
    using Clock = std::chrono::steady_clock;
    if (o.seconds <= 0) return Clock::time_point::max();
    return begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(o.seconds));
}

// Guests run beside each other, and may tell at the same time.
Progress in_turns(const Progress& told, std::mutex& one_at_a_time) {
    return {[&](const std::string& line) {
                const std::lock_guard lock(one_at_a_time);
                told(line);
            },
            [&](const HowFar& far) {
                const std::lock_guard lock(one_at_a_time);
                told.tell(far);
            }};
}

Findings asked_for(const GuestOptions& o, const Tree& tree, const Strategy* strategy) {
    Findings f;
    f.tree = tree.name;
    f.version = tree.version;
    f.base = o.base;
    f.patches = o.patches;
    f.random = o.random;
    f.seed = o.seed;
    f.shard = o.shard;
    if (strategy) f.strategy = std::string(strategy->name);
    return f;
}

} // namespace

void require_tree(const std::string& kernel, const std::string& cache) {
    const DebianSource source = fs::exists(kernel) ? DebianSource{} : debian_source(kernel, guest_cache(cache));
    if (!source.version.empty() || fs::exists(kernel)) return; // of a source that is not here, open_tree() says more
    throw model::BadInput(fmt::format("{} does not exist (a kernel tree, or an archive of one)", kernel));
}

std::string no_kernel_here(const std::string& kernel) {
    const DebianSource source = debian_source(kernel, guest_cache(""));
    if (source.archive.empty())
        return fmt::format("there is no source of Linux {0} (.ci/kernel-source {0})", source.version);
    for (const char* program : {"tar", "xz"})
        if (!has_program(program)) return fmt::format("the program {} is missing", program);
    const std::string missing = missing_programs();
    return missing.empty() ? "" : "a kernel cannot be built here without" + missing;
}

Findings gate_kernel(const GuestOptions& o) {
    const auto begin = std::chrono::steady_clock::now();
    std::mutex one_at_a_time;
    const Progress progress = in_turns(o.progress, one_at_a_time);
    const std::string cache = guest_cache(o.cache);
    own_cache(cache);
    if (!o.save.empty()) fs::create_directories(o.save);
    const std::vector<Patch> base = read_patches(o.base), patches = read_patches(o.patches);
    std::vector<Patch> all = base;
    all.insert(all.end(), patches.begin(), patches.end());

    const Tree tree = open_tree(o.kernel, cache, progress);
    Copy copy(tree, cache, progress);
    copy.update(progress);
    const model::RulesOf known = model::rules_of(tree.version);
    const Strategy* strategy = strategy_of(patches);
    if (all.empty()) strategy = find_strategy(known.row->shipped_walk);
    Kernels k;
    k.room = copy.room();
    k.memory = cache + "/results";
    k.progress = progress;
    k.end = end_of(o, begin);
    k.how.config.rules = known.row->rules;
    if (strategy) k.how.strategies.push_back(strategy);
    k.how.config.drive = driver_of_reference(patches.empty() ? all : base, *known.row);
    Findings f = asked_for(o, tree, strategy);

    // What does not apply is found before anything is built.
    const Overlay with = overlay_for(copy, all, f.fixes, k.how.no_points);
    if (!patches.empty()) {
        std::vector<std::string> same;
        f.has_reference = true;
        k.reference = built(copy, overlay_for(copy, base, same, k.how.no_points), o, cache, "the unpatched kernel",
                            progress, f.reference);
    }
    k.candidate =
        built(copy, with, o, cache, patches.empty() ? "the kernel" : "the patched kernel", progress, f.candidate);

    std::vector<std::string> said;
    std::string points;
    f.not_in_the_guest = not_in_the_guest(copy, with, overlay_for(copy, {}, said, points));
    f.same_kernel = k.reference == k.candidate; // they are named by the digest of what they are
    note_rules(k.how.config, f);
    if (f.same_kernel) return f;
    if (!known.remark.empty()) {
        FoundRules found = probe_rules(k);
        k.how.config.rules = found.rules;
        f.remarks = std::move(found.remarks);
        f.remarks.insert(f.remarks.begin(), known.remark);
    }
    note_rules(k.how.config, f);

    judge(o, with_random(o, k.how.config), k, strategy, f);
    start_program(o, k, f);
    if (o.timing && !f.hangs && o.shard.index == 0) f.costs = measure(k);
    if (regressed(f)) f.reproduce = command_for(o, f.smallest_path);
    return f;
}

} // namespace checker::kernels::uml
