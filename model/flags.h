// The kernel's flag words, by their names and values (x86-64). Each word is a visible table: the trace format reads and
// writes flags by these names.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace model {

struct FlagName {
    std::string_view name;
    std::uint64_t value;
};

// enum vm_flags, include/linux/mm.h. Flags that the model never sets are left out.
enum VmFlag : std::uint64_t {
    VM_READ = 0x1,
    VM_WRITE = 0x2,
    VM_EXEC = 0x4,
    VM_SHARED = 0x8,
    VM_MAYREAD = 0x10,
    VM_MAYWRITE = 0x20,
    VM_MAYEXEC = 0x40,
    VM_MAYSHARE = 0x80,
    VM_GROWSDOWN = 0x100,
    VM_MAYBE_GUARD = 0x800,
    VM_LOCKED = 0x2000,
    VM_SEQ_READ = 0x8000,
    VM_RAND_READ = 0x10000,
    VM_DONTCOPY = 0x20000,
    VM_ACCOUNT = 0x100000,
    VM_NORESERVE = 0x200000,
    VM_WIPEONFORK = 0x2000000,
    VM_DONTDUMP = 0x4000000,
    VM_HUGEPAGE = 0x20000000,
    VM_NOHUGEPAGE = 0x40000000,
    VM_MERGEABLE = 0x80000000,
};
// VM_STICKY, VMA_STICKY_FLAGS: no bar to a merge, and the survivor has them.
inline constexpr std::uint64_t VM_STICKY = VM_MAYBE_GUARD;
inline constexpr std::uint64_t VM_ACCESS_FLAGS = VM_READ | VM_WRITE | VM_EXEC;

// The two letters that /proc/PID/smaps prints for a flag (show_smap_vma_flags(), fs/proc/task_mmu.c), in its order.
struct VmFlagLetters {
    std::string_view letters;
    std::uint64_t value;
};
inline constexpr VmFlagLetters vm_flag_letters[] = {
    {"rd", VM_READ},      {"wr", VM_WRITE},      {"ex", VM_EXEC},      {"sh", VM_SHARED},    {"mr", VM_MAYREAD},
    {"mw", VM_MAYWRITE},  {"me", VM_MAYEXEC},    {"ms", VM_MAYSHARE},  {"gd", VM_GROWSDOWN}, {"gu", VM_MAYBE_GUARD},
    {"lo", VM_LOCKED},    {"sr", VM_SEQ_READ},   {"rr", VM_RAND_READ}, {"dc", VM_DONTCOPY},  {"ac", VM_ACCOUNT},
    {"nr", VM_NORESERVE}, {"wf", VM_WIPEONFORK}, {"dd", VM_DONTDUMP},  {"hg", VM_HUGEPAGE},  {"nh", VM_NOHUGEPAGE},
    {"mg", VM_MERGEABLE},
};

enum Prot : std::uint64_t {
    prot_none = 0,
    prot_read = 1,
    prot_write = 2,
    prot_exec = 4,
    prot_growsdown = 0x01000000,
    prot_growsup = 0x02000000
};
enum MapFlag : std::uint64_t {
    map_shared = 0x01,
    map_private = 0x02,
    map_shared_validate = 0x03,
    map_type = 0x0f,
    map_fixed = 0x10,
    map_anonymous = 0x20,
    map_32bit = 0x40,
    map_growsdown = 0x100,
    map_denywrite = 0x800,
    map_executable = 0x1000,
    map_locked = 0x2000,
    map_noreserve = 0x4000,
    map_populate = 0x8000,
    map_nonblock = 0x10000,
    map_stack = 0x20000,
    map_fixed_noreplace = 0x100000,
};
// Bits of mmap that no trace has (include/uapi/linux/mman.h, include/uapi/asm-generic/mman-common.h).
enum ForeignMapFlag : std::uint64_t {
    map_droppable = 0x08,
    map_hugetlb = 0x40000,
};
enum MremapFlag : std::uint64_t { mremap_maymove = 1, mremap_fixed = 2, mremap_dontunmap = 4 };
enum Advice : std::uint64_t {
    madv_normal = 0,
    madv_random = 1,
    madv_sequential = 2,
    madv_willneed = 3,
    madv_dontneed = 4,
    madv_free = 8,
    madv_dontfork = 10,
    madv_dofork = 11,
    madv_mergeable = 12,
    madv_unmergeable = 13,
    madv_hugepage = 14,
    madv_nohugepage = 15,
    madv_dontdump = 16,
    madv_dodump = 17,
    madv_wipeonfork = 18,
    madv_keeponfork = 19,
    madv_cold = 20,
    madv_pageout = 21,
    madv_populate_read = 22,
    madv_populate_write = 23,
    madv_dontneed_locked = 24,
    madv_guard_install = 102,
    madv_guard_remove = 103,
};
enum FallocMode : std::uint64_t { falloc_keep_size = 1, falloc_punch_hole = 2 };

inline constexpr FlagName prot_names[] = {
    {"PROT_READ", prot_read},           {"PROT_WRITE", prot_write},     {"PROT_EXEC", prot_exec},
    {"PROT_GROWSDOWN", prot_growsdown}, {"PROT_GROWSUP", prot_growsup}, {"PROT_NONE", prot_none},
};
inline constexpr FlagName map_names[] = {
    {"MAP_SHARED_VALIDATE", map_shared_validate},
    {"MAP_SHARED", map_shared},
    {"MAP_PRIVATE", map_private},
    {"MAP_FIXED", map_fixed},
    {"MAP_ANONYMOUS", map_anonymous},
    {"MAP_32BIT", map_32bit},
    {"MAP_GROWSDOWN", map_growsdown},
    {"MAP_DENYWRITE", map_denywrite},
    {"MAP_EXECUTABLE", map_executable},
    {"MAP_LOCKED", map_locked},
    {"MAP_NORESERVE", map_noreserve},
    {"MAP_POPULATE", map_populate},
    {"MAP_NONBLOCK", map_nonblock},
    {"MAP_STACK", map_stack},
    {"MAP_FIXED_NOREPLACE", map_fixed_noreplace},
};
inline constexpr FlagName mremap_names[] = {
    {"MREMAP_MAYMOVE", mremap_maymove},
    {"MREMAP_FIXED", mremap_fixed},
    {"MREMAP_DONTUNMAP", mremap_dontunmap},
};
inline constexpr FlagName falloc_names[] = {
    {"FALLOC_FL_KEEP_SIZE", falloc_keep_size},
    {"FALLOC_FL_PUNCH_HOLE", falloc_punch_hole},
};
// Advice is one of these, not a set.
inline constexpr FlagName advice_names[] = {
    {"MADV_NORMAL", madv_normal},
    {"MADV_RANDOM", madv_random},
    {"MADV_SEQUENTIAL", madv_sequential},
    {"MADV_WILLNEED", madv_willneed},
    {"MADV_DONTNEED", madv_dontneed},
    {"MADV_FREE", madv_free},
    {"MADV_DONTFORK", madv_dontfork},
    {"MADV_DOFORK", madv_dofork},
    {"MADV_MERGEABLE", madv_mergeable},
    {"MADV_UNMERGEABLE", madv_unmergeable},
    {"MADV_HUGEPAGE", madv_hugepage},
    {"MADV_NOHUGEPAGE", madv_nohugepage},
    {"MADV_DONTDUMP", madv_dontdump},
    {"MADV_DODUMP", madv_dodump},
    {"MADV_WIPEONFORK", madv_wipeonfork},
    {"MADV_KEEPONFORK", madv_keeponfork},
    {"MADV_COLD", madv_cold},
    {"MADV_PAGEOUT", madv_pageout},
    {"MADV_POPULATE_READ", madv_populate_read},
    {"MADV_POPULATE_WRITE", madv_populate_write},
    {"MADV_DONTNEED_LOCKED", madv_dontneed_locked},
    {"MADV_GUARD_INSTALL", madv_guard_install},
    {"MADV_GUARD_REMOVE", madv_guard_remove},
};

// PROT_* as VM_* (calc_vm_prot_bits(); the bits are equal on x86-64).
constexpr std::uint64_t prot_to_vm(std::uint64_t prot) { return prot & VM_ACCESS_FLAGS; }

} // namespace model
