// Page frames as /proc shows them: pagemap, kpageflags, kpagecount. Frame numbers need CAP_SYS_ADMIN.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace checker::kernels {

// Documentation/admin-guide/mm/pagemap.rst.
struct PagemapEntry {
    std::uint64_t raw = 0;
    bool present() const { return raw >> 63 & 1; }
    bool swapped() const { return raw >> 62 & 1; }
    bool guard() const { return raw >> 58 & 1; } // PM_GUARD_REGION, since 6.15
    bool file() const { return raw >> 61 & 1; }
    std::uint64_t frame() const { return raw & ((1ull << 55) - 1); } // 0: hidden, or none
    std::uint64_t swap_type() const { return raw & 0x1f; }
    std::uint64_t swap_entry() const { return raw & ((1ull << 55) - 1); } // type and offset
};

// /proc/PID/pagemap, open.
class Pagemap {
  public:
    explicit Pagemap(pid_t pid);
    Pagemap(const Pagemap&) = delete;
    Pagemap& operator=(const Pagemap&) = delete;
    ~Pagemap();
    // Entries of the pages of [start, end), in bytes. Empty if they cannot be read.
    std::vector<PagemapEntry> read(std::uint64_t start, std::uint64_t end) const;

  private:
    int fd_;
};
// Once.
std::vector<PagemapEntry> read_pagemap(pid_t pid, std::uint64_t start, std::uint64_t end);

// Of one frame; none without the rights.
struct FrameFlags {
    std::uint64_t raw = 0;
    bool lru() const { return raw >> 5 & 1; }
    bool writeback() const { return raw >> 8 & 1; }
    bool swap_cache() const { return raw >> 13 & 1; }
    bool anon() const { return raw >> 12 & 1; }
    bool ksm() const { return raw >> 21 & 1; }
    bool zero() const { return raw >> 24 & 1; }
    bool huge() const { return raw >> 22 & 1; }
};
std::optional<FrameFlags> frame_flags(std::uint64_t frame);
std::optional<std::uint64_t> frame_count(std::uint64_t frame); // how often it is mapped

} // namespace checker::kernels
