// Where the fields that are read lie in the running kernel, by its own type information (BTF).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "checker/support/available.h"

struct btf; // libbpf

namespace checker::kernels {

// Offsets in bytes; `size` is of the struct.
struct KernelTypes {
    struct {
        std::uint32_t size, anon_vma, anon_vma_chain, vm_pgoff, vm_flags, vm_start, vm_end, vm_mm;
        std::optional<std::uint32_t> anon_pgoff_lo,
            anon_pgoff_hi; // since 7.3: __vm_anon_pgoff_lo and _hi, 32 bits each
    } vma;
    struct {
        std::uint32_t size, root, parent, refcount, num_children, num_active_vmas, rb_root;
    } anon_vma;
    struct {
        std::uint32_t size, vma, anon_vma, same_vma, rb;
    } avc;
    struct {
        std::uint32_t size, flags, mapping, index, mapcount, refcount;
    } page;
    struct {
        std::uint32_t size, hlist, rmap_hlist_len;
    } stable_node;
    struct {
        std::uint32_t size, mm, address, anon_vma, head, hlist;
        std::optional<std::uint32_t> linear_page_index; // since 7.3: while the item is listed
    } rmap_item;
    struct {
        std::uint32_t files, fdt, fd, private_data, bufs, page; // from the task to the page in a pipe
    } pipe;
    struct {
        std::uint32_t function;       // its type, which a program of the iterator task_vma names
        std::uint32_t meta, vma, seq; // what the program gets: the VMA, and (in meta) the file that it writes to
    } iterator;
    std::uint32_t anon_exclusive_bit; // of page.flags
};

// By these types. Unavailable if one of them, or a member that every kernel has, is missing.
Available<KernelTypes> kernel_types_in(const btf& types);
// Of the running kernel. Unavailable also if it has no BTF.
Available<KernelTypes> running_kernel_types();

// The bytes of a struct vm_area_struct that must be read for all that is wanted of it.
std::uint32_t wanted_of_vma(const KernelTypes& types);
// A VMA's anonymous page offset, where it has one beside vm_pgoff; and the index that was recorded in a listed
// rmap_item, where the kernel records one. Each from the bytes of the structure.
std::optional<std::uint64_t> anon_pgoff_in(const KernelTypes& types, const std::vector<unsigned char>& vma);
std::optional<std::uint64_t> recorded_index_in(const KernelTypes& types, const std::vector<unsigned char>& rmap_item);

// The word at an offset of bytes that were read.
template <class T> T field(const std::vector<unsigned char>& bytes, std::uint32_t offset) {
    T value{};
    if (offset + sizeof value <= bytes.size()) __builtin_memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
}

} // namespace checker::kernels
