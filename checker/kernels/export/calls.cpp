#include "checker/kernels/export/calls.h"

#include <sys/syscall.h>

#include <fmt/format.h>

namespace checker::kernels {

std::string name_of_call(long number) {
    switch (number) {
    case SYS_mmap: return "mmap";
    case SYS_munmap: return "munmap";
    case SYS_mprotect: return "mprotect";
    case SYS_madvise: return "madvise";
    case SYS_mremap: return "mremap";
    case SYS_brk: return "brk";
    case SYS_mlock: return "mlock";
    case SYS_munlock: return "munlock";
    case SYS_prctl: return "prctl";
    case SYS_ftruncate: return "ftruncate";
    case SYS_fallocate: return "fallocate";
    default: return fmt::format("syscall {}", number);
    }
}

} // namespace checker::kernels
