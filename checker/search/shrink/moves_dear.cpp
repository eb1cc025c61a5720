// Moves for sequences that are small already: where one change alone does not do, or makes the sequence larger, and a second
// one mends it; and operations that stand for others.
#include <functional>
#include <optional>
#include <tuple>
#include <utility>

#include "checker/search/random/generate.h"
#include "checker/search/shrink/size.h"
#include "checker/search/shrink/steps.h"

namespace checker::inline search {

using namespace model;

// --- replacing

// The nearest value that is not unusual.
template <class T> static T usual_value(const T& f) { return f; }
static MapBits usual_value(const MapBits& f) {
    return {(f.v & (map_anonymous | map_noreserve)) | map_private | map_fixed};
}
static ProtBits usual_value(const ProtBits& f) { return {f.v & prot_write ? prot_read | prot_write : f.v & prot_read}; }

// Calls f(op) for every operation of this kind that the values make.
template <std::size_t field = 0, class Op, class F> static void each_operation(const Values& v, Op& op, F&& f) {
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
template <std::size_t... I, class F>
static void each_operation_of(std::size_t kind, const Values& v, F&& f, std::index_sequence<I...>) {
    auto one = [&]<std::size_t i>() {
        std::variant_alternative_t<i, Operation> op;
        if (kind == i) each_operation(v, op, [&](const auto& made) { f(Operation{made}, decltype(op)::by_kernel); });
    };
    (one.template operator()<I>(), ...);
}

// Steps of all kinds that could stand for another, simple ones first by kind.
static std::vector<Step> simple_steps(const Steps& best) {
    const Values all = values_of(best);
    Values v = all;
    if (v.addresses.size() > 5) v.addresses.resize(5);
    if (v.lengths.size() > 2) v.lengths.resize(2);
    std::vector<Step> steps;
    for (std::size_t kind = 0; kind < operation_kinds; ++kind)
        each_operation_of(
            kind, v,
            [&](Operation op, bool kernel) {
                if (std::holds_alternative<Walk>(op) || std::holds_alternative<Prctl>(op) ||
                    std::holds_alternative<Fork>(op))
                    return;
                if (const auto* m = std::get_if<Mmap>(&op);
                    m && (m->fd.v >= 0 || m->offset.v || !(m->flags.v & map_anonymous)))
                    return;
                if (const auto* m = std::get_if<Mremap>(&op); m && !(m->flags.v & mremap_fixed)) return;
                if (kernel)
                    steps.push_back({0, op, {}, 0});
                else
                    for (Pid pid : v.pids) steps.push_back({pid, op, {}, 0});
            },
            std::make_index_sequence<operation_kinds>{});
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
static std::vector<Steps> with_one_change(const Steps& best) {
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

static Steps moved(const Steps& steps, std::size_t from, std::size_t to) {
    Steps all = steps;
    const Step step = all[from];
    all.erase(all.begin() + static_cast<std::ptrdiff_t>(from));
    all.insert(all.begin() + static_cast<std::ptrdiff_t>(to), step);
    return all;
}

// One operation less, and another elsewhere: what fork need not undo if it is done after it.
bool move_and_delete(const Proposer& p) {
    for (std::size_t from = 0; from < p.best.size(); ++from)
        for (std::size_t to = 0; to < p.best.size(); ++to) {
            if (from == to) continue;
            const Steps all = moved(p.best, from, to);
            for (std::size_t gone = 0; gone < all.size() && !p.stop(); ++gone)
                if (p.propose(without(all, {gone}))) return true;
        }
    return false;
}

// Two operations less, and one elsewhere.
bool move_and_delete_two(const Proposer& p) {
    for (std::size_t from = 0; from < p.best.size(); ++from)
        for (std::size_t to = 0; to < p.best.size(); ++to) {
            if (from == to) continue;
            const Steps all = moved(p.best, from, to);
            for (std::size_t j = 1; j < all.size(); ++j)
                for (std::size_t i = 0; i < j && !p.stop(); ++i)
                    if (p.propose(without(all, {i, j}))) return true;
        }
    return false;
}

bool reorder(const Proposer& p) {
    bool any = false;
    for (std::size_t from = 0; from < p.best.size(); ++from)
        for (std::size_t to = 0; to < p.best.size() && !p.stop(); ++to) {
            if (from == to) continue;
            any |= p.propose(moved(p.best, from, to));
        }
    return any;
}

} // namespace checker::inline search
