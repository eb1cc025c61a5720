// Files that are mapped: the page cache of each, and which VMAs map which of its pages (i_mmap). mm/filemap.c,
// mm/truncate.c, mm/interval_tree.c.
//
// A page of zeros that nothing maps is as good as none, so the page cache does not keep it. That a read fault also maps
// what the cache has beside the page (do_fault_around()) is left out.
#pragma once

#include "model/interval_tree.h"
#include "model/kernel.h"

namespace model {

// The file of this number; `file_numbered` makes it where no call has named it before.
Id<File> find_file(const Kernel& k, std::int32_t number);
Id<File> file_numbered(Kernel& k, std::int32_t number);
inline Id<File> file_of(const Kernel& k, const Vma& v) {
    return v.shared ? k.file_links[v.shared].file : Id<File>::none();
}
// The page of the file that a page of the VMA stands for: by vm_pgoff, whatever the anonymous offset is.
constexpr Pgoff page_of_file(const Range& r, Vpn page) { return linear_page_index(by_vm_pgoff(r), page); }

// --- i_mmap

// vma_link_file(), __vma_link_file(): a VMA of a file enters the file's i_mmap; of fork right behind the parent's
// (vma_interval_tree_insert_after()). No effect on anonymous memory, as with those below.
void link_file(Kernel& k, Id<Vma> vma, Id<Vma> behind = {});
// unlink_file_vma().
void unlink_file(Kernel& k, Id<Vma> vma);
// vma_prepare(), vma_complete(): it leaves, and comes back behind equal keys with the offsets that it has then.
void file_pre_update_vma(Kernel& k, Id<Vma> vma);
void file_post_update_vma(Kernel& k, Id<Vma> vma);

// vma_interval_tree_foreach() of one offset: calls f(link), which may change page tables but no tree.
template <class F> void each_mapping(const Kernel& k, Id<File> file, Interval offsets, F&& f) {
    const MappingTree& tree = k.files[file].i_mmap;
    for (Id<FileLink> at = interval_tree_first(k.file_links, tree, offsets); at;) {
        const Id<FileLink> here = at;
        at = interval_tree_next(k.file_links, at, offsets);
        f(k.file_links[here]);
    }
}

// --- the page cache

// filemap_get_folio(): none if there is none.
Id<Folio> cached_page(const Kernel& k, Id<File> file, Pgoff index);
// filemap_fault(): the page, and one of zeros where there was none. Beyond the end of the file none (SIGBUS). Whoever
// takes it maps it.
Id<Folio> read_page_of_file(Kernel& k, Id<File> file, Pgoff index);
// __filemap_remove_folio(): the file knows it no more.
void leave_page_cache(Kernel& k, Id<Folio> folio);
// filemap_add_folio(), of a folio that knows its file and index.
void enter_page_cache(Kernel& k, Id<Folio> folio);

// --- what a file loses

// unmap_mapping_range(): entries of these pages go from every VMA; what a process has copied of them goes too if
// `copies` says so (even_cows). Zero pages always go, for they are no page that could be asked.
enum class Copies : std::uint8_t { stay, go };
void unmap_mapping_range(Kernel& k, Id<File> file, Interval pages, Copies copies);
// truncate_setsize(): pages from `end` on go, with every entry of theirs and every copy.
void truncate_file(Kernel& k, Id<File> file, Pgoff end);
// truncate_pagecache_range(), shmem_fallocate(): pages become a hole, which reads as zeros. Copies stay.
void punch_hole(Kernel& k, Id<File> file, Interval pages);

} // namespace model
