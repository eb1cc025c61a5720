// anon-vm-pgoff: a tree that is keyed by vm_pgoff, and asked for folio->index, which counts the anonymous offset. It
// finds the entry as long as the two are one in every VMA with a written page.
//
// Informal proof. No operation moves one offset without the other where a page was written (both-offsets), and VMAs
// merge only where both run on. So the distance is what it was when the first page was written; anonymous memory has
// none, and of files those have none that are mapped where their file page is the page number.
#include <utility>

#include "properties/proofs/anon_page.h"
#include "properties/proofs/script.h"
#include "properties/proofs/theorems/strategies/list.h"

namespace properties::proofs::theorems {
namespace {

Formula one_offset_only(const AnonPage& p) { return implies(some_page(p), p.v.to_vm_pgoff.n == Int(0)); }
Formula invariant(const AnonPage& p) { return index_is_of_the_vma(p) && one_offset_only(p); }
Formula finds(const AnonPage& p) { return contains(interval(by_vm_pgoff(p.v)), p.index); }

// One page of a file, mapped two or more below its file page: with a page more its offsets are apart, too.
Formula of_a_file(const AnonPage& p) {
    return scripts::ordinary(p.at.n) && scripts::one_page(p.v, p.at) && p.v.pgoff.n == p.at.n &&
           p.v.to_vm_pgoff.n >= Int(2) && p.v.to_vm_pgoff.n <= Int(1000);
}
scripts::Script file_mapped(const Values& v, std::string_view prot, std::string_view more = "") {
    const scripts::Page at = v.number("at"), file = at + v.number("v.to_vm_pgoff");
    scripts::Script s("a page of a private file mapping is written where its offsets part");
    s.line("1 mmap(0x{0:x}000, 0x1000, {1}, MAP_PRIVATE|MAP_FIXED{2}, 3, 0x{3:x}000) = 0x{0:x}000", at, prot, more,
           file);
    return s;
}
constexpr std::string_view writable = "PROT_READ|PROT_WRITE";

std::string by_store(const Values& v) {
    const scripts::Page at = v.number("at");
    return file_mapped(v, writable).write(at, 1).walk(1, at);
}
std::string by_mmap(const Values& v) { return file_mapped(v, writable, "|MAP_POPULATE").walk(1, v.number("at")); }
std::string by_mlock(const Values& v) {
    const scripts::Page at = v.number("at");
    return file_mapped(v, writable).line("1 mlock(0x{:x}000, 0x1000) = 0", at).walk(1, at);
}
std::string by_madvise(const Values& v) {
    const scripts::Page at = v.number("at");
    return file_mapped(v, writable).advise(1, at, 1, "MADV_POPULATE_WRITE").walk(1, at);
}
std::string by_mprotect(const Values& v) {
    const scripts::Page at = v.number("at");
    return file_mapped(v, "PROT_READ")
        .line("1 mlock(0x{:x}000, 0x1000) = 0", at)
        .line("1 mprotect(0x{:x}000, 0x1000, {}) = 0", at, writable)
        .walk(1, at);
}
std::string by_mremap(const Values& v) { // the page behind the end
    const scripts::Page at = v.number("at");
    return file_mapped(v, writable)
        .line("1 mlock(0x{:x}000, 0x1000) = 0", at)
        .line("1 mremap(0x{0:x}000, 0x1000, 0x2000, 0) = 0x{0:x}000", at)
        .walk(1, at + 1);
}

AnonInductive proof() {
    AnonInductive p{"anon-vm-pgoff", invariant, finds, {}};
    using Trace = std::string (*)(const Values&);
    for (const auto& [operation, trace] :
         std::initializer_list<std::pair<const char*, Trace>>{{"mmap", by_mmap},
                                                              {"mprotect", by_mprotect},
                                                              {"madvise", by_madvise},
                                                              {"mlock", by_mlock},
                                                              {"mremap", by_mremap},
                                                              {"store", by_store}})
        p.exceptions.push_back({operation, "writes a new page",
                                "no page is written in a private mapping of a file that is not at its file page",
                                one_offset_only, of_a_file, trace});
    return p;
}

std::vector<Query> queries() { return anon_queries(proof()); }
std::vector<Break> breaks() { return anon_breaks(proof()); }

// The distance is any.
Query control() {
    const AnonPage p = any_anon_page();
    return {"anon-vm-pgoff/control", {is_anon_page(p), index_is_of_the_vma(p), p.mapped}, finds(p)};
}

} // namespace

const Theorem& anon_vm_pgoff() {
    static const Theorem t{"anon-vm-pgoff",
                           "A tree that is keyed by vm_pgoff has the index of an ordinary page where both offsets of "
                           "its VMA are one",
                           "no page is written in a private mapping of a file that is not at its file page",
                           queries,
                           control,
                           breaks};
    return t;
}

} // namespace properties::proofs::theorems
