// Stories of VMAs that are cut, joined and freed around a merged page.
#include <array>
#include <stdexcept>

#include "properties/proofs/script.h"

namespace properties::proofs::scripts {
namespace {

// The VMA was mapped where it is, has a few pages, and is the one that the item remembers.
Formula small_vma(const Pair& p) {
    return p.own && p.mapped && p.at.n == p.a.n && ordinary(p.v.start.n) && p.v.pgoff.n == p.v.start.n &&
           p.v.end.n <= p.v.start.n + Int(8) && p.rec_vm_pgoff.n == p.v.pgoff.n && same(p.u, p.v);
}
Formula cut_below(const Pair& p, const Case& c) { return small_vma(p) && c.cut.n > p.v.start.n && c.cut.n <= p.a.n; }
Formula one_page_neighbour(const IntRange& n, const Int& start) {
    return n.start.n == start && n.end.n == start + Int(1);
}
Formula cut_beside_left(const Pair& p, const Case& c) {
    const IntRange left = range_named<Int>("left");
    return cut_below(p, c) && one_page_neighbour(left, p.v.start.n - Int(1));
}
Formula cut_beside_right(const Pair& p, const Case& c) {
    const IntRange right = range_named<Int>("right");
    return cut_below(p, c) && one_page_neighbour(right, p.v.end.n);
}
Formula beside_left(const Pair& p, const Case& c) {
    const IntRange left = range_named<Int>("left");
    return small_vma(p) && one_page_neighbour(left, p.v.start.n - Int(1)) && c.after.v.end.n == p.v.end.n &&
           p.v.start.n < p.a.n && !c.after.u_alive;
}

struct Shape {
    Page start, end, a, cut;
    explicit Shape(const Values& v)
        : start(v.number("v.start")), end(v.number("v.end")), a(v.number("a")), cut(v.number("cut")) {}
};

// What the operation does to the flags of a range, and what must be done to the whole first so that it can.
void set_flags(Script& s, const std::string& operation, Page start, Page end) {
    if (operation == "mprotect")
        s.line("1 mprotect(0x{:x}000, 0x{:x}000, PROT_READ) = 0", start, end - start);
    else if (operation == "madvise")
        s.advise(1, start, end - start, "MADV_DONTFORK");
    else
        s.line("1 {}(0x{:x}000, 0x{:x}000) = 0", operation, start, end - start);
}
void prepare(Script& s, const std::string& operation, Page start, Page end) {
    if (operation == "munlock") set_flags(s, "mlock", start, end);
    if (operation == "mlock") set_flags(s, "mprotect", start, end); // mlock writes to the pages of a writable VMA
}

// brk: the heap [start, cut) and a mapping above are one VMA, until the heap goes.
std::string cut_heap(const Shape& h) {
    Script s("the heap goes, and leaves the upper part of its VMA");
    s.line("1 brk(0x{0:x}000) = 0x{0:x}000", h.start).line("1 brk(0x{0:x}000) = 0x{0:x}000", h.cut);
    s.map(h.cut, h.end - h.cut).mergeable(h.start, h.end - h.start).write(h.start, h.end - h.start).ksmd();
    return s.line("1 brk(0x{0:x}000) = 0x{0:x}000", h.start).walk(1, h.a);
}

template <const char* Operation> std::string cut(const Values& v) {
    const Shape h(v);
    const std::string operation = Operation;
    if (operation == "brk") return cut_heap(h);
    Script s("the VMA is cut between its first page and the page, by " + operation);
    s.base(h.start, h.end - h.start);
    prepare(s, operation, h.start, h.end);
    s.ksmd();
    if (operation == "munmap")
        s.unmap(1, h.start, h.cut - h.start);
    else if (operation == "mmap")
        s.line("1 mmap(0x{0:x}000, 0x{1:x}000, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = 0x{0:x}000",
               h.start, h.cut - h.start);
    else if (operation == "mremap")
        s.move(1, h.start, h.start + 64, h.cut - h.start);
    else
        set_flags(s, operation, h.start, h.cut);
    return s.walk(1, h.a);
}
template <const char* Operation> std::string join_left(const Values& v) {
    const Shape h(v);
    Script s("the lower part of the VMA joins its lower neighbour");
    s.base(h.start - 1, h.end - h.start + 1);
    prepare(s, Operation, h.start - 1, h.end);
    set_flags(s, Operation, h.start - 1, h.start);
    s.ksmd();
    set_flags(s, Operation, h.start, h.cut);
    return s.walk(1, h.a);
}
template <const char* Operation> std::string join_right(const Values& v) {
    const Shape h(v);
    Script s("the upper part of the VMA, with the page, joins its upper neighbour");
    s.base(h.start, h.end - h.start + 1);
    prepare(s, Operation, h.start, h.end + 1);
    set_flags(s, Operation, h.end, h.end + 1);
    s.ksmd();
    set_flags(s, Operation, h.cut, h.end);
    return s.walk(1, h.a);
}
template <const char* Operation> std::string absorb(const Values& v) {
    const Shape h(v);
    Script s("the VMA that the item remembers becomes part of its lower neighbour, and is freed");
    s.base(h.start - 1, h.end - h.start + 1);
    prepare(s, Operation, h.start - 1, h.end);
    set_flags(s, Operation, h.start - 1, h.start);
    s.ksmd();
    set_flags(s, Operation, h.start, h.end);
    return s.walk(1, h.a);
}

// Operations by name, each with its own instance of the stories.
struct Stories {
    const char* operation;
    std::string (*cut)(const Values&);
    std::string (*join_left)(const Values&);
    std::string (*join_right)(const Values&);
    std::string (*absorb)(const Values&);
};
template <const char* Operation> constexpr Stories stories() {
    return {Operation, cut<Operation>, join_left<Operation>, join_right<Operation>, absorb<Operation>};
}
constexpr char munmap_[] = "munmap", mmap_[] = "mmap", mremap_[] = "mremap", brk_[] = "brk", mprotect_[] = "mprotect",
               madvise_[] = "madvise", mlock_[] = "mlock", munlock_[] = "munlock";
constexpr std::array all{stories<munmap_>(),   stories<mmap_>(),    stories<mremap_>(), stories<brk_>(),
                         stories<mprotect_>(), stories<madvise_>(), stories<mlock_>(),  stories<munlock_>()};

const Stories& of(const std::string& operation) {
    for (const Stories& s : all)
        if (operation == s.operation) return s;
    throw std::logic_error("no stories of " + operation);
}

Formula can_orphan(const Pair& p, const Case&) { return ordinary(p.a.n) && p.mapped && p.at.n == p.a.n; }
std::string orphan(const Values& v) {
    const Page a = v.number("a");
    return Script("the item's process exits, its fork stays").base(a, 2).ksmd().fork().line("1 exit()").walk(2, a);
}

Formula can_empty(const Pair& p, const Case&) {
    return p.own && p.mapped && p.at.n == p.a.n && ordinary(p.a.n) && one_page_neighbour(p.u, p.a.n - Int(1)) &&
           one_page(p.v, p.a);
}
std::string empty(const Values& v) {
    const Page a = v.number("a");
    return Script("MREMAP_DONTUNMAP empties the VMA that the item remembers, which no longer holds its page")
        .base(a - 1, 2)
        .ksmd()
        .line("1 mprotect(0x{:x}000, 0x1000, PROT_READ) = 0", a - 1)
        .move(1, a - 1, a + 64, 1, "|MREMAP_DONTUNMAP")
        .walk(1, a);
}

} // namespace

Story cut_by(const std::string& operation) { return {cut_below, of(operation).cut}; }
Story lower_part_joins(const std::string& operation) { return {cut_beside_left, of(operation).join_left}; }
Story upper_part_joins(const std::string& operation) { return {cut_beside_right, of(operation).join_right}; }
Story absorbed_by(const std::string& operation) { return {beside_left, of(operation).absorb}; }
Story item_process_exits() { return {can_orphan, orphan}; }
Story remembered_vma_emptied() { return {can_empty, empty}; }

} // namespace properties::proofs::scripts
