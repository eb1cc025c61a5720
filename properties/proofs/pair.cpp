#include "properties/proofs/pair.h"

namespace properties::proofs {
namespace {

using model::linear_page_index;

const IntRange left = range_named<Int>("left"), right = range_named<Int>("right"), u2 = range_named<Int>("u2");
const IntPage cut = page_named<Int>("cut"), u_cut = page_named<Int>("u.cut");
const IntPage from = page_named<Int>("from"), to = page_named<Int>("to");
const model::PagesOf<Int> pages{Int::named("pages")};

Formula room_below(const IntRange& r, const IntPage& start) {
    return start.n < r.start.n && start.n >= Int(0) && r.start.n - start.n <= r.pgoff.n;
}
Formula room_above(const IntRange& r, const IntPage& end) { return end.n > r.end.n && is_vma(grow_up(r, end)); }

// The remembered VMA after an operation that rewrites ranges: as it was, cut, or grown; or freed.
Formula u_is_reshaped(const IntRange& u) {
    const Formula inside = is_inside(u, u_cut);
    return is_vma(u2) &&
           (same(u2, u) || (inside && same(u2, split_below(u, u_cut))) || (inside && same(u2, split_above(u, u_cut))) ||
            (room_above(u, u_cut) && same(u2, grow_up(u, u_cut))) ||
            (room_below(u, u_cut) && same(u2, grow_down(u, u_cut))));
}
Pair with_reshaped_u(Pair p) {
    p.u = u2;
    p.u_alive = p.u_alive && !Formula::named("u.freed");
    return p;
}
Pair gone(Pair p) {
    p.mapped = p.swapped = false;
    return p;
}

// Collects the cases of one operation.
struct Cases {
    const Pair& p;
    std::vector<Case>& out;
    std::string operation;

    void add(std::string name, const Formula& guard, const Pair& after, Does does = Does::something_else) {
        out.push_back({operation, std::move(name), guard, after, false, {}, does});
    }
    void nothing(std::string name) { add(std::move(name), true, p); }

    // The VMA around the entry becomes `v`.
    void range(std::string name, const Formula& guard, const IntRange& v, bool cuts_below = false) {
        Pair after = with_reshaped_u(p);
        after.v = v;
        out.push_back({operation, std::move(name), guard && u_is_reshaped(p.u) && is_vma(v), after, cuts_below, cut});
    }
    Formula below() const { return is_inside(p.v, cut) && p.at.n < cut.n; }
    Formula above() const { return is_inside(p.v, cut) && p.at.n >= cut.n; }

    void split() {
        range("split above the entry", below(), split_below(p.v, cut));
        range("split below the entry", above(), split_above(p.v, cut), true);
    }
    void grow_up_in_place() { range("grows upwards", room_above(p.v, cut), grow_up(p.v, cut)); }
    void grow_down_in_place() { range("grows downwards", room_below(p.v, cut), grow_down(p.v, cut)); }
    void stack_grows() { // expand_downwards(): frees nothing
        Pair after = p;
        after.v = grow_down(p.v, cut);
        after.u = u2;
        add("a stack grows", room_below(p.v, cut) && u_is_reshaped(p.u) && is_vma(after.v), after);
    }
    void absorbed_by_left() {
        range("absorbed by the lower neighbour", is_vma(left) && linear_neighbours(left, p.v) && cut.n >= p.v.end.n,
              grow_up(left, cut));
    }
    // vma_merge_existing_range(), whole and partial.
    void change_flags() {
        nothing("the flags alone");
        split();
        grow_up_in_place();
        grow_down_in_place();
        absorbed_by_left();
        range("absorbed by the upper neighbour", is_vma(right) && linear_neighbours(p.v, right),
              grow_down(right, p.v.start));
        const IntRange lower{p.v.start, cut, linear_page_index(p.v, p.v.start)},
            upper{cut, p.v.end, linear_page_index(p.v, cut)};
        const Formula joins_left = is_vma(left) && linear_neighbours(left, lower);
        const Formula joins_right = is_vma(right) && linear_neighbours(upper, right);
        range("its part joins the lower neighbour", below() && joins_left, grow_up(left, cut));
        range("the lower neighbour takes what is below", above() && joins_left, shrink_below(p.v, cut), true);
        range("its part joins the upper neighbour", above() && joins_right, grow_down(right, cut), true);
        range("the upper neighbour takes what is above", below() && joins_right, shrink_above(p.v, cut));
    }
    void zapped(std::string name) { add(std::move(name), u_is_reshaped(p.u), gone(with_reshaped_u(p))); }
    void unshared() { add("unshared", p.mapped && p.mergeable, gone(p)); }
    void swapped_in() {
        Pair after = p;
        after.mapped = true;
        after.swapped = false;
        add("swapped in", p.swapped, after, Does::swaps_in);
    }
    // VM_MERGEABLE of the VMA; present KSM pages are unshared before it goes.
    void marked() {
        Pair after = p;
        after.mergeable = true;
        add("marks the VMA mergeable", true, after);
        after.mergeable = false;
        add("takes the mark away", !(p.mapped && p.mergeable), after);
    }
};

void memory_calls(const Pair& p, std::vector<Case>& out) {
    for (const char* name : {"mprotect", "madvise", "mlock", "munlock"}) Cases{p, out, name}.change_flags();
    Cases madvise{p, out, "madvise"};
    madvise.unshared(); // MADV_UNMERGEABLE
    madvise.marked();
    madvise.zapped("gone"); // MADV_DONTNEED
    madvise.swapped_in();   // MADV_POPULATE_READ
    Cases mlock{p, out, "mlock"};
    mlock.swapped_in();
    mlock.add("writes to the page", true, gone(p)); // populate_vma_page_range() of a writable VMA
    Cases munmap{p, out, "munmap"};
    munmap.split();
    munmap.zapped("gone");
    Cases mmap{p, out, "mmap"};
    mmap.split();
    mmap.grow_up_in_place();
    mmap.grow_down_in_place();
    mmap.absorbed_by_left();
    mmap.zapped("gone");
    Cases brk{p, out, "brk"};
    brk.split();
    brk.grow_up_in_place();
    brk.zapped("gone");
    Cases prctl{p, out, "prctl"};
    prctl.marked();
    prctl.unshared();
}

void mremap(const Pair& p, std::vector<Case>& out) {
    Cases c{p, out, "mremap"};
    c.split();
    c.grow_up_in_place();
    c.grow_down_in_place();
    c.absorbed_by_left();
    c.zapped("gone");
    c.unshared(); // prep_move_vma(): present entries of mergeable VMAs, so what moves is one of the others
    Pair moved = with_reshaped_u(p);
    moved.v = move_faulted(p.v, from, to, pages);
    moved.at = to + (p.at - from);
    moved.responsible = p.responsible || (p.listed && moved.at.n == p.a.n);
    c.add("moves the entry",
          p.faulted && (p.swapped || (p.mapped && !p.mergeable)) && from.n >= p.v.start.n && from.n <= p.at.n &&
              p.at.n < (from + pages).n && (from + pages).n <= p.v.end.n && moved.at.n != p.at.n && is_vma(moved.v) &&
              u_is_reshaped(p.u),
          moved, Does::moves);
    Pair left_behind = p; // MREMAP_DONTUNMAP of a whole VMA: unlink_anon_vmas()
    left_behind.u_faulted = false;
    c.add("empties the remembered VMA", p.u_alive && !same(p.u, p.v), left_behind);
}

void processes(const Pair& p, std::vector<Case>& out) {
    Cases fork{p, out, "fork"};
    fork.nothing("the parent's entry");
    Pair child = p;
    child.own = false;
    fork.add("the child's copy", live(p), child, Does::forks);
    Cases exit{p, out, "exit"};
    exit.add("of the entry's process", true, gone(p));
    Pair orphan = p;
    orphan.u_alive = false;
    exit.add("of the item's process", !p.own, orphan);
}

void faults(const Pair& p, std::vector<Case>& out) {
    Cases store{p, out, "store"};
    store.add("copies the page", true, gone(p));
    store.stack_grows();
    store.nothing("elsewhere");
    Cases load{p, out, "load"};
    load.swapped_in();
    load.stack_grows();
    load.nothing("elsewhere");
    Pair out_of_memory = p;
    out_of_memory.mapped = false;
    out_of_memory.swapped = true;
    Cases swap_out{p, out, "swap_out"};
    swap_out.add("found by the walk", p.mapped, out_of_memory);
    swap_out.nothing("missed by the walk");
    Cases{p, out, "swap_cache_drop"}.add("the KSM page is gone", p.swapped, gone(p));
    Cases migrate{p, out, "migrate"}; // the stable node follows the page
    migrate.nothing("every entry or none");
    Cases{p, out, "walk"}.nothing("changes nothing");
    Cases ftruncate{p, out, "ftruncate"};
    ftruncate.add("beyond the end of the file", true, gone(p));
    ftruncate.nothing("below it, or of another file");
    Cases{p, out, "fallocate"}.nothing("a hole leaves copies");
}

// record_merge(): the item is recorded in the VMA `w` of its own process.
Pair recorded(Pair p, const IntRange& w) {
    p.listed = true;
    p.rec_linear = linear_page_index(w, p.a);
    p.rec_vm_pgoff = w.pgoff;
    p.rec_bit = p.rec_linear.n != model::anonymous_pgoff(p.a).n;
    p.u = w;
    p.u_alive = p.u_faulted = true;
    return p;
}

// Another process's entry shares the page of the item, or names it as a swap entry: its index is right wherever it is.
void upgrades(Cases& c, const IntRange& w, const Formula& at_w) {
    const Pair& p = c.p;
    const IntPgoff index = pgoff_named<Int>("folio.index");
    Pair shared = recorded(p, w);
    shared.swapped = Formula::named("sharer.swapped");
    shared.mapped = !shared.swapped;
    shared.own = false;
    shared.responsible = Formula::named("sharer.in_tree");
    const Formula upgraded = at_w && p.faulted && !p.own && !live(p) && index.n == linear_page_index(w, p.a).n &&
                             index.n == linear_page_index(p.v, p.at).n;
    c.add("makes a shared page a KSM page", upgraded && p.at.n == p.a.n, shared, Does::upgrades);
    c.add("makes a shared page a KSM page, elsewhere", upgraded && p.at.n != p.a.n, shared, Does::upgrades);
    Pair undone = shared; // break_cow(): the second page could not be merged
    undone.listed = undone.responsible = false;
    c.add("makes a shared page a KSM page, and lists nothing", upgraded, undone, Does::upgrades);
}

void ksmd(const Pair& p, std::vector<Case>& out) {
    Cases c{p, out, "ksmd"};
    const IntRange w = recording_vma();
    const Formula at_w = is_vma(w) && contains(w, p.a);
    c.nothing("meets the page again");
    Pair own = recorded(p, w);
    own.v = w;
    own.at = p.a;
    own.mapped = own.mergeable = own.faulted = own.own = own.responsible = true;
    own.swapped = false;
    c.add("records the item", at_w, own);
    // The rest is about an entry that is not, or no longer, where an item of its own is.
    c.add("records the item anew", at_w && p.responsible && p.listed && live(p) && !(p.own && p.at.n == p.a.n),
          recorded(p, w), Does::records);
    upgrades(c, w, at_w);
    Pair heir = p;
    heir.responsible = true;
    c.add("frees the item that answered, and this one is left", p.listed && live(p) && p.at.n == p.a.n && !p.own, heir,
          Does::inherits);
    Pair dropped = p; // scan_get_next_rmap_item() comes by, and does not find the page there
    dropped.listed = false;
    c.add("frees the item", !(p.own && p.mapped && p.mergeable && p.at.n == p.a.n), dropped, Does::unlists);
    Pair removed = dropped; // unmerge_and_remove_all_rmap_items()
    removed.mapped = p.mapped && !p.mergeable;
    Cases knob{p, out, "knob"};
    knob.add("unmerges, and frees all items", true, removed, Does::unlists_all);
    knob.nothing("another setting");
}

} // namespace

Pair any_pair() {
    auto is = [](const char* name) { return Formula::named(name); };
    return {is("listed"),
            page_named<Int>("a"),
            pgoff_named<Int>("rec.linear"),
            pgoff_named<Int>("rec.vm_pgoff"),
            is("rec.bit"),
            range_named<Int>("u"),
            is("u.alive"),
            is("u.faulted"),
            is("mapped"),
            is("swapped"),
            page_named<Int>("at"),
            range_named<Int>("v"),
            is("mergeable"),
            is("faulted"),
            is("own"),
            is("responsible")};
}

IntRange recording_vma() { return range_named<Int>("w"); }

Formula is_pair(const Pair& p) {
    return is_vma(p.v) && is_vma(p.u) && contains(p.v, p.at) && p.a.n >= Int(0) && p.a.n < Int(x86_64_la57.pages) &&
           is_offset(p.rec_linear) && is_offset(p.rec_vm_pgoff) && implies(live(p), p.faulted) &&
           !(p.mapped && p.swapped);
}

std::vector<Case> cases(const Pair& p) {
    std::vector<Case> out;
    memory_calls(p, out);
    mremap(p, out);
    processes(p, out);
    faults(p, out);
    ksmd(p, out);
    return out;
}

} // namespace properties::proofs
