// Where the fields that are read lie in the running kernel, by its own type information (BTF).
#pragma once

#include <cstdint>
#include <variant>

#include "checker/kernels/ksm/ksm_control.h"

namespace checker::kernels {

// Offsets in bytes; `size` is of the struct.
struct KernelTypes {
    struct {
        std::uint32_t size, anon_vma, anon_vma_chain, vm_pgoff, vm_flags, vm_start, vm_end, vm_mm;
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

// Unavailable if the kernel has no BTF, or lacks a type or member of these.
std::variant<KernelTypes, Unavailable> running_kernel_types();

} // namespace checker::kernels
