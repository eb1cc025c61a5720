// Eyes inside the kernel: two BPF programs that only read, and the memory that they share with us. They are a handful
// of instructions, so they are written as such: a compiler for BPF (clang) is not needed to build this, and whoever
// plays traces on a kernel sees all of what is loaded into it.
#pragma once

#include <linux/bpf.h>

#include <cstdint>
#include <vector>

#include "checker/kernels/sight/kernel_types.h"

namespace checker::kernels {

struct ReaderSlot {
    static constexpr std::uint32_t max_length = 192;
    std::uint64_t address; // in the kernel
    std::uint32_t length;  // bytes, at most max_length
    std::int32_t error;    // 0 or -EFAULT
    unsigned char data[max_length];
};

struct ReaderArea {
    static constexpr std::uint32_t max_slots = 64;
    std::uint32_t count; // slots to be read
    std::uint32_t unused;
    std::uint64_t current_task; // struct task_struct of the reader
    ReaderSlot slots[max_slots];
};

// A VMA of a process, as BPF hands it out.
struct VmaHandle {
    std::uint64_t vma;        // struct vm_area_struct
    std::uint64_t start, end; // bytes
    std::uint64_t mm;
};

using BpfProgram = std::vector<bpf_insn>;

// For BPF_PROG_TYPE_SYSCALL: reads what the slots of a ReaderArea ask for. `map` is an array with one of these.
BpfProgram program_that_reads(int map);

// For the iterator task_vma: writes a VmaHandle for each VMA of a process, in address order.
BpfProgram program_that_lists_vmas(const KernelTypes& types);

} // namespace checker::kernels
