#include "checker/facets/draw.h"

#include "checker/facets/facets.h"

namespace checker::inline facets {

namespace {

constexpr auto opens = of_each_operation([]<class Op>() { return Facets<Op>::opens; });
constexpr auto opens_shared = of_each_operation([]<class Op>() { return Facets<Op>::opens_shared; });

template <std::size_t count> constexpr auto in_order(const std::array<unsigned, operation_kinds>& places) {
    std::array<std::size_t, count> kinds{};
    for (std::size_t kind = 0; kind < operation_kinds; ++kind)
        if (places[kind]) kinds[places[kind] - 1] = kind;
    return kinds;
}
constexpr auto opening_kinds = in_order<*std::max_element(opens.begin(), opens.end())>(opens);
constexpr auto shared_kinds = in_order<*std::max_element(opens_shared.begin(), opens_shared.end())>(opens_shared);
constexpr auto by_kernel_list = of_each_operation([]<class Op>() { return Op::by_kernel; });

} // namespace

constinit const std::array<std::uint32_t, operation_kinds> draw_weights =
    of_each_operation([]<class Op>() { return Facets<Op>::weight; });
constinit const std::array<bool, operation_kinds> draw_needs =
    of_each_operation([]<class Op>() { return Facets<Op>::needed; });
constinit const std::array<bool, operation_kinds> draw_goes_on =
    of_each_operation([]<class Op>() { return Facets<Op>::goes_on; });

constinit const std::array<bool, operation_kinds> draw_of_files =
    of_each_operation([]<class Op>() { return Facets<Op>::of_files; });

std::span<const std::size_t> draw_begins() {
    static const std::vector<std::size_t> all = [] {
        std::vector<std::size_t> kinds;
        for (std::size_t kind = 0; kind < operation_kinds; ++kind)
            with_operation(kind, [&]<class Op>() {
                if (model::has_points(Op{})) kinds.push_back(kind);
            });
        return kinds;
    }();
    return all;
}
bool can_begin(std::size_t kind) { return std::ranges::find(draw_begins(), kind) != draw_begins().end(); }

std::size_t openings() { return opening_kinds.size(); }
std::size_t opening(std::size_t n) { return opening_kinds[n]; }
std::size_t shared_openings() { return shared_kinds.size(); }
std::size_t shared_opening(std::size_t n) { return shared_kinds[n]; }

bool is_by_kernel(std::size_t kind) { return by_kernel_list[kind]; }

void draw_operation(Draft& d, std::size_t kind, bool opens_run, model::Step& step) {
    with_operation(kind, [&]<class Op>() {
        Op op;
        d.mapped = !Facets<Op>::makes_memory;
        each_field_of(op, [&]<class Field>(Field& f) { Facets<Field>::draw(d, f); });
        step.expected = Facets<Op>::told(d, op);
        if (opens_run) {
            const std::uint64_t pages = 2 + d.random.below(d.scope.pages - 1);
            Facets<Op>::widen(op, model::address(first_page), pages * model::PAGE_SIZE);
        }
        step.op = op;
    });
}

bool possible(const model::Kernel& k, const model::Step& step) {
    return std::visit([&]<class Op>(const Op&) { return Facets<Op>::possible(k, step.expected); }, step.op);
}

model::Id<model::Mm> draw_process(Random& random, const model::Kernel& k) {
    std::uint32_t seen = 0;
    model::Id<model::Mm> chosen;
    for (model::Id<model::Mm> mm = k.processes.first(k.mms); mm; mm = k.processes.next(k.mms, mm))
        if (random.below(++seen) == 0) chosen = mm;
    return chosen;
}

model::Id<model::Vma> draw_vma(Draft& d) {
    if (!d.mm) return {};
    if (model::Id<model::Vma> vma = model::find_vma(d.k, d.mm, pool_page(d))) return vma;
    return model::first_vma(d.k, d.mm);
}

model::Result draw_place(Draft& d, std::uint64_t length) {
    if (length > model::TASK_SIZE / 2) return model::Errno::enomem;
    const model::Pages pages{(length + model::PAGE_SIZE - 1) >> model::PAGE_SHIFT};
    for (int tries = 0; tries < 4; ++tries) {
        const model::Vpn at = pool_page(d);
        if (model::can_be_chosen(d.k, d.mm, at, at + pages)) return model::Result::of(model::address(at));
    }
    model::Vpn at = first_page;
    while (!model::can_be_chosen(d.k, d.mm, at, at + pages)) at = at + model::Pages{1};
    return model::Result::of(model::address(at));
}

} // namespace checker::inline facets
