// Stories of what a mended kernel loses without one of its pieces.
#include "properties/proofs/scripts.h"

#include "properties/proofs/script.h"

namespace properties::proofs::scripts {
namespace {

Formula can_upgrade(const Pair& p, const Case&) { return ordinary(p.a.n); }
std::string upgrade_for_parent(const Values& v) {
    const Page a = v.number("a");
    return Script("a page that a parent shares becomes a KSM page; the item holds the child's anon_vma")
        .map(a, 2)
        .write(a, 2)
        .fork()
        .advise(2, a, 2, "MADV_MERGEABLE")
        .ksmd()
        .walk(1, a);
}

Formula can_leave_child(const Pair& p, const Case&) { return !p.own && p.mapped && p.at.n == p.a.n && ordinary(p.a.n); }
std::string leave_child(const Values& v) {
    const Page a = v.number("a");
    return Script("ksmd rests between a parent, whose item is gone, and its child, which has the page by that item")
        .base(a, 2)
        .ksmd()
        .fork()
        .line("1 store(0x{:x}000, 0x1000, 0x1)", a)
        .line("* begin s = ksmd(1)")
        .line("* advance s")
        .line("* advance s")
        .line("* advance s")
        .walk(2, a);
}

Formula comes_back(const Pair& p, const Case&) {
    return p.own && p.swapped && !p.listed && p.at.n == p.a.n && ordinary(p.a.n);
}
std::string come_back(const Values& v) {
    const Page a = v.number("a");
    return Script("an entry is swapped in whose item was freed meanwhile")
        .base(a, 2)
        .ksmd()
        .swap_out(a)
        .ksmd(1)
        .load(1, a)
        .walk(1, a);
}
Formula comes_back_elsewhere(const Pair& p, const Case& c) { return comes_back(p, c) && !p.mergeable; }
std::string come_back_elsewhere(const Values& v) {
    const Page a = v.number("a");
    return Script("an entry is swapped in that is not mergeable any more")
        .base(a, 2)
        .ksmd()
        .swap_out(a)
        .advise(1, a, 2, "MADV_UNMERGEABLE")
        .ksmd(1)
        .load(1, a)
        .walk(1, a);
}

std::string found_by_another(const Values& v) {
    const Page a = v.number("a");
    return Script(
               "a page shared by fork is merged where it was moved to; of the child's, only an item with another index "
               "has the address")
        .base(a, 2)
        .fork()
        .move(1, a, a + 1)
        .line("2 fork() = 3")
        .advise(2, a + 1, 1, "MADV_UNMERGEABLE")
        .ksmd()
        .walk(2, a + 1);
}

} // namespace

Formula ordinary_page(const Int& page) { return ordinary(page); }

Story upgraded_for_a_parent() { return {can_upgrade, upgrade_for_parent}; }
Story item_of_a_parent_goes() { return {can_leave_child, leave_child}; }
Story swapped_in_without_item() { return {comes_back, come_back}; }
Story swapped_in_out_of_reach() { return {comes_back_elsewhere, come_back_elsewhere}; }
Story found_by_another_item() { return {nullptr, found_by_another}; }

} // namespace properties::proofs::scripts
