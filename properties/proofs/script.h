// Writing the lines of a story.
#pragma once

#include <string>

#include <fmt/format.h>

#include "model/trace/trace.h"
#include "properties/proofs/scripts.h"

namespace properties::proofs::scripts {

using Page = std::uint64_t; // page numbers

// A trace in the making. Every page that is written gets the same byte, so that ksmd merges them all.
class Script {
  public:
    explicit Script(std::string_view why) { text_ = fmt::format("{}\n# Why: {}\n", model::trace_header, why); }
    template <class... Args> Script& line(fmt::format_string<Args...> format, Args&&... args) {
        text_ += fmt::format(format, std::forward<Args>(args)...) + "\n";
        return *this;
    }
    Script& map(Page start, Page pages) {
        return line(
            "1 mmap(0x{0:x}000, 0x{1:x}000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) "
            "= 0x{0:x}000",
            start, pages);
    }
    Script& mergeable(Page start, Page pages) { return advise(1, start, pages, "MADV_MERGEABLE"); }
    Script& write(Page start, Page pages) { return line("1 store(0x{:x}000, 0x{:x}000, 0x77)", start, pages); }
    // Mapped, marked and written.
    Script& base(Page start, Page pages) { return map(start, pages).mergeable(start, pages).write(start, pages); }
    Script& advise(int pid, Page start, Page pages, std::string_view advice) {
        return line("{} madvise(0x{:x}000, 0x{:x}000, {}) = 0", pid, start, pages, advice);
    }
    Script& unmap(int pid, Page start, Page pages) {
        return line("{} munmap(0x{:x}000, 0x{:x}000) = 0", pid, start, pages);
    }
    Script& move(int pid, Page from, Page to, Page pages = 1, std::string_view more = "") {
        return line(
            "{0} mremap(0x{1:x}000, 0x{3:x}000, 0x{3:x}000, MREMAP_MAYMOVE|MREMAP_FIXED{4}, 0x{2:x}000) = 0x{2:x}000",
            pid, from, to, pages, more);
    }
    Script& fork() { return line("1 fork() = 2"); }
    Script& load(int pid, Page page) { return line("{} load(0x{:x}000, 0x1000) = 0", pid, page); }
    Script& swap_out(Page page) { return line("* swap_out(1, 0x{:x}000) = 0", page); }
    Script& ksmd(int passes = 4) { return line("* ksmd({})", passes); }
    std::string walk(int pid, Page page) { return line("* walk({}, 0x{:x}000)", pid, page).text_; }

  private:
    std::string text_;
};

// Page numbers between 2^8 and 2^33, with room for a story around them.
inline Formula ordinary(const Int& n) { return n >= Int(1 << 8) && n < Int(std::uint64_t{1} << 33); }
inline Formula far_apart(const Int& a, const Int& b) { return a + Int(32) < b || b + Int(32) < a; }
inline Formula one_page(const IntRange& r, const IntPage& page) {
    return r.start.n == page.n && r.end.n == page.n + Int(1);
}
// The item as it is recorded of a page of [a, ...) that has not moved.
inline Formula recorded_in_place(const Pair& p) {
    return ordinary(p.a.n) && p.rec_linear.n == p.a.n && p.rec_vm_pgoff.n == p.a.n && !p.rec_bit &&
           p.u.start.n == p.a.n && p.u.pgoff.n == p.a.n && p.u.end.n <= p.a.n + Int(8);
}

} // namespace properties::proofs::scripts
