#include "properties/proofs/anon_page.h"

#include <algorithm>
#include <stdexcept>

namespace properties::proofs {
namespace {

using model::linear_page_index;
using Range = model::RangeOf<Int>;
using Page = model::VpnOf<Int>;

struct AnonCases {
    const AnonPage& p;
    std::vector<AnonCase>& out;
    std::string operation;
    Range left = range_named<Int>("left"), right = range_named<Int>("right");
    Page cut = page_named<Int>("cut");

    void add(std::string name, const Formula& guard, const AnonPage& after) {
        out.push_back({operation, std::move(name), guard, after});
    }
    void nothing(std::string name) { add(std::move(name), true, p); }
    void gone(std::string name) {
        AnonPage after = p;
        after.mapped = after.kept = false;
        add(std::move(name), true, after);
    }

    // The VMA around the entry becomes `v`.
    void range(std::string name, const Formula& guard, const Range& v) {
        AnonPage after = p;
        after.v = v;
        add(std::move(name), guard && is_vma(v), after);
    }
    Formula below() const { return is_inside(p.v, cut) && p.at.n < cut.n; }
    Formula above() const { return is_inside(p.v, cut) && p.at.n >= cut.n; }
    Formula room_below() const { return cut.n < p.v.start.n && cut.n >= Int(0) && p.v.start.n - cut.n <= p.v.pgoff.n; }
    void split() {
        range("split above the entry", below(), split_below(p.v, cut));
        range("split below the entry", above(), split_above(p.v, cut));
    }
    void grow() {
        range("grows upwards", cut.n > p.v.end.n, grow_up(p.v, cut));
        range("grows downwards", room_below(), grow_down(p.v, cut));
        range("absorbed by the lower neighbour", is_vma(left) && linear_neighbours(left, p.v) && cut.n >= p.v.end.n,
              grow_up(left, cut));
    }
    // vma_merge_existing_range(), whole and partial.
    void change_flags() {
        nothing("the flags alone");
        split();
        grow();
        range("absorbed by the upper neighbour", is_vma(right) && linear_neighbours(p.v, right),
              grow_down(right, p.v.start));
        const Range lower = part_of(p.v, p.v.start, cut), upper = part_of(p.v, cut, p.v.end);
        const Formula joins_left = is_vma(left) && linear_neighbours(left, lower);
        const Formula joins_right = is_vma(right) && linear_neighbours(upper, right);
        range("its part joins the lower neighbour", below() && joins_left, grow_up(left, cut));
        range("the lower neighbour takes what is below", above() && joins_left, shrink_below(p.v, cut));
        range("its part joins the upper neighbour", above() && joins_right, grow_down(right, cut));
        range("the upper neighbour takes what is above", below() && joins_right, shrink_above(p.v, cut));
    }

    // A page of the VMA's own: do_anonymous_page(), wp_page_copy(), do_cow_fault(), a copy at swap-in, break_ksm().
    AnonPage fresh() const {
        AnonPage after = p;
        after.mapped = after.faulted = true;
        after.kept = false;
        after.index = linear_page_index(p.v, p.at);
        return after;
    }
    void written() { add("writes a new page", contains(p.v, p.at), fresh()); }
    void unshared() { add("unshares a KSM page", p.kept, fresh()); }
    void swapped_in() {
        AnonPage cached = p; // the page of the swap cache; ksm_might_need_to_copy() copies one of another index
        cached.index = pgoff_named<Int>("cached.index");
        cached.mapped = true;
        cached.kept = false;
        add("maps the page of the swap cache", p.kept && cached.index.n == linear_page_index(p.v, p.at).n, cached);
        add("maps a page of its own", p.kept, fresh());
    }
    void stack_grows() { range("a stack grows", room_below(), grow_down(p.v, cut)); }
};

void memory_calls(const AnonPage& p, std::vector<AnonCase>& out) {
    for (const char* name : {"mprotect", "madvise", "mlock", "munlock"}) AnonCases{p, out, name}.change_flags();
    AnonCases{p, out, "mprotect"}.written(); // a locked VMA that becomes writable is populated
    AnonCases madvise{p, out, "madvise"};
    madvise.gone("gone");
    madvise.unshared();
    madvise.swapped_in();
    madvise.written(); // MADV_POPULATE_WRITE
    AnonCases mlock{p, out, "mlock"};
    mlock.swapped_in();
    mlock.written(); // populate_vma_page_range() of a writable VMA
    AnonCases munmap{p, out, "munmap"};
    munmap.split();
    munmap.gone("gone");
    AnonCases mmap{p, out, "mmap"};
    mmap.split();
    mmap.grow();
    mmap.gone("gone");
    mmap.written(); // MAP_POPULATE
    AnonCases brk{p, out, "brk"};
    brk.split();
    brk.grow();
    brk.gone("gone");
    AnonCases prctl{p, out, "prctl"};
    prctl.nothing("marks VMAs, without merging them");
    prctl.unshared();
}

void mremap(const AnonPage& p, std::vector<AnonCase>& out) {
    AnonCases c{p, out, "mremap"};
    c.split();
    c.grow();
    c.gone("gone");
    c.unshared();
    c.written(); // of a locked VMA that grew
    const Page from = page_named<Int>("from"), to = page_named<Int>("to");
    const model::PagesOf<Int> pages{Int::named("pages")};
    AnonPage moved = p; // copy_vma() of a written range; move_page_tables()
    moved.v = move_faulted(p.v, from, to, pages);
    moved.at = to + (p.at - from);
    const Formula of_the_range = some_page(p) && from.n >= p.v.start.n && from.n <= p.at.n &&
                                 p.at.n < (from + pages).n && to.n >= Int(0) && is_vma(moved.v);
    const Formula part = of_the_range && (from + pages).n <= p.v.end.n;
    c.add("moves the entry", part, moved);
    c.add("moves the entry, and grows", of_the_range && from.n == p.v.start.n && (from + pages).n >= p.v.end.n, moved);
    AnonPage joined = moved;
    joined.v = grow_up(c.left, moved.v.end);
    const Formula lower = is_vma(c.left) && linear_neighbours(c.left, moved.v),
                  upper = is_vma(c.right) && linear_neighbours(moved.v, c.right);
    c.add("moves the entry, and the copy joins the lower neighbour", part && lower && is_vma(joined.v), joined);
    joined.v = grow_down(c.right, moved.v.start);
    c.add("moves the entry, and the copy joins the upper neighbour", part && upper && is_vma(joined.v), joined);
    joined.v = grow_up(c.left, c.right.end);
    c.add("moves the entry, and the copy joins both neighbours", part && lower && upper && is_vma(joined.v), joined);
}

void the_rest(const AnonPage& p, std::vector<AnonCase>& out) {
    AnonCases fork{p, out, "fork"};
    fork.nothing("the parent's entry");
    fork.nothing("the child's copy, in a VMA of the same range");
    AnonCases{p, out, "exit"}.gone("of the entry's process");
    AnonCases store{p, out, "store"};
    store.written();
    store.swapped_in();
    store.nothing("writes in place");
    store.stack_grows();
    AnonCases load{p, out, "load"};
    load.swapped_in();
    load.stack_grows();
    load.nothing("elsewhere");
    AnonPage away = p;
    away.mapped = false;
    away.kept = true;
    AnonCases swap_out{p, out, "swap_out"};
    swap_out.add("found by the walk", some_page(p), away);
    swap_out.nothing("left alone");
    AnonCases{p, out, "swap_cache_drop"}.nothing("the swap entry stays");
    AnonCases{p, out, "migrate"}.nothing("the new page has the index of the old");
    AnonCases{p, out, "walk"}.nothing("changes nothing");
    AnonCases ftruncate{p, out, "ftruncate"};
    ftruncate.gone("beyond the end of the file");
    ftruncate.nothing("below it, or of another file");
    AnonCases{p, out, "fallocate"}.nothing("a hole leaves copies");
    AnonCases ksmd{p, out, "ksmd"};
    ksmd.add("merges the page", p.mapped, away);
    ksmd.nothing("leaves it alone");
    AnonCases knob{p, out, "knob"};
    knob.unshared();
    knob.nothing("another setting");
}

} // namespace

AnonPage any_anon_page() {
    return {Formula::named("mapped"),  Formula::named("kept"), page_named<Int>("at"),
            pgoff_named<Int>("index"), range_named<Int>("v"),  Formula::named("faulted")};
}

Formula is_anon_page(const AnonPage& p) {
    return is_vma(p.v) && is_offset(p.index) && p.at.n >= Int(0) && !(p.mapped && p.kept);
}

Formula index_is_of_the_vma(const AnonPage& p) {
    return implies(some_page(p), p.faulted && contains(p.v, p.at)) &&
           implies(p.mapped, p.index.n == linear_page_index(p.v, p.at).n);
}

std::vector<AnonCase> anon_cases(const AnonPage& p) {
    std::vector<AnonCase> out;
    memory_calls(p, out);
    mremap(p, out);
    the_rest(p, out);
    return out;
}

std::vector<Query> anon_queries(const AnonInductive& proof) {
    const AnonPage p = any_anon_page();
    std::vector<Query> out;
    out.push_back({proof.name + "/base: nothing is mapped", {is_anon_page(p), !some_page(p)}, proof.invariant(p)});
    for (const AnonCase& c : anon_cases(p)) {
        Query q{proof.name + "/" + c.operation + ": " + c.name,
                {is_anon_page(p), proof.invariant(p), c.guard},
                proof.invariant(c.after)};
        for (const AnonException& e : proof.exceptions)
            if (e.operation == c.operation && e.name == c.name) q.premises.push_back(e.holds(c.after));
        out.push_back(std::move(q));
    }
    out.push_back({proof.name + "/conclusion: the walk finds the entry",
                   {is_anon_page(p), proof.invariant(p), p.mapped},
                   proof.finds(p)});
    return out;
}

std::vector<Break> anon_breaks(const AnonInductive& proof) {
    const AnonPage p = any_anon_page();
    const std::vector<AnonCase> all = anon_cases(p);
    std::vector<Break> out;
    for (const AnonException& e : proof.exceptions) {
        const auto c = std::ranges::find_if(
            all, [&](const AnonCase& x) { return x.operation == e.operation && x.name == e.name; });
        if (c == all.end()) throw std::logic_error("no step is called " + e.operation + ": " + e.name);
        Query q{proof.name + "/" + c->operation + ": " + c->name + ", without the premise",
                {is_anon_page(p), proof.invariant(p), c->guard, e.playable(c->after), c->after.mapped},
                proof.finds(c->after)};
        out.push_back({e.operation, e.premise, std::move(q), e.trace});
    }
    return out;
}

} // namespace properties::proofs
