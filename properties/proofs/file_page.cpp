#include "properties/proofs/file_page.h"

namespace properties::proofs {
namespace {

using model::by_vm_pgoff;
using model::linear_page_index;
using Range = model::RangeOf<Int>;
using Page = model::VpnOf<Int>;

struct FileCases {
    const FilePage& p;
    std::vector<FileCase>& out;
    std::string operation;
    Range left = range_named<Int>("left"), right = range_named<Int>("right");
    Page cut = page_named<Int>("cut");

    void add(std::string name, const Formula& guard, const FilePage& after) {
        out.push_back({operation, std::move(name), guard, after});
    }
    void nothing(std::string name) { add(std::move(name), true, p); }
    void gone(std::string name) {
        FilePage after = p;
        after.mapped = false;
        add(std::move(name), true, after);
    }
    // The VMA around the entry becomes `v`.
    void range(std::string name, const Formula& guard, const Range& v) {
        FilePage after = p;
        after.v = v;
        add(std::move(name), guard && is_vma(v), after);
    }
    Formula below() const { return is_inside(p.v, cut) && p.at.n < cut.n; }
    Formula above() const { return is_inside(p.v, cut) && p.at.n >= cut.n; }
    void split() {
        range("split above the entry", below(), split_below(p.v, cut));
        range("split below the entry", above(), split_above(p.v, cut));
    }
    void grow() {
        range("grows upwards", cut.n > p.v.end.n, grow_up(p.v, cut));
        range("absorbed by the lower neighbour", is_vma(left) && linear_neighbours(left, p.v) && cut.n >= p.v.end.n,
              grow_up(left, cut));
        range("absorbed by the upper neighbour", is_vma(right) && linear_neighbours(p.v, right),
              grow_down(right, p.v.start));
    }
    void change_flags() {
        nothing("the flags alone");
        split();
        grow();
        const Range lower = part_of(p.v, p.v.start, cut), upper = part_of(p.v, cut, p.v.end);
        const Formula joins_left = is_vma(left) && linear_neighbours(left, lower);
        const Formula joins_right = is_vma(right) && linear_neighbours(upper, right);
        range("its part joins the lower neighbour", below() && joins_left, grow_up(left, cut));
        range("the lower neighbour takes what is below", above() && joins_left, shrink_below(p.v, cut));
        range("its part joins the upper neighbour", above() && joins_right, grow_down(right, cut));
        range("the upper neighbour takes what is above", below() && joins_right, shrink_above(p.v, cut));
    }
    // do_read_fault(), do_shared_fault(): the page of the file that vm_pgoff says.
    void faulted_in() {
        FilePage after = p;
        after.mapped = true;
        after.index = linear_page_index(by_vm_pgoff(p.v), p.at);
        add("maps the page of the file", contains(p.v, p.at), after);
    }
    void copied() { gone("a page of the process's own takes its place"); }
};

void memory_calls(const FilePage& p, std::vector<FileCase>& out) {
    for (const char* name : {"mprotect", "madvise", "mlock", "munlock"}) FileCases{p, out, name}.change_flags();
    for (const char* name : {"mprotect", "madvise", "mlock"}) { // MADV_POPULATE_*, __mm_populate()
        FileCases populated{p, out, name};
        populated.faulted_in();
        populated.copied();
    }
    FileCases{p, out, "madvise"}.gone("gone");
    for (const char* name : {"munmap", "mmap", "brk"}) {
        FileCases cut{p, out, name};
        cut.split();
        cut.gone("gone");
    }
    FileCases mmap{p, out, "mmap"};
    mmap.grow();
    mmap.faulted_in(); // MAP_POPULATE
    mmap.copied();
    FileCases{p, out, "prctl"}.nothing("marks VMAs, without merging them");
}

// `made`: the range that copy_vma() makes of the moved one.
void move(FileCases& c, const std::string& how, const Formula& guard, const FilePage& p, Page to_at,
          const Range& made) {
    FilePage moved = p;
    moved.at = to_at;
    moved.v = made;
    c.add(how, guard && is_vma(made), moved);
    moved.v = grow_up(c.left, made.end);
    c.add(how + ", and the copy joins the lower neighbour",
          guard && is_vma(c.left) && linear_neighbours(c.left, made) && is_vma(moved.v), moved);
    moved.v = grow_down(c.right, made.start);
    c.add(how + ", and the copy joins the upper neighbour",
          guard && is_vma(c.right) && linear_neighbours(made, c.right) && is_vma(moved.v), moved);
}

void mremap(const FilePage& p, std::vector<FileCase>& out) {
    FileCases c{p, out, "mremap"};
    c.split();
    c.grow();
    c.gone("gone");
    c.faulted_in(); // of a locked VMA that grew
    c.copied();
    c.nothing("a duplicate of shared memory, which maps nothing yet");
    const Page from = page_named<Int>("from"), to = page_named<Int>("to");
    const model::PagesOf<Int> pages{Int::named("pages")};
    const Formula of_the_range = p.mapped && from.n >= p.v.start.n && from.n <= p.at.n && p.at.n < (from + pages).n &&
                                 (from + pages).n <= p.v.end.n && to.n >= Int(0);
    const Page at = to + (p.at - from);
    move(c, "moves the entry of a written range", of_the_range, p, at, move_faulted(p.v, from, to, pages));
    move(c, "moves the entry of a range that was not written", of_the_range, p, at,
         move_unfaulted_file(p.v, from, to, pages));
    FilePage left_behind = p; // dontunmap_complete(): the anonymous offset is set anew
    left_behind.mapped = false;
    left_behind.v = file_at_home(p.v.start, p.v.end, vm_pgoff(p.v));
    c.add("what MREMAP_DONTUNMAP leaves", is_vma(left_behind.v), left_behind);
}

void the_rest(const FilePage& p, std::vector<FileCase>& out) {
    FileCases fork{p, out, "fork"};
    fork.nothing("the parent's entry");
    fork.nothing("the child's copy, in a VMA of the same range");
    FileCases{p, out, "exit"}.gone("of the entry's process");
    FileCases store{p, out, "store"};
    store.faulted_in();
    store.copied();
    store.nothing("writes in place");
    FileCases load{p, out, "load"};
    load.faulted_in();
    load.nothing("elsewhere");
    FileCases swap_out{p, out, "swap_out"};
    swap_out.gone("found by the walk");
    swap_out.nothing("left alone");
    FileCases{p, out, "swap_cache_drop"}.nothing("is about other pages");
    FileCases{p, out, "migrate"}.nothing("the new page has the index of the old");
    FileCases{p, out, "walk"}.nothing("changes nothing");
    FileCases{p, out, "ksmd"}.nothing("is about other pages");
    FileCases{p, out, "knob"}.nothing("is about other pages");
    for (const char* name : {"ftruncate", "fallocate"}) {
        FileCases cut{p, out, name};
        cut.gone("beyond the end, or in the hole");
        cut.nothing("elsewhere");
    }
}

} // namespace

FilePage any_file_page() {
    return {Formula::named("mapped"), page_named<Int>("at"), pgoff_named<Int>("index"), range_named<Int>("v")};
}

Formula is_file_page(const FilePage& p) { return is_vma(p.v) && is_offset(p.index) && p.at.n >= Int(0); }

Formula index_is_of_vm_pgoff(const FilePage& p) {
    return implies(p.mapped, contains(p.v, p.at) && p.index.n == linear_page_index(by_vm_pgoff(p.v), p.at).n);
}

std::vector<FileCase> file_cases(const FilePage& p) {
    std::vector<FileCase> out;
    memory_calls(p, out);
    mremap(p, out);
    the_rest(p, out);
    return out;
}

} // namespace properties::proofs
