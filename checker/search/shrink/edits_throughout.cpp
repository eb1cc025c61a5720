// The elementary edits that go through the whole sequence.
#include <algorithm>
#include <set>
#include <utility>

#include "checker/facets/draft.h"
#include "checker/facets/smaller.h"
#include "checker/search/shrink/edits.h"
#include "checker/search/shrink/steps.h"

namespace checker::inline search {

using namespace model;

void pin_places(const Proposer& p) { // first all of them, then each
    for (std::size_t i = 0; i <= p.from.size() && !p.stop(); ++i) {
        Steps candidate = p.from;
        for (std::size_t n = 0; n < candidate.size(); ++n) {
            Step& step = candidate[n];
            if ((i != 0 && n != i - 1) || !states_address(step) || step.expected->error != Errno::ok) continue;
            pin(step.op, step.expected->value);
            step.expected.reset();
        }
        p.propose(std::move(candidate));
    }
}

// --- renaming

// One value becomes another, or both change places: `renamed` makes the sequence.
template <class T, class F> static void rename(const Proposer& p, const std::set<T>& used, F&& renamed) {
    for (bool swap : {false, true})
        for (T from : used)
            for (T to : used) {
                if (from == to || (swap && from < to)) continue;
                if (p.stop()) return;
                p.propose(renamed(p.from, [&](T v) { return v == from ? to : swap && v == to ? from : v; }));
            }
}

void rename_contents(const Proposer& p) {
    std::set<std::uint8_t> used{1, 2, 3};
    for (Step step : p.from)
        for (Byte* b : fields_of<Byte>(step)) used.insert(b->v);
    rename(p, used, [](Steps steps, auto&& new_name) {
        for (Step& step : steps)
            for (Byte* b : fields_of<Byte>(step)) b->v = new_name(b->v);
        return steps;
    });
}

// A process that gets the name of another does what both did, and is not made twice.
void rename_processes(const Proposer& p) {
    std::set<Pid> used{1, 2, 3};
    for (const Step& step : p.from) {
        if (step.pid) used.insert(step.pid);
        if (states_pid(step)) used.insert(static_cast<Pid>(step.expected->value));
    }
    rename(p, used, [](Steps steps, auto&& new_name) {
        std::erase_if(steps, [&](Step& step) {
            if (step.pid) step.pid = new_name(step.pid);
            for (PidArg* pid : fields_of<PidArg>(step)) pid->v = new_name(pid->v);
            if (!states_pid(step)) return false;
            const Pid made = new_name(static_cast<Pid>(step.expected->value));
            step.expected = Result::of(made);
            return made == step.pid; // it would make itself
        });
        return steps;
    });
}

void rename_addresses(const Proposer& p) {
    const ValuesInUse values = values_of(p.from);
    rename(p, std::set(values.addresses.begin(), values.addresses.end()), [](Steps steps, auto&& new_name) {
        for (Step& step : steps) {
            for (Address* a : fields_of<Address>(step)) a->v = new_name(a->v);
            if (states_address(step)) step.expected->value = new_name(step.expected->value);
        }
        return steps;
    });
}

// --- addresses

// Every position above `from` comes down by `bytes`; what lies between falls together. What is then empty goes.
static Steps without_columns(Steps steps, std::uint64_t from, std::uint64_t bytes) {
    auto down = [&](std::uint64_t at) { return at <= from ? at : at < from + bytes ? from : at - bytes; };
    std::erase_if(steps, [&](Step& step) {
        if (states_address(step)) step.expected->value = down(step.expected->value);
        bool empty = false, is_first = true;
        for (const NamedRange& r : named_ranges(step.op)) {
            const std::uint64_t start = std::exchange(r.start->v, down(r.start->v));
            if (r.length && r.length->v <= TASK_SIZE && is_first) {
                const std::uint64_t was = r.length->v, left = down(start + was) - down(start);
                empty = was && !left;
                for (Length* l : fields_of<Length>(step)) // all that are equal stay equal
                    if (l->v == was) l->v = left;
            }
            is_first = false;
        }
        return empty;
    });
    return steps;
}

void narrow(const Proposer& p) {
    std::set<std::uint64_t> edges{address(first_page)};
    for (const Step& step : p.from) {
        for (const ByteRange& r : ranges_of(step.op)) {
            edges.insert(r.start);
            if (r.length) edges.insert(r.start + r.length);
        }
        if (states_address(step)) edges.insert(step.expected->value);
    }
    const std::vector<std::uint64_t> sorted(edges.begin(), edges.end());
    for (std::size_t i = sorted.size(); i-- > 1;) { // from above, so that the edges below stay right
        if (sorted[i - 1] < address(first_page)) return;
        const std::uint64_t gap = sorted[i] - sorted[i - 1];
        for (std::uint64_t gone : {gap, gap - PAGE_SIZE, gap / 2 / PAGE_SIZE * PAGE_SIZE, PAGE_SIZE}) {
            if (p.stop()) return;
            if (gone != 0 && gone <= gap && p.propose(without_columns(p.from, sorted[i - 1], gone))) break;
        }
    }
}

void mirror(const Proposer& p) {
    Steps candidate = p.from;
    std::uint64_t low = UINT64_MAX, high = 0;
    auto each_range = [&](auto&& f) {
        for (Step& step : candidate)
            for (const NamedRange& r : named_ranges(step.op)) {
                const std::uint64_t length = r.length ? r.length->v : PAGE_SIZE;
                if (r.start->v && length <= TASK_SIZE) f(r.start->v, length);
            }
    };
    each_range([&](std::uint64_t& start, std::uint64_t length) {
        low = std::min(low, start);
        high = std::max(high, start + length);
    });
    each_range([&](std::uint64_t& start, std::uint64_t length) { start = low + (high - (start + length)); });
    p.propose(std::move(candidate));
}

} // namespace checker::inline search
