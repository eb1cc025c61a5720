#include "model/file.h"

#include <vector>

#include "model/address_space.h"
#include "model/limits.h"
#include "model/locks.h"
#include "model/page_table.h"

namespace model {
namespace {

Interval offsets_in_file(const Vma& v) { return interval(by_vm_pgoff(v.range)); }

// should_zap_folio(), zap_nonpresent_ptes(): does the entry go where copies stay?
bool goes_without_copies(const Kernel& k, const Pte& p) {
    switch (p.kind) {
    case Pte::Kind::zero:
    case Pte::Kind::ksm_zero: return true; // vm_normal_page() knows no page there
    case Pte::Kind::present:
    case Pte::Kind::migration: return k.folios[p.folio].mapping == Folio::Mapping::file;
    case Pte::Kind::swap:
    case Pte::Kind::guard: break;
    }
    return false;
}

// unmap_mapping_range_vma(): guard markers stay.
void zap_copies_and_pages(Kernel& k, Id<Vma> vma, Vpn start, Vpn end, Copies copies) {
    const Id<Mm> mm = k.vmas[vma].mm;
    for (Id<Pte> at = pte_from(k, mm, start); at && k.ptes[at].page < end;) {
        const Id<Pte> here = at;
        at = next_pte(k, mm, at);
        const Pte& p = k.ptes[here];
        if (p.kind == Pte::Kind::guard || (copies == Copies::stay && !goes_without_copies(k, p))) continue;
        zap_pte(k, mm, here);
    }
}

// truncate_inode_pages_range(): each page is locked first.
void drop_pages(Kernel& k, Id<File> file, Interval pages) {
    std::vector<Id<Folio>> gone;
    const auto& cache = k.files[file].pages;
    Id<Folio> at = cache.lower_bound(k.folios, [&](const Folio& f) { return f.index >= pages.first; });
    for (; at && k.folios[at].index <= pages.last; at = cache.next(k.folios, at)) gone.push_back(at);
    for (Id<Folio> folio : gone) {
        need_folio_lock(k, folio);
        leave_page_cache(k, folio);
        free_if_unused(k, folio);
    }
}

} // namespace

Id<File> find_file(const Kernel& k, std::int32_t number) {
    const Id<File> at = k.files_by_number.lower_bound(k.files, [&](const File& f) { return f.number >= number; });
    return at && k.files[at].number == number ? at : Id<File>::none();
}

Id<File> file_numbered(Kernel& k, std::int32_t number) {
    if (const Id<File> known = find_file(k, number)) return known;
    File f;
    f.number = number;
    const Id<File> id = k.files.make(f);
    k.files_by_number.insert(k.files, id);
    return id;
}

void link_file(Kernel& k, Id<Vma> vma, Id<Vma> behind) {
    if (k.vmas[vma].file < 0) return;
    FileLink link;
    link.vma = vma;
    link.file = file_numbered(k, k.vmas[vma].file);
    link.offsets = offsets_in_file(k.vmas[vma]);
    need_i_mmap_write_lock(k, link.file);
    const Id<FileLink> id = k.file_links.make(link);
    k.vmas[vma].shared = id;
    MappingTree& tree = k.files[link.file].i_mmap;
    if (behind)
        tree.insert_behind(k.file_links, id, k.vmas[behind].shared);
    else
        tree.insert(k.file_links, id);
}

void unlink_file(Kernel& k, Id<Vma> vma) {
    const Id<FileLink> id = k.vmas[vma].shared;
    if (!id) return;
    file_pre_update_vma(k, vma);
    k.file_links.drop(id);
    k.vmas[vma].shared = {};
}

void file_pre_update_vma(Kernel& k, Id<Vma> vma) {
    const Id<FileLink> id = k.vmas[vma].shared;
    if (!id) return;
    need_i_mmap_write_lock(k, k.file_links[id].file);
    k.files[k.file_links[id].file].i_mmap.erase(k.file_links, id);
}

void file_post_update_vma(Kernel& k, Id<Vma> vma) {
    const Id<FileLink> id = k.vmas[vma].shared;
    if (!id) return;
    k.file_links[id].offsets = offsets_in_file(k.vmas[vma]);
    k.files[k.file_links[id].file].i_mmap.insert(k.file_links, id);
}

Id<Folio> cached_page(const Kernel& k, Id<File> file, Pgoff index) {
    const Id<Folio> at = k.files[file].pages.lower_bound(k.folios, [&](const Folio& f) { return f.index >= index; });
    return at && k.folios[at].index == index ? at : Id<Folio>::none();
}

Id<Folio> read_page_of_file(Kernel& k, Id<File> file, Pgoff index) {
    if (index >= k.files[file].end) return {};
    if (const Id<Folio> there = cached_page(k, file, index)) {
        need_folio_lock(k, there);
        return there;
    }
    Folio f;
    f.mapping = Folio::Mapping::file;
    f.file = file;
    f.index = index;
    const Id<Folio> id = k.folios.make(f);
    enter_page_cache(k, id);
    return id;
}

void leave_page_cache(Kernel& k, Id<Folio> folio) {
    Folio& f = k.folios[folio];
    k.files[f.file].pages.erase(k.folios, folio);
    k.folios[folio].file = {};
}

void enter_page_cache(Kernel& k, Id<Folio> folio) { k.files[k.folios[folio].file].pages.insert(k.folios, folio); }

void unmap_mapping_range(Kernel& k, Id<File> file, Interval pages, Copies copies) {
    each_mapping(k, file, pages, [&](const FileLink& link) {
        const Range whole = by_vm_pgoff(k.vmas[link.vma].range);
        const Pgoff first = std::max(pages.first, link.offsets.first), last = std::min(pages.last, link.offsets.last);
        zap_copies_and_pages(k, link.vma, vma_address(whole, first), vma_address(whole, last) + Pages{1}, copies);
    });
}

void truncate_file(Kernel& k, Id<File> file, Pgoff end) {
    const bool shrinks = end < k.files[file].end;
    k.files[file].end = end;
    if (!shrinks) return;
    const Interval gone{end, PGOFF_MAX};
    unmap_mapping_range(k, file, gone, Copies::go);
    drop_pages(k, file, gone);
}

void punch_hole(Kernel& k, Id<File> file, Interval pages) {
    unmap_mapping_range(k, file, pages, Copies::stay);
    drop_pages(k, file, pages);
}

} // namespace model
