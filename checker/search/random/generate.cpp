#include "checker/search/random/generate.h"

#include <tuple>
#include <utility>

#include "checker/search/random/fields.h"

namespace checker::inline search {

using namespace model;

namespace {

// How often an operation is drawn, before the run's own taste. 8 unless it is said here.
template <class Op> constexpr std::uint32_t weight_of = 8;
template <> constexpr std::uint32_t weight_of<Store> = 16;
template <> constexpr std::uint32_t weight_of<Madvise> = 12;
template <> constexpr std::uint32_t weight_of<Mremap> = 14;
template <> constexpr std::uint32_t weight_of<Ksmd> = 10;
template <> constexpr std::uint32_t weight_of<Fork> = 5;
template <> constexpr std::uint32_t weight_of<Exit> = 2;
template <> constexpr std::uint32_t weight_of<Brk> = 2;
template <> constexpr std::uint32_t weight_of<Mlock> = 2;
template <> constexpr std::uint32_t weight_of<Munlock> = 2;
template <> constexpr std::uint32_t weight_of<Prctl> = 2;
template <> constexpr std::uint32_t weight_of<SetKnob> = 1;
template <> constexpr std::uint32_t weight_of<SwapCacheDrop> = 3;
template <> constexpr std::uint32_t weight_of<Migrate> = 3;
template <> constexpr std::uint32_t weight_of<Walk> = 0; // changes nothing

// Operations whose address is where memory is to be; those of the others are where it is.
template <class Op> constexpr bool makes_memory = false;
template <> constexpr bool makes_memory<Mmap> = true;
template <> constexpr bool makes_memory<Brk> = true;

template <std::size_t... I> constexpr auto all_names(std::index_sequence<I...>) {
    return std::array<std::string_view, sizeof...(I)>{std::variant_alternative_t<I, Operation>::name...};
}
template <std::size_t... I> constexpr auto all_weights(std::index_sequence<I...>) {
    return std::array<std::uint32_t, sizeof...(I)>{weight_of<std::variant_alternative_t<I, Operation>>...};
}
constexpr auto kinds = std::make_index_sequence<operation_kinds>{};
constexpr auto names = all_names(kinds);
constexpr auto base_weights = all_weights(kinds);

template <class Op> constexpr std::size_t index_of() { return Operation{Op{}}.index(); }

Result free_place(Draft& d, std::uint64_t length) {
    if (length > TASK_SIZE / 2) return Errno::enomem;
    return Result::of(address(draw_free_range(d, Pages{(length + PAGE_SIZE - 1) >> PAGE_SHIFT})));
}

// What a step must state, because the kernel would choose it.
template <class Op> std::optional<Result> told(Draft&, Run&, const Op&) { return {}; }
std::optional<Result> told(Draft& d, Run&, const Mmap& op) {
    if (op.flags.v & (map_fixed | map_fixed_noreplace)) return {};
    return free_place(d, op.length.v);
}
std::optional<Result> told(Draft& d, Run&, const Mremap& op) {
    const bool chooses = !(op.flags.v & mremap_fixed) && (op.flags.v & mremap_maymove);
    if (!chooses || (!(op.flags.v & mremap_dontunmap) && op.new_length.v <= op.old_length.v)) return {};
    return free_place(d, op.new_length.v);
}
constexpr Pid most_pids = 60; // what plays a sequence on a running kernel keeps a table of 64

std::optional<Result> told(Draft& d, Run& run, const Fork&) {
    std::uint32_t live = 0;
    for (Id<Mm> mm = d.k.processes.first(d.k.mms); mm; mm = d.k.processes.next(d.k.mms, mm)) ++live;
    if (live >= d.scope.processes) return {};
    if (run.last_pid < most_pids) return Result::of(++run.last_pid);
    Pid pid = 1;
    while (find_process(d.k, pid)) ++pid;
    return Result::of(pid);
}

// May this be played at all now?
bool possible(const Kernel& k, const Step& step) {
    if (std::holds_alternative<Fork>(step.op)) return step.expected.has_value();
    if (std::holds_alternative<Exit>(step.op)) // the last process stays
        return static_cast<bool>(k.processes.next(k.mms, k.processes.first(k.mms)));
    return true;
}

template <class Op> void draw_operation(Draft& d, Run& run, Step& step) {
    Op op;
    d.mapped = !makes_memory<Op>;
    std::apply([&](auto... field) { (draw(d, op.*field), ...); }, Op::fields);
    step.expected = told(d, run, op);
    step.op = op;
}

template <std::size_t... I>
void draw_kind(Draft& d, Run& run, Step& step, std::size_t kind, std::index_sequence<I...>) {
    (void)((kind == I && (draw_operation<std::variant_alternative_t<I, Operation>>(d, run, step), true)) || ...);
}

template <std::size_t... I> bool kernel_calls(std::size_t kind, std::index_sequence<I...>) {
    return ((kind == I && std::variant_alternative_t<I, Operation>::by_kernel) || ...);
}

std::size_t draw_kind_by_weight(Random& random, const Mix& mix) {
    std::uint32_t at = random.below(mix.weights);
    std::size_t kind = 0;
    while (at >= mix.weight[kind]) at -= mix.weight[kind++];
    return kind;
}

// The first operations of most runs: without them nothing is merged for long. An operation that is not in the scope is
// left to chance.
constexpr std::size_t opening[] = {index_of<Mmap>(), index_of<Madvise>(), index_of<Store>(), index_of<Ksmd>()};

// The opening's first two operations act on much of the pool, with arguments that do something.
void widen(Draft& d, Step& step, std::uint32_t n) {
    const std::uint64_t start = address(first_page), length = (2 + d.random.below(d.scope.pages - 1)) * PAGE_SIZE;
    if (auto* mmap = std::get_if<Mmap>(&step.op)) {
        mmap->addr.v = start;
        mmap->length.v = length;
        mmap->prot.v = prot_read | prot_write;
    } else if (auto* madvise = std::get_if<Madvise>(&step.op)) {
        madvise->addr.v = start;
        madvise->length.v = length;
        madvise->advice.v = madv_mergeable;
    } else if (auto* store = std::get_if<Store>(&step.op); store && n < 4) {
        store->length.v = std::max<std::uint64_t>(store->length.v, 2 * PAGE_SIZE);
    } else if (auto* ksmd = std::get_if<Ksmd>(&step.op)) {
        ksmd->scans.v = 2;
    }
}

} // namespace

const std::array<std::string_view, operation_kinds>& operation_names() { return names; }

std::size_t operation_index(std::string_view name) {
    std::size_t i = 0;
    while (i < operation_kinds && names[i] != name) ++i;
    return i;
}

Mix draw_mix(Random& random, const Scope& scope) {
    Mix mix;
    constexpr std::uint32_t tastes[] = {0, 1, 2, 4, 4, 4, 8, 16}; // quarters
    for (std::size_t kind = 0; kind < operation_kinds; ++kind) {
        const std::uint32_t taste = random.pick(tastes);
        const bool wanted = scope.operations[kind];
        const bool needed = kind == index_of<Store>() || kind == index_of<Ksmd>() || kind == index_of<Mmap>();
        mix.weight[kind] = wanted ? base_weights[kind] * (needed && taste < 2 ? 2 : taste) : 0;
        mix.weights += mix.weight[kind];
    }
    if (!mix.weights)
        for (std::size_t kind = 0; kind < operation_kinds; ++kind)
            if (scope.operations[kind]) mix.weights += mix.weight[kind] = 1;
    constexpr std::uint32_t rates[] = {0, 0, 2, 10};
    mix.wrong = random.pick(rates);
    mix.contents = 1 + random.below(3);
    constexpr std::uint32_t sometimes[] = {0, 0, 10, 50};
    mix.files = random.pick(sometimes);
    mix.strange = random.pick(rates) * 2;
    mix.noreserve = random.percent(50);
    mix.opening = random.percent(80);
    return mix;
}

Run start_run(std::uint64_t seed, std::uint64_t number, const Scope& scope) {
    Run run{Random(seed, number), {}};
    run.mix = draw_mix(run.random, scope);
    return run;
}

std::optional<Step> draw_step(Run& run, const Kernel& k, const Scope& scope) {
    const std::uint32_t n = run.drawn++;
    const bool opens = run.mix.opening && n < std::size(opening) && scope.operations[opening[n]];
    const std::size_t kind = opens ? opening[n] : draw_kind_by_weight(run.random, run.mix);
    Draft d{run.random, k, scope, run.mix};
    d.by_kernel = kernel_calls(kind, kinds);
    Step step;
    if (!d.by_kernel) {
        d.mm = draw_process(run.random, k);
        step.pid = k.mms[d.mm].pid;
    }
    d.wrong = !opens && run.random.percent(run.mix.wrong);
    draw_kind(d, run, step, kind, kinds);
    if (opens) widen(d, step, n);
    if (!possible(k, step)) return {};
    return step;
}

} // namespace checker::inline search
