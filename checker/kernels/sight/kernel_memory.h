// Reads the memory of the running kernel, through BPF and BTF. Needs root; only reads.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "checker/kernels/sight/reader.h"
#include "checker/support/available.h"

namespace checker::kernels {

using KernelPointer = std::uint64_t;

class KernelMemory {
  public:
    static Available<KernelMemory> open();
    KernelMemory(KernelMemory&&) noexcept;
    KernelMemory& operator=(KernelMemory&&) noexcept;
    ~KernelMemory();

    const KernelTypes& types() const;
    // In address order; empty if the process cannot be looked at.
    std::vector<VmaHandle> vmas(pid_t pid);
    void forget(pid_t pid); // the process is gone
    // The bytes at each address, `length` at most ReaderSlot::max_length; empty where they cannot be read.
    std::vector<std::vector<unsigned char>> read(std::span<const KernelPointer> at, std::uint32_t length);
    // struct page of a frame.
    KernelPointer page_of(std::uint64_t frame) const;

  private:
    KernelMemory();
    struct Inside;
    std::unique_ptr<Inside> in_;
};

} // namespace checker::kernels
