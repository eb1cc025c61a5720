#include "checker/search/shrink/moves.h"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "checker/search/shrink/size.h"
#include "checker/search/shrink/steps.h"

namespace checker::inline search {

using namespace model;

Values values_of(const Steps& best) {
    std::set<std::uint64_t> addresses;
    std::uint64_t longest = 1;
    Values v;
    std::set<Pid> pids{1};
    for (Step step : best) {
        if (step.pid) pids.insert(step.pid);
        const auto lengths = fields_of<Length>(step);
        for (Address* a : fields_of<Address>(step)) {
            addresses.insert(a->v);
            if (!lengths.empty()) addresses.insert(a->v + lengths.front()->v);
        }
        for (Length* l : lengths) longest = std::max(longest, l->v / PAGE_SIZE);
    }
    const Vpn most = first_page + Pages{std::max<std::uint64_t>(3, addresses.size())};
    for (Vpn p = first_page; p < most && p < first_page + Pages{8}; p += Pages{1}) addresses.insert(address(p));
    while (addresses.size() > 10) addresses.erase(std::prev(addresses.end()));
    v.addresses.assign(addresses.begin(), addresses.end());
    for (std::uint64_t n = 1; n <= std::min<std::uint64_t>(longest + 1, 4); ++n) v.lengths.push_back(n * PAGE_SIZE);
    v.pids.assign(pids.begin(), pids.end());
    return v;
}

Steps without(const Steps& steps, std::initializer_list<std::size_t> gone) {
    Steps left;
    left.reserve(steps.size());
    for (std::size_t i = 0; i < steps.size(); ++i)
        if (std::ranges::find(gone, i) == gone.end()) left.push_back(steps[i]);
    return left;
}

namespace {

bool result_is_address(const Step& step) { return step.expected && !std::holds_alternative<Fork>(step.op); }

// --- deleting

bool delete_chunks(const Proposer& p) {
    bool any = false;
    for (std::size_t size = std::max<std::size_t>(1, p.best.size() / 2);; size /= 2) {
        for (std::size_t end = p.best.size(); end > 0 && !p.stop();) {
            const std::size_t begin = end > size ? end - size : 0;
            Steps candidate(p.best.begin(), p.best.begin() + static_cast<std::ptrdiff_t>(begin));
            candidate.insert(candidate.end(), p.best.begin() + static_cast<std::ptrdiff_t>(end), p.best.end());
            any |= p.propose(std::move(candidate));
            end = std::min(begin, p.best.size());
        }
        if (size <= 1) return any;
    }
}

// What came long before may not matter at all, and playing a short end costs little.
bool keep_the_end(const Proposer& p) {
    for (std::size_t length = 32; length < p.best.size() && !p.stop(); length *= 4)
        if (p.propose(Steps(p.best.end() - static_cast<std::ptrdiff_t>(length), p.best.end()))) return true;
    return false;
}

bool delete_pairs(const Proposer& p) {
    for (std::size_t j = 1; j < p.best.size(); ++j)
        for (std::size_t i = 0; i < j && !p.stop(); ++i)
            if (p.propose(without(p.best, {i, j}))) return true;
    return false;
}

bool delete_triples(const Proposer& p) {
    for (std::size_t k = 2; k < p.best.size(); ++k)
        for (std::size_t j = 1; j < k; ++j)
            for (std::size_t i = 0; i < j && !p.stop(); ++i)
                if (p.propose(without(p.best, {i, j, k}))) return true;
    return false;
}

// --- merging: one operation with the hull of two ranges, or the sum of two counts

std::optional<Step> merged(Step a, Step b) {
    if (a.op.index() != b.op.index() || a.pid != b.pid) return {};
    const auto aa = fields_of<Address>(a), ba = fields_of<Address>(b);
    const auto al = fields_of<Length>(a), bl = fields_of<Length>(b);
    const auto ac = fields_of<Count>(a), bc = fields_of<Count>(b);
    if (!aa.empty() && !al.empty()) {
        const std::uint64_t start = std::min(aa[0]->v, ba[0]->v),
                            end = std::max(aa[0]->v + al[0]->v, ba[0]->v + bl[0]->v);
        const std::uint64_t shift = aa[0]->v - start;
        aa[0]->v = start;
        for (Length* l : al) l->v = end - start;
        if (aa.size() > 1) aa[1]->v -= shift;
    } else if (!ac.empty()) {
        ac[0]->v += bc[0]->v;
    } else
        return {};
    return a;
}

bool merge_two(const Proposer& p) {
    for (std::size_t j = 1; j < p.best.size(); ++j)
        for (std::size_t i = 0; i < j && !p.stop(); ++i) {
            const std::optional<Step> one = merged(p.best[i], p.best[j]);
            if (!one) continue;
            for (std::size_t at : {i, j}) {
                Steps candidate = p.best;
                candidate[at] = *one;
                if (p.propose(without(candidate, {at == i ? j : i}))) return true;
            }
        }
    return false;
}

// --- renaming throughout

bool pin_places(const Proposer& p) { // what the kernel chose, said with MAP_FIXED
    bool any = false;
    for (std::size_t i = 0; i <= p.best.size() && !p.stop(); ++i) {
        Steps candidate = p.best;
        for (std::size_t n = 0; n < candidate.size(); ++n) {
            Step& step = candidate[n];
            if (i != 0 && n != i - 1) continue; // first all of them, then each
            if (!result_is_address(step) || step.expected->error != Errno::ok) continue;
            if (auto* mmap = std::get_if<Mmap>(&step.op)) {
                mmap->addr.v = step.expected->value;
                mmap->flags.v |= map_fixed;
            } else if (auto* mremap = std::get_if<Mremap>(&step.op)) {
                mremap->flags.v |= mremap_fixed | mremap_maymove;
                mremap->new_addr.v = step.expected->value;
            } else if (auto* brk = std::get_if<Brk>(&step.op)) {
                brk->addr.v = step.expected->value;
            }
            step.expected.reset();
        }
        any |= p.propose(std::move(candidate));
    }
    return any;
}

// Every position above `from` comes down by `bytes`; what lies between falls together.
Steps without_columns(Steps steps, std::uint64_t from, std::uint64_t bytes) {
    auto down = [&](std::uint64_t at) { return at <= from ? at : at < from + bytes ? from : at - bytes; };
    std::erase_if(steps, [&](Step& step) {
        const auto addresses = fields_of<Address>(step);
        const auto lengths = fields_of<Length>(step);
        if (result_is_address(step)) step.expected->value = down(step.expected->value);
        bool empty = false;
        for (std::size_t i = 0; i < addresses.size(); ++i) {
            const std::uint64_t start = addresses[i]->v;
            addresses[i]->v = down(start);
            if (lengths.empty()) continue;
            Length& length = i == 0 ? *lengths.front() : *lengths.back();
            if (length.v > TASK_SIZE) continue;
            const std::uint64_t left = down(start + length.v) - down(start);
            empty |= i == 0 && length.v && !left;
            if (i == 0)
                for (Length* l : lengths) l->v = l->v == length.v || l == &length ? left : l->v;
        }
        return empty;
    });
    return steps;
}

bool rename_contents(const Proposer& p) {
    std::set<std::uint8_t> used{1, 2, 3};
    for (Step step : p.best)
        for (Byte* b : fields_of<Byte>(step)) used.insert(b->v);
    bool any = false;
    for (bool swap : {false, true})
        for (std::uint8_t from : used)
            for (std::uint8_t to : used) {
                if (from == to || p.stop()) continue;
                Steps candidate = p.best;
                for (Step& step : candidate)
                    for (Byte* b : fields_of<Byte>(step)) b->v = b->v == from ? to : swap && b->v == to ? from : b->v;
                any |= p.propose(std::move(candidate));
            }
    return any;
}

// Process `from` is called `to`; where that is another one, it does what both did, and is not made twice.
Steps with_process(Steps steps, Pid from, Pid to, bool swap) {
    auto rename = [&](Pid& pid) { pid = pid == from ? to : swap && pid == to ? from : pid; };
    std::erase_if(steps, [&](Step& step) {
        if (std::holds_alternative<Fork>(step.op) && step.expected) {
            if (!swap && step.expected->value == from && step.pid == to) return true;
            Pid made = static_cast<Pid>(step.expected->value);
            rename(made);
            step.expected = Result::of(made);
        }
        if (step.pid) rename(step.pid);
        for (PidArg* pid : fields_of<PidArg>(step)) rename(pid->v);
        return false;
    });
    return steps;
}

bool rename_processes(const Proposer& p) {
    std::set<Pid> used{1, 2, 3};
    for (const Step& step : p.best) {
        if (step.pid) used.insert(step.pid);
        if (step.expected && std::holds_alternative<Fork>(step.op)) used.insert(static_cast<Pid>(step.expected->value));
    }
    bool any = false;
    for (bool swap : {false, true})
        for (Pid from : used)
            for (Pid to : used)
                if (from != to && !p.stop()) any |= p.propose(with_process(p.best, from, to, swap));
    return any;
}

// --- fields

// Every simpler value of every field of step i.
bool simplify_step(const Proposer& p, const Values& v, std::size_t i) {
    bool any = false;
    const std::size_t fields = std::visit(
        [](const auto& o) { return std::tuple_size_v<std::remove_cvref_t<decltype(o.fields)>>; }, p.best[i].op);
    for (std::size_t field = 0; field < fields; ++field) {
        std::vector<Steps> candidates;
        Step step = p.best[i];
        std::size_t at = 0;
        each_field(step.op, [&](auto& f) {
            if (at++ != field) return;
            const auto old = f;
            for (const auto& value : values(v, f)) {
                if (rank(value) >= rank(old)) continue;
                f = value;
                Steps candidate = p.best;
                candidate[i] = step;
                candidates.push_back(std::move(candidate));
            }
            f = old;
        });
        for (Steps& c : candidates)
            if (!p.stop() && p.propose(std::move(c))) {
                any = true;
                break;
            }
    }
    return any;
}

bool simplify_fields(const Proposer& p) {
    bool any = false;
    const Values v = values_of(p.best);
    for (std::size_t i = p.best.size(); i-- > 0;)
        if (i < p.best.size()) any |= simplify_step(p, v, i);
    return any;
}

// Everything the other way round: the lowest page becomes the highest.
bool mirror(const Proposer& p) {
    Steps candidate = p.best;
    std::uint64_t low = UINT64_MAX, high = 0;
    auto each_range = [&](auto&& f) {
        for (Step& step : candidate) {
            const auto addresses = fields_of<Address>(step);
            const auto lengths = fields_of<Length>(step);
            for (std::size_t i = 0; i < addresses.size(); ++i)
                f(addresses[i]->v, lengths.empty() ? PAGE_SIZE : lengths[std::min(i, lengths.size() - 1)]->v);
        }
    };
    each_range([&](std::uint64_t& start, std::uint64_t length) {
        if (!start || length > TASK_SIZE) return;
        low = std::min(low, start);
        high = std::max(high, start + length);
    });
    each_range([&](std::uint64_t& start, std::uint64_t length) {
        if (start && length <= TASK_SIZE) start = low + (high - (start + length));
    });
    return p.propose(std::move(candidate));
}

} // namespace

bool narrow_addresses(const Proposer& p) {
    bool any = false;
    std::set<std::uint64_t> edges{address(first_page)};
    for (Step step : p.best) {
        const auto lengths = fields_of<Length>(step);
        for (Address* a : fields_of<Address>(step)) {
            edges.insert(a->v);
            if (!lengths.empty()) edges.insert(a->v + lengths.front()->v);
        }
        if (result_is_address(step)) edges.insert(step.expected->value);
    }
    std::vector<std::uint64_t> sorted(edges.begin(), edges.end());
    for (std::size_t i = sorted.size(); i-- > 1 && !p.stop();) { // from above, so that the edges below stay right
        const std::uint64_t gap = sorted[i] - sorted[i - 1];
        if (sorted[i - 1] < address(first_page)) break;
        for (std::uint64_t gone : {gap, gap - PAGE_SIZE, gap / 2 / PAGE_SIZE * PAGE_SIZE, PAGE_SIZE}) {
            if (gone == 0 || gone > gap) continue;
            if (!p.propose(without_columns(p.best, sorted[i - 1], gone))) continue;
            any = true;
            break;
        }
    }
    return any;
}

bool rename_addresses(const Proposer& p) {
    bool any = false;
    const std::vector<std::uint64_t> all = values_of(p.best).addresses;
    for (bool swap : {false, true})
        for (std::uint64_t from : all)
            for (std::uint64_t to : all) {
                if (from == to || p.stop() || (swap && from < to)) continue;
                Steps candidate = p.best;
                auto rename = [&](std::uint64_t& a) { a = a == from ? to : swap && a == to ? from : a; };
                for (Step& step : candidate) {
                    for (Address* a : fields_of<Address>(step)) rename(a->v);
                    if (result_is_address(step)) rename(step.expected->value);
                }
                any |= p.propose(std::move(candidate));
            }
    return any;
}

namespace {

constexpr Move list[] = {
    {"keep the end", false, SIZE_MAX, keep_the_end},
    {"delete chunks", false, SIZE_MAX, delete_chunks},
    {"pin places", false, 400, pin_places},
    {"rename processes", false, 400, rename_processes},
    {"narrow addresses", false, 400, narrow_addresses},
    {"merge two", false, 200, merge_two},
    {"rename contents", false, 400, rename_contents},
    {"simplify fields", false, 400, simplify_fields},
    {"delete pairs", false, 60, delete_pairs},
    {"rename addresses", false, 60, rename_addresses},
    {"reorder", false, 60, reorder},
    {"mirror", false, 60, mirror},
    {"move and delete", true, 24, move_and_delete},
    {"delete triples", true, 24, delete_triples},
    {"replace unusual", true, 24, replace_unusual},
    {"change and delete", true, 16, change_and_delete},
    {"replace one", true, 16, replace_one},
    {"change and narrow", true, 12, change_and_narrow},
    {"move and delete two", true, 12, move_and_delete_two},
    {"change two", true, 12, change_two},
};

} // namespace

std::span<const Move> moves() { return list; }

void drop_results(Steps& steps) {
    for (Step& step : steps) {
        if (std::holds_alternative<Fork>(step.op)) continue;
        const auto* mmap = std::get_if<Mmap>(&step.op);
        const auto* mremap = std::get_if<Mremap>(&step.op);
        const bool chosen = (mmap && !(mmap->flags.v & (map_fixed | map_fixed_noreplace))) ||
                            (mremap && !(mremap->flags.v & mremap_fixed)) || std::holds_alternative<Brk>(step.op);
        if (!chosen) step.expected.reset();
    }
}

} // namespace checker::inline search
