// The agent: the program that a process of a trace runs on a real kernel, and the first program of a guest kernel.
//
// Its address space must look as if only the trace had made it. So it copies its code to shared memory far up, puts its
// stack there too, and unmaps everything else that exec gave it: program, stack, heap, vdso. What is left are VM_SHARED
// mappings without anonymous pages: they have no anon_vma, never merge with anything a trace maps, and are invisible to
// KSM, also under PR_SET_MEMORY_MERGE. After that a process does nothing but what it is told.
//
// Freestanding: no libc, no writable data, position-independent code.
#include <linux/elf.h>
#include <linux/fcntl.h>
#include <linux/prctl.h>

#include "checker/kernels/agent/program/control.h"

__asm__(R"(
    .text
    .globl _start
_start:
    xor %ebp, %ebp
    and $-16, %rsp
    call rmapcheck_relocate
    hlt
)");

extern "C" __attribute__((used, visibility("hidden"))) void* memset(void* to, int byte, unsigned long n) {
    void* const result = to;
    __asm__ volatile("cld; rep stosb" : "+D"(to), "+c"(n) : "a"(byte) : "memory");
    return result;
}
extern "C" __attribute__((used, visibility("hidden"))) void* memcpy(void* to, const void* from, unsigned long n) {
    void* const result = to;
    __asm__ volatile("cld; rep movsb" : "+D"(to), "+S"(from), "+c"(n) : : "memory");
    return result;
}

namespace checker::agent {
namespace {

u64 whole_pages(u64 size) { return (size + page_size - 1) & ~(page_size - 1); }

void unmap(u64 from, u64 to) { sys(__NR_munmap, from, to - from); }

// The highest address that munmap() knows differs between kernels.
void unmap_above(u64 start, u64 end) {
    for (int i = 0; i < 4096 && end > start && sys(__NR_munmap, start, end - start) == -EINVAL_; ++i)
        end -= i < 64 ? page_size : 1ul << 28;
}

void unmap_rest(u64 code_end) {
    const Here h = here();
    const u64 code = h.place.start + code_offset, control = h.place.start + control_offset;
    unmap(0, area_of(0));
    unmap(area_of(0) + area_size, code);
    if (!h.guest) return unmap_above(code_end, machine_end);
    unmap(code_end, control);
    unmap_above(control + whole_pages(sizeof(Control)), guest_end);
}

[[noreturn]] void serve_executor() {
    sys(__NR_setpgid, 0, 0);
    sys(__NR_prctl, PR_SET_THP_DISABLE, 1, 0, 0, 0);
    serve(0);
}

// Of what was loaded; behind it, up to _end, nothing need be mapped.
u64 loaded_size() {
    const u64 from = at(__executable_start);
    const auto& header = *reinterpret_cast<const Elf64_Ehdr*>(from);
    u64 end = from;
    for (u64 i = 0; i < header.e_phnum; ++i) {
        const auto& part = reinterpret_cast<const Elf64_Phdr*>(from + header.e_phoff)[i];
        if (part.p_type == PT_LOAD && part.p_vaddr + part.p_memsz > end) end = part.p_vaddr + part.p_memsz;
    }
    return end - from;
}

// Runs from the copy, on the new stack.
extern "C" __attribute__((used, noreturn, visibility("hidden"))) void rmapcheck_begin(u64 code_end) {
    unmap_rest(code_end);
    settle(0);
    handle_faults();
    if (here().guest) play_script();
    serve_executor();
}

// An executor leaves a channel open; without one, only the first process of a kernel knows what to do.
AgentMemory place_to_go() {
    const bool told_by_executor = sys(__NR_fcntl, static_cast<u64>(channel_fd), F_GETFD) >= 0;
    if (!told_by_executor && sys(__NR_getpid) != 1) leave(96);
    return told_by_executor ? on_this_machine : in_guest;
}

extern "C" __attribute__((used, noreturn, visibility("hidden"))) void rmapcheck_relocate() {
    const u64 from = at(__executable_start), size = whole_pages(loaded_size());
    const AgentMemory place = place_to_go();
    const u64 code = place.start + code_offset;
    if (map_shared(code, size, PROT_READ | PROT_WRITE | PROT_EXEC) < 0) leave(97);
    if (map_shared(place.start, area_size, PROT_READ | PROT_WRITE) < 0) leave(98);
    if (place.start == in_guest.start &&
        map_shared(place.start + control_offset, whole_pages(sizeof(Control)), PROT_READ | PROT_WRITE) < 0)
        leave(99);
    memcpy(reinterpret_cast<void*>(code), __executable_start, size);
    const u64 entry = at(reinterpret_cast<void*>(&rmapcheck_begin)) - from + code;
    __asm__ volatile(
        "mov %0, %%rsp\n\t"
        "xor %%ebp, %%ebp\n\t"
        "call *%1\n\t"
        "hlt"
        :
        : "r"(place.start + area_size - 16), "r"(entry), "D"(code + size)
        : "memory");
    __builtin_unreachable();
}

} // namespace
} // namespace checker::agent
