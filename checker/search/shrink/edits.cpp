#include "checker/search/shrink/edits.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "checker/facets/draft.h"
#include "checker/facets/smaller.h"
#include "checker/search/shrink/size.h"
#include "checker/search/shrink/steps.h"

namespace checker::inline search {

using namespace model;

ValuesInUse values_of(const Steps& steps) {
    std::set<std::uint64_t> addresses;
    std::set<Pid> pids{1};
    std::uint64_t longest = 1;
    for (const Step& step : steps) {
        if (step.pid) pids.insert(step.pid);
        for (const ByteRange& r : ranges_of(step.op)) {
            addresses.insert(r.start);
            if (r.length) addresses.insert(r.start + r.length);
            longest = std::max(longest, r.length / PAGE_SIZE);
        }
    }
    const Vpn most = first_page + Pages{std::max<std::uint64_t>(3, addresses.size())};
    for (Vpn p = first_page; p < most && p < first_page + Pages{8}; p += Pages{1}) addresses.insert(address(p));
    while (addresses.size() > 10) addresses.erase(std::prev(addresses.end()));
    ValuesInUse v;
    v.addresses.assign(addresses.begin(), addresses.end());
    for (std::uint64_t n = 1; n <= std::min<std::uint64_t>(longest + 1, 4); ++n) v.lengths.push_back(n * PAGE_SIZE);
    v.pids.assign(pids.begin(), pids.end());
    return v;
}

Steps without(const Steps& steps, std::span<const std::size_t> gone) {
    Steps left;
    left.reserve(steps.size());
    for (std::size_t i = 0; i < steps.size(); ++i)
        if (std::ranges::find(gone, i) == gone.end()) left.push_back(steps[i]);
    return left;
}

void drop_results(Steps& steps) {
    for (Step& step : steps)
        if (!kernel_chooses(step.op)) step.expected.reset();
}

// --- fewer steps

void keep_end(const Proposer& p) {
    for (std::size_t length = 32; length < p.from.size() && !p.stop(); length *= 4)
        p.propose(Steps(p.from.end() - static_cast<std::ptrdiff_t>(length), p.from.end()));
}

void drop_chunks(const Proposer& p) {
    for (std::size_t size = std::max<std::size_t>(1, p.from.size() / 2); size; size /= 2)
        for (std::size_t end = p.from.size(); end > 0 && !p.stop();) {
            const std::size_t begin = end > size ? end - size : 0;
            Steps candidate(p.from.begin(), p.from.begin() + static_cast<std::ptrdiff_t>(begin));
            candidate.insert(candidate.end(), p.from.begin() + static_cast<std::ptrdiff_t>(end), p.from.end());
            p.propose(std::move(candidate));
            end = std::min(begin, p.from.size());
        }
}

// The last n places of `gone` are chosen below `limit`; the others are chosen.
static void drop_below(const Proposer& p, std::span<std::size_t> gone, std::size_t n, std::size_t limit) {
    for (std::size_t i = n - 1; i < std::min(limit, p.from.size()) && !p.stop(); ++i) {
        gone[n - 1] = i;
        if (n > 1)
            drop_below(p, gone, n - 1, i);
        else
            p.propose(without(p.from, gone));
    }
}
template <std::size_t n> void drop(const Proposer& p) {
    std::array<std::size_t, n> gone{};
    drop_below(p, gone, n, p.from.size());
}
template void drop<1>(const Proposer&);
template void drop<2>(const Proposer&);
template void drop<3>(const Proposer&);

static std::optional<Step> merged(Step a, Step b) {
    if (a.op.index() != b.op.index() || a.pid != b.pid) return {};
    const auto ra = named_ranges(a.op), rb = named_ranges(b.op);
    const auto ca = fields_of<Count>(a), cb = fields_of<Count>(b);
    if (!ra.empty() && ra[0].length) {
        const std::uint64_t start = std::min(ra[0].start->v, rb[0].start->v),
                            end = std::max(ra[0].start->v + ra[0].length->v, rb[0].start->v + rb[0].length->v);
        if (ra.size() > 1) ra[1].start->v -= ra[0].start->v - start;
        ra[0].start->v = start;
        for (Length* l : fields_of<Length>(a)) l->v = end - start;
    } else if (!ca.empty()) {
        ca[0]->v += cb[0]->v;
    } else
        return {};
    return a;
}

void merge(const Proposer& p) {
    for (std::size_t j = 1; j < p.from.size(); ++j)
        for (std::size_t i = 0; i < std::min(j, p.from.size()) && !p.stop(); ++i) {
            const std::optional<Step> one = merged(p.from[i], p.from[j]);
            if (!one) continue;
            for (const auto& [at, gone] : {std::pair{i, j}, std::pair{j, i}}) {
                if (p.stop()) return;
                Steps candidate = p.from;
                candidate[at] = *one;
                p.propose(without(candidate, {&gone, 1}));
            }
        }
}

// Is the step about this operation in flight?
static bool is_about(const Step& step, FlightName flight) { return going_on(step.op) == flight; }

void land(const Proposer& p) {
    for (std::size_t begin = 0; begin < p.from.size() && !p.stop(); ++begin) {
        const FlightName flight = p.from[begin].begins;
        if (!flight) continue;
        std::size_t last = begin;
        for (std::size_t i = begin + 1; i < p.from.size() && p.from[i].begins != flight; ++i)
            if (is_about(p.from[i], flight)) last = i;
        for (std::size_t at : {begin, last}) {
            if (p.stop() || begin >= p.from.size()) return;
            Steps candidate;
            for (std::size_t i = 0; i < p.from.size(); ++i) {
                if (i == at) {
                    candidate.push_back(p.from[begin]);
                    candidate.back().begins = {};
                } else if (i != begin && !(i > begin && i <= last && is_about(p.from[i], flight)))
                    candidate.push_back(p.from[i]);
            }
            p.propose(std::move(candidate));
        }
    }
}

void finish_early(const Proposer& p) {
    for (std::size_t i = 0; i < p.from.size() && !p.stop(); ++i) {
        const std::optional<FlightName> flight = going_on(p.from[i].op);
        if (!flight || p.from[i].op == finish_of(*flight)) continue;
        Steps candidate(p.from.begin(), p.from.begin() + static_cast<std::ptrdiff_t>(i));
        candidate.push_back({0, finish_of(*flight), {}, 0});
        bool again = false; // another operation of that name
        for (std::size_t j = i + 1; j < p.from.size(); ++j) {
            again |= p.from[j].begins == *flight;
            if (again || !is_about(p.from[j], *flight)) candidate.push_back(p.from[j]);
        }
        p.propose(std::move(candidate));
    }
}

// --- another order

void move_step(const Proposer& p) {
    for (std::size_t from = 0; from < p.from.size(); ++from)
        for (std::size_t to = 0; std::max(from, to) < p.from.size() && !p.stop(); ++to) {
            if (from == to) continue;
            Steps candidate = p.from;
            const auto begin = candidate.begin(), at = begin + static_cast<std::ptrdiff_t>(from),
                       there = begin + static_cast<std::ptrdiff_t>(to);
            from < to ? std::rotate(at, at + 1, there + 1) : std::rotate(there, at, at + 1);
            p.propose(std::move(candidate));
        }
}

// --- one step

void simplify(const Proposer& p) {
    const ValuesInUse values = values_of(p.from);
    for (std::size_t i = p.from.size(); i-- > 0;)
        for (std::size_t field = 0; i < p.from.size() && field < field_count(p.from[i].op); ++field) {
            std::vector<Operation> simpler;
            each_value(p.from[i].op, field, values, Try::simpler, [&](const Operation& op) { simpler.push_back(op); });
            for (const Operation& op : simpler) {
                if (p.stop()) return;
                Steps candidate = p.from;
                candidate[i].op = op;
                if (p.propose(std::move(candidate))) break;
            }
        }
}

void change(const Proposer& p) {
    const ValuesInUse values = values_of(p.from);
    for (std::size_t i = 0; i < p.from.size(); ++i)
        for (std::size_t field = 0; !p.stop() && field < field_count(p.from[i].op); ++field)
            each_value(p.from[i].op, field, values, Try::all, [&](const Operation& op) {
                if (p.stop()) return;
                Steps candidate = p.from;
                candidate[i].op = op;
                p.propose(std::move(candidate));
            });
}

// Steps of all kinds that could stand for another, simple ones first by kind.
static std::vector<Step> simple_steps(const Steps& best) {
    const ValuesInUse all = values_of(best);
    ValuesInUse v = all;
    if (v.addresses.size() > 5) v.addresses.resize(5);
    if (v.lengths.size() > 2) v.lengths.resize(2);
    std::vector<Step> steps;
    each_operation(v, [&](const Operation& op) {
        if (by_kernel(op))
            steps.push_back({0, op, {}, 0});
        else
            for (Pid pid : v.pids) steps.push_back({pid, op, {}, 0});
    });
    return steps;
}

void replace(const Proposer& p) {
    const std::vector<Step> simple = simple_steps(p.best);
    for (std::size_t i = 0; i < p.from.size(); ++i)
        for (const Step& step : simple) {
            if (p.stop()) return;
            if (step == p.from[i]) continue;
            Steps candidate = p.from;
            candidate[i] = step;
            p.propose(std::move(candidate));
        }
}

void make_usual(const Proposer& p) {
    for (std::size_t i = 0; i < p.from.size() && !p.stop(); ++i) {
        if (!is_unusual(p.from[i])) continue;
        Steps usual = p.from;
        facets::make_usual(usual[i].op);
        if (is_unusual(usual[i])) usual.erase(usual.begin() + static_cast<std::ptrdiff_t>(i));
        p.propose(std::move(usual));
    }
}

void insert(const Proposer& p) {
    std::vector<Step> simple = simple_steps(p.best);
    std::erase_if(simple, is_unusual);
    for (std::size_t at = 0; at <= p.from.size(); ++at)
        for (const Step& step : simple) {
            if (p.stop()) return;
            Steps candidate = p.from;
            candidate.insert(candidate.begin() + static_cast<std::ptrdiff_t>(at), step);
            p.propose(std::move(candidate));
        }
}

} // namespace checker::inline search
