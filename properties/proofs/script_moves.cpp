// Stories of moved and shared pages.
#include "properties/proofs/script.h"

namespace properties::proofs::scripts {
namespace {

IntPgoff lin(const IntRange& r, const IntPage& page) { return linear_page_index(r, page); }
IntPage named(const char* name) { return page_named<Int>(name); }

// A single page of the VMA [a, at] moves from its own place to `to`.
Formula moves_from_own_place(const Pair& p, const Case& c) {
    return p.own && p.swapped && p.listed && recorded_in_place(p) && named("pages").n == Int(1) &&
           named("from").n == p.at.n && lin(p.v, p.at).n == p.at.n && c.after.at.n == named("to").n;
}

Formula can_arrive(const Pair& p, const Case& c) {
    return moves_from_own_place(p, c) && c.after.at.n == p.a.n && p.at.n > p.a.n && p.at.n < p.a.n + Int(8);
}
std::string arrive(const Values& v) {
    const Page a = v.number("a"), at = v.number("at");
    return Script("a swap entry of the KSM page is moved to an address whose item recorded another index")
        .base(a, at - a + 1)
        .ksmd()
        .swap_out(a)
        .move(1, at, a)
        .load(1, a)
        .walk(1, a);
}

Formula can_leave(const Pair& p, const Case& c) {
    return moves_from_own_place(p, c) && p.at.n == p.a.n && ordinary(named("to").n) && far_apart(p.a.n, named("to").n);
}
std::string leave(const Values& v) {
    const Page a = v.number("a"), to = v.number("to");
    return Script("the swap entry of an item's page is moved to an address without an item")
        .base(a, 2)
        .ksmd()
        .swap_out(a)
        .move(1, a, to)
        .load(1, to)
        .walk(1, to);
}

// The item is recorded in `w`, whose only page has an offset far from its address.
Formula w_is_elsewhere(const Pair& p, const Case&) {
    const IntRange w = recording_vma();
    return ordinary(p.a.n) && one_page(w, p.a) && ordinary(w.pgoff.n) && w.pgoff.n + Int(32) < p.a.n;
}
std::string merge_after_move(const Values& v) {
    const Page a = v.number("a"), own = v.number("w.pgoff");
    return Script("a written page is moved, and merged where it is then")
        .base(own, 1)
        .move(1, own, a)
        .base(a + 16, 1)
        .ksmd()
        .walk(1, a);
}
std::string merge_file(const Values& v) {
    const Page a = v.number("a"), own = v.number("w.pgoff");
    return Script("a private file page is merged; its offset is the file's")
        .line("1 mmap(0x{0:x}000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, 3, 0x{1:x}000) = 0x{0:x}000", a,
              own)
        .mergeable(a, 1)
        .write(a, 1)
        .base(a + 16, 1)
        .ksmd()
        .walk(1, a);
}
Formula shared_in_w(const Pair& p, const Case& c) { return w_is_elsewhere(p, c) && same(p.v, recording_vma()); }
std::string share_after_move(const Values& v) {
    const Page a = v.number("a"), own = v.number("w.pgoff");
    return Script("a moved page is shared by fork, and merged; the child has no item of its own")
        .base(own - 1, 2)
        .move(1, own, a)
        .fork()
        .unmap(2, own - 1, 1)
        .advise(2, a, 1, "MADV_UNMERGEABLE")
        .ksmd()
        .walk(2, a);
}

Formula child_is_shorter(const Pair& p, const Case&) {
    const IntRange w = recording_vma();
    return ordinary(p.a.n) && one_page(p.v, p.a) && p.v.pgoff.n == p.a.n && w.start.n + Int(1) == p.a.n &&
           w.end.n == p.a.n + Int(1) && w.pgoff.n == w.start.n;
}
std::string share_shorter(const Values& v) {
    const Page a = v.number("a");
    return Script("a page shared by fork is merged; the child unmapped the page below it")
        .base(a - 1, 2)
        .fork()
        .unmap(2, a - 1, 1)
        .advise(2, a, 1, "MADV_UNMERGEABLE")
        .ksmd()
        .walk(2, a);
}

Formula child_is_elsewhere(const Pair& p, const Case&) {
    const IntRange w = recording_vma();
    return ordinary(p.a.n) && ordinary(p.at.n) && far_apart(p.a.n, p.at.n) && w.pgoff.n == w.start.n &&
           one_page(p.v, p.at);
}
std::string share_elsewhere(const Values& v) {
    const Page a = v.number("a"), at = v.number("at");
    return Script("a page shared by fork is merged; the child has moved its own elsewhere")
        .base(a - 1, 2)
        .fork()
        .move(2, a, at)
        .advise(2, at, 1, "MADV_UNMERGEABLE")
        .unmap(2, a - 1, 1)
        .ksmd()
        .walk(2, at);
}

// The child has only the page at a, outside of VM_MERGEABLE VMAs.
Script& keeps_only(Script& s, Page a) {
    return s.unmap(2, a - 1, 1).unmap(2, a + 1, 2).advise(2, a, 1, "MADV_UNMERGEABLE");
}
Formula anew(const Pair& p, const Int& first, const Int& second) {
    const IntRange w = recording_vma();
    return ordinary(p.a.n) && one_page(p.v, p.a) && one_page(w, p.a) && p.v.pgoff.n == first && w.pgoff.n == second;
}
Formula can_be_anew_moved(const Pair& p, const Case&) { return anew(p, p.a.n, p.a.n + Int(1)); }
Formula can_be_anew_in_place(const Pair& p, const Case&) { return anew(p, p.a.n + Int(1), p.a.n) && p.rec_bit; }
std::string anew_moved(const Values& v) {
    const Page a = v.number("a");
    Script s("the parent's item is recorded anew, for a page moved to its address; the child's entry has no item");
    s.base(a - 1, 4).fork();
    return keeps_only(s, a).ksmd().move(1, a + 1, a).ksmd().walk(2, a);
}
std::string anew_in_place(const Values& v) {
    const Page a = v.number("a");
    Script s("the parent's item is recorded anew, for the page of this place; the child's entry has no item");
    s.base(a - 1, 4).move(1, a, a + 64).move(1, a + 1, a).fork().unmap(2, a + 64, 1);
    return keeps_only(s, a).ksmd().move(1, a + 64, a).ksmd().walk(2, a);
}

Formula can_inherit(const Pair& p, const Case&) {
    return recorded_in_place(p) && p.u_alive && p.u_faulted && !p.responsible && p.mapped && one_page(p.v, p.at) &&
           p.v.pgoff.n > p.a.n && p.v.pgoff.n < p.a.n + Int(8);
}
std::string inherit(const Values& v) {
    const Page a = v.number("a"), index = v.number("v.pgoff");
    return Script("the item of a fork's moved page is freed while the page is swapped out; the parent's is left")
        .base(a, index - a + 1)
        .fork()
        .move(2, index, a)
        .ksmd()
        .swap_out(a)
        .load(1, a)
        .ksmd(1)
        .load(2, a)
        .walk(2, a);
}

Formula can_drop(const Pair& p, const Case&) { return p.own && p.swapped && p.at.n == p.a.n && recorded_in_place(p); }
std::string drop(const Values& v) {
    const Page a = v.number("a");
    return Script("the item is freed while its page is swapped out")
        .base(a, 2)
        .ksmd()
        .swap_out(a)
        .ksmd(1)
        .load(1, a)
        .walk(1, a);
}
Formula can_remove(const Pair& p, const Case&) { return !p.own && p.mapped && p.at.n == p.a.n && ordinary(p.a.n); }
std::string remove_all(const Values& v) {
    const Page a = v.number("a");
    return Script("writing 2 to run frees every item; a page outside of VM_MERGEABLE VMAs stays")
        .base(a - 1, 2)
        .fork()
        .unmap(2, a - 1, 1)
        .advise(2, a, 1, "MADV_UNMERGEABLE")
        .ksmd()
        .line("* knob(run, 2)")
        .walk(2, a);
}

} // namespace

Story arrives() { return {can_arrive, arrive}; }
Story leaves() { return {can_leave, leave}; }
Story merged_after_a_move() { return {w_is_elsewhere, merge_after_move}; }
Story merged_of_a_file() { return {w_is_elsewhere, merge_file}; }
Story shared_after_a_move() { return {shared_in_w, share_after_move}; }
Story shared_in_a_shorter_vma() { return {child_is_shorter, share_shorter}; }
Story shared_elsewhere() { return {child_is_elsewhere, share_elsewhere}; }
Story recorded_anew_moved() { return {can_be_anew_moved, anew_moved}; }
Story recorded_anew_in_place() { return {can_be_anew_in_place, anew_in_place}; }
Story heir() { return {can_inherit, inherit}; }
Story dropped() { return {can_drop, drop}; }
Story knob_removes() { return {can_remove, remove_all}; }

} // namespace properties::proofs::scripts
