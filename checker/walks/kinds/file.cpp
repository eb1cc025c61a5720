// Pages of files: rmap_walk_file() asks the i_mmap of folio->mapping for folio->index, which counts pages of the file,
// and vma_filebacked_address() says where each VMA that it gives has the page (mm/rmap.c; vma_address() until 7.2).
// What a strategy does otherwise is by which offsets its tree would hold the VMAs, and where it looks in them.
//
// The kernel's own walk claims to find every entry, of shared and of private mappings. What a process has written to a
// private one is no page of the file any more. Migration entries map nothing.
#include <algorithm>

#include "checker/walks/walks.h"
#include "model/address_space.h"
#include "model/page_table.h"

namespace checker::inline walks {
namespace {

using namespace model;

bool is_page_of_file(const Folio& f) { return f.mapping == Folio::Mapping::file; }

// Where the walk looks in a VMA; that it is a page of the VMA is asked then.
Vpn place_in(const Range& vma, FileSpot place, Pgoff index) {
    switch (place) {
    case FileSpot::by_vm_pgoff: break;
    case FileSpot::by_anon_pgoff: return vma_address(vma, index);
    case FileSpot::from_start: return vma.start + Pages{index.n};
    }
    return vma_address(by_vm_pgoff(vma), index);
}

WalkResult walk_file(const Kernel& k, Id<Folio> folio, const Strategy& s, WalkWatch* /*of rmap_items*/) {
    const Folio& f = k.folios[folio];
    if (!is_page_of_file(f)) return ksm.walk(k, folio, reference(ksm), nullptr);
    WalkResult r;
    if (!f.file) return r;    // truncated: no page of anybody's
    std::vector<Id<Mm>> seen; // of these processes a VMA was taken
    each_of_file(k, s.of_file, f, [&](Id<Vma> id) {
        const Vma& vma = k.vmas[id];
        if (!s.of_file.holds_private && !(vma.flags & VM_SHARED)) return;
        if (s.of_file.one_of_process) {
            if (std::ranges::find(seen, vma.mm) != seen.end()) return;
            seen.push_back(vma.mm);
        }
        const Vpn page = place_in(vma.range, s.of_file.place, f.index);
        const bool inside = contains(vma.range, page); // else vma_address() says -EFAULT
        ++r.cost.all.visited;
        r.cost.all.skipped_address += !inside;
        if (inside && maps_folio(k, id, page, folio)) r.found.push_back({k.mms[vma.mm].pid, page});
    });
    r.cost.longest = r.cost.all;
    std::ranges::sort(r.found);
    return r;
}

Facts facts_of_file(const Kernel& k, Id<Folio>, MappedAt entry, Arrival) {
    Facts f{};
    const Id<Vma> vma = vma_at(k, find_process(k, entry.pid), entry.page);
    f[static_cast<std::size_t>(Fact::memory)] = k.vmas[vma].flags & VM_SHARED ? 3 : 2;
    return f;
}

Facts facts_of_no_freed_vma(const Kernel&, Id<Folio>) { return {}; }

} // namespace

const Kind file_backed{
    .name = "file",
    .page = "page of a file",
    .is = is_page_of_file,
    .walk = walk_file,
    .facts = facts_of_file,
    .facts_of_freed = facts_of_no_freed_vma,
    .explored = {"mmap", "munmap", "mremap", "fork", "store", "load", "swap_out", "ftruncate", "fallocate"}};

} // namespace checker::inline walks
