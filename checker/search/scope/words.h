// An array of words in memory, or, where the memory bound does not allow that, in a temporary file that is mapped.
// Memory goes back to the machine when the array does: no allocator keeps it.
#pragma once

#include <cstdint>
#include <span>

namespace checker::inline search::scope {

class WordArray {
  public:
    WordArray() = default;
    // Room for n words, all 0. On disk: a file without a name in $TMPDIR (else /tmp). Throws std::system_error.
    WordArray(std::uint64_t n, bool on_disk);
    WordArray(WordArray&& other) noexcept;
    WordArray& operator=(WordArray&& other) noexcept;
    ~WordArray();

    std::span<std::uint64_t> all() { return {at_, size_}; }
    std::span<const std::uint64_t> all() const { return {at_, size_}; }
    std::uint64_t bytes_in_memory() const { return on_disk_ ? 0 : size_ * sizeof(std::uint64_t); }
    bool on_disk() const { return on_disk_; }

  private:
    std::uint64_t* at_ = nullptr;
    std::uint64_t size_ = 0;
    bool on_disk_ = false;
};

} // namespace checker::inline search::scope
