// Reads the memory of the running kernel, through BPF and BTF. Needs root; only reads.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "checker/kernels/ksm/ksm_control.h"

namespace checker::kernels {

using KernelPointer = std::uint64_t;

// Where the few fields that are read lie, by the kernel's own type information.
struct KernelTypes {
    struct {
        std::uint32_t size, anon_vma, anon_vma_chain, vm_pgoff, vm_flags;
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
    std::uint32_t anon_exclusive_bit; // of page.flags
};

// A VMA of a process, as BPF hands it out.
struct VmaHandle {
    KernelPointer vma;
    std::uint64_t start, end; // bytes
    KernelPointer mm;
};

class KernelMemory {
  public:
    static std::variant<KernelMemory, Unavailable> open();
    KernelMemory(KernelMemory&&) noexcept;
    KernelMemory& operator=(KernelMemory&&) noexcept;
    ~KernelMemory();

    const KernelTypes& types() const;
    // In address order; empty if the process cannot be looked at.
    std::vector<VmaHandle> vmas(pid_t pid);
    void forget(pid_t pid); // the process is gone
    // The bytes at each address, `length` at most 192; empty where they cannot be read.
    std::vector<std::vector<unsigned char>> read(std::span<const KernelPointer> at, std::uint32_t length);
    // struct page of a frame.
    KernelPointer page_of(std::uint64_t frame) const;

  private:
    KernelMemory();
    struct Inside;
    std::unique_ptr<Inside> in_;
};

// The word at an offset of bytes that were read.
template <class T> T field(const std::vector<unsigned char>& bytes, std::uint32_t offset) {
    T value{};
    if (offset + sizeof value <= bytes.size()) __builtin_memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
}

} // namespace checker::kernels
