#include "checker/minimize/moves.h"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "checker/generate.h"
#include "checker/minimize/fields.h"
#include "checker/minimize/size.h"

namespace checker {

using namespace model;

namespace {

// --- looking at fields by type

template <class F> void each_field(Operation& op, F&& f) {
    std::visit([&](auto& o) { std::apply([&](auto... field) { (f(o.*field), ...); }, o.fields); }, op);
}

// The fields of one type in a step, in order.
template <class T> std::vector<T*> fields_of(Step& step) {
    std::vector<T*> found;
    each_field(step.op, [&](auto& field) {
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(field)>, T>) found.push_back(&field);
    });
    return found;
}

bool result_is_address(const Step& step) { return step.expected && !std::holds_alternative<Fork>(step.op); }

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

Steps without(const Steps& steps, std::initializer_list<std::size_t> gone) {
    Steps left;
    left.reserve(steps.size());
    for (std::size_t i = 0; i < steps.size(); ++i)
        if (std::ranges::find(gone, i) == gone.end()) left.push_back(steps[i]);
    return left;
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
        const std::uint64_t start = std::min(aa[0]->v, ba[0]->v), end = std::max(aa[0]->v + al[0]->v, ba[0]->v + bl[0]->v);
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
    const std::size_t fields = std::visit([](const auto& o) { return std::tuple_size_v<std::remove_cvref_t<decltype(o.fields)>>; }, p.best[i].op);
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

// --- replacing

// The nearest value that is not unusual.
template <class T> T usual_value(const T& f) { return f; }
MapBits usual_value(const MapBits& f) {
    return {(f.v & (map_anonymous | map_noreserve)) | map_private | map_fixed};
}
ProtBits usual_value(const ProtBits& f) { return {f.v & prot_write ? prot_read | prot_write : f.v & prot_read}; }

// Calls f(op) for every operation of this kind that the values make.
template <std::size_t field = 0, class Op, class F> void each_operation(const Values& v, Op& op, F&& f) {
    if constexpr (field == std::tuple_size_v<std::remove_cvref_t<decltype(Op::fields)>>) {
        f(op);
    } else {
        auto member = std::get<field>(Op::fields);
        for (const auto& value : values(v, op.*member)) {
            op.*member = value;
            each_operation<field + 1>(v, op, f);
        }
    }
}
template <std::size_t... I, class F> void each_operation_of(std::size_t kind, const Values& v, F&& f, std::index_sequence<I...>) {
    auto one = [&]<std::size_t i>() {
        std::variant_alternative_t<i, Operation> op;
        if (kind == i) each_operation(v, op, [&](const auto& made) { f(Operation{made}, decltype(op)::by_kernel); });
    };
    (one.template operator()<I>(), ...);
}

// Steps of all kinds that could stand for another, simple ones first by kind.
std::vector<Step> simple_steps(const Steps& best) {
    const Values all = values_of(best);
    Values v = all;
    if (v.addresses.size() > 5) v.addresses.resize(5);
    if (v.lengths.size() > 2) v.lengths.resize(2);
    std::vector<Step> steps;
    for (std::size_t kind = 0; kind < operation_kinds; ++kind)
        each_operation_of(kind, v, [&](Operation op, bool kernel) {
            if (std::holds_alternative<Walk>(op) || std::holds_alternative<Prctl>(op) || std::holds_alternative<Fork>(op)) return;
            if (const auto* m = std::get_if<Mmap>(&op); m && (m->fd.v >= 0 || m->offset.v || !(m->flags.v & map_anonymous))) return;
            if (const auto* m = std::get_if<Mremap>(&op); m && !(m->flags.v & mremap_fixed)) return;
            if (kernel)
                steps.push_back({0, op, {}, 0});
            else
                for (Pid pid : v.pids) steps.push_back({pid, op, {}, 0});
        }, std::make_index_sequence<operation_kinds>{});
    return steps;
}

bool replace_one(const Proposer& p) {
    const std::vector<Step> simple = simple_steps(p.best);
    for (std::size_t i = 0; i < p.best.size(); ++i)
        for (const Step& step : simple) {
            if (p.stop()) return false;
            if (step == p.best[i]) continue;
            Steps candidate = p.best;
            candidate[i] = step;
            if (p.propose(std::move(candidate))) return true;
        }
    return false;
}

// An unusual operation gives way to a usual one, or to two: the arguments made simple, and another operation somewhere.
bool replace_unusual(const Proposer& p) {
    std::vector<Step> simple;
    for (Step& s : simple_steps(p.best))
        if (!is_unusual(s)) simple.push_back(std::move(s));
    for (std::size_t i = 0; i < p.best.size(); ++i) {
        if (!is_unusual(p.best[i])) continue;
        Steps usual = p.best;
        each_field(usual[i].op, [&](auto& f) { f = usual_value(f); });
        if (is_unusual(usual[i])) usual.erase(usual.begin() + static_cast<std::ptrdiff_t>(i));
        for (std::size_t at = 0; at <= usual.size(); ++at)
            for (const Step& step : simple) {
                if (p.stop()) return false;
                Steps candidate = usual;
                candidate.insert(candidate.begin() + static_cast<std::ptrdiff_t>(at), step);
                if (p.propose(std::move(candidate))) return true;
            }
    }
    return false;
}

// --- two at once: where one change alone does not do, or makes the sequence larger, and a second one mends it

// Every sequence with one field of one operation changed, in whatever direction.
std::vector<Steps> with_one_change(const Steps& best) {
    std::vector<Steps> all;
    const Values v = values_of(best);
    for (std::size_t i = 0; i < best.size(); ++i) {
        Step step = best[i];
        each_field(step.op, [&](auto& f) {
            const auto old = f;
            for (const auto& value : values(v, f)) {
                if (value == old) continue;
                f = value;
                all.push_back(best);
                all.back()[i] = step;
            }
            f = old;
        });
    }
    return all;
}

// One operation less, and a field of another changed.
bool change_and_delete(const Proposer& p) {
    for (const Steps& changed : with_one_change(p.best))
        for (std::size_t gone = 0; gone < changed.size() && !p.stop(); ++gone)
            if (p.propose(without(changed, {gone}))) return true;
    return false;
}

// A field changed, and then everything brought closer together or renamed.
bool change_and_narrow(const Proposer& p) {
    for (const Steps& changed : with_one_change(p.best)) {
        bool taken = false;
        const std::function<bool(Steps)> propose = [&](Steps s) { return taken = taken || p.propose(std::move(s)); };
        const Proposer from{changed, propose, p.stop};
        narrow_addresses(from);
        if (!taken) rename_addresses(from);
        if (taken) return true;
        if (p.stop()) return false;
    }
    return false;
}

bool change_two(const Proposer& p) {
    for (const Steps& changed : with_one_change(p.best))
        for (Steps& twice : with_one_change(changed)) {
            if (p.stop()) return false;
            if (p.propose(std::move(twice))) return true;
        }
    return false;
}

// --- order

bool reorder(const Proposer& p) {
    bool any = false;
    for (std::size_t from = 0; from < p.best.size(); ++from)
        for (std::size_t to = 0; to < p.best.size() && !p.stop(); ++to) {
            if (from == to) continue;
            Steps candidate = p.best;
            const Step step = candidate[from];
            candidate.erase(candidate.begin() + static_cast<std::ptrdiff_t>(from));
            candidate.insert(candidate.begin() + static_cast<std::ptrdiff_t>(to), step);
            any |= p.propose(std::move(candidate));
        }
    return any;
}

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
    {"delete triples", true, 24, delete_triples},
    {"replace unusual", true, 24, replace_unusual},
    {"change and delete", true, 16, change_and_delete},
    {"replace one", true, 16, replace_one},
    {"change and narrow", true, 12, change_and_narrow},
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

} // namespace checker
