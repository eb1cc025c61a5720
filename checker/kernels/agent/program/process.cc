#include "checker/kernels/agent/program/process.h"

#include <asm/sigcontext.h>
#include <asm/siginfo.h>
#include <asm/signal.h>
#include <asm/ucontext.h>
#include <linux/mman.h>
#include <linux/prctl.h>

#include "checker/kernels/agent/program/control.h"

// Accesses that may fault. The signal handler continues at rmapcheck_fault_fixup when the fault lies between begin and
// end. fill: rdi address, rsi byte; read: rdi address. Return 0 (read: the byte), or -1 after a fault.
extern "C" __attribute__((visibility("hidden"))) long rmapcheck_fill(unsigned long page, unsigned long byte);
extern "C" __attribute__((visibility("hidden"))) long rmapcheck_read(unsigned long page);
extern "C" __attribute__((visibility("hidden"))) char rmapcheck_fault_begin[], rmapcheck_fault_end[],
    rmapcheck_fault_fixup[];
extern "C" __attribute__((visibility("hidden"))) void rmapcheck_restorer();
__asm__(R"(
    .text
rmapcheck_fault_begin:
rmapcheck_fill:
    mov %rsi, %rax
    mov $4096, %ecx
    cld
    rep stosb
    xor %eax, %eax
    ret
rmapcheck_read:
    movzbl (%rdi), %eax
    ret
rmapcheck_fault_end:
rmapcheck_fault_fixup:
    mov $-1, %rax
    ret
rmapcheck_restorer:
    mov $15, %eax
    syscall
)");

namespace checker::agent {
namespace {

void on_fault(int, siginfo_t*, void* context) {
    auto& registers = static_cast<ucontext*>(context)->uc_mcontext;
    if (registers.rip < at(rmapcheck_fault_begin) || registers.rip >= at(rmapcheck_fault_end)) leave(99);
    registers.rip = at(rmapcheck_fault_fixup);
}

struct KernelSigaction {
    void* handler;
    u64 flags;
    void* restorer;
    u64 mask;
};

void handle(u64 signal, void* handler, u64 flags) {
    const KernelSigaction action{handler, flags | SA_RESTORER, reinterpret_cast<void*>(&rmapcheck_restorer), 0};
    sys(__NR_rt_sigaction, signal, at(&action), 0, 8);
}

// Every page that [address, address + size) meets.
template <class F> i64 each_page(u64 address, u64 size, F&& access) {
    if (size == 0) return 0;
    const u64 last = (address + size - 1) & ~(page_size - 1);
    for (u64 page = address & ~(page_size - 1);; page += page_size) {
        if (access(page) < 0) return -EFAULT_;
        if (page == last) return 0;
    }
}

i64 peek(u64 address, u64 count) {
    u64 bytes = 0;
    if (count > 7) return -EINVAL_;
    for (u64 i = 0; i < count; ++i) {
        const long byte = rmapcheck_read(address + i * page_size);
        if (byte < 0) return -EFAULT_;
        bytes |= static_cast<u64>(byte) << (8 * i);
    }
    return static_cast<i64>(bytes);
}

// Everything of the memory layout that prctl(PR_SET_MM_MAP) asks for is a fiction, except the heap. The addresses only
// have to be ones that a process without rights could map.
i64 begin_heap(u64 address) {
    constexpr u64 anywhere = 0x10000;
    prctl_mm_map map{};
    map.start_code = map.start_data = anywhere;
    map.end_code = map.end_data = anywhere + 1;
    map.start_stack = map.arg_start = map.arg_end = map.env_start = map.env_end = anywhere;
    map.start_brk = map.brk = address;
    map.exe_fd = ~0u;
    return sys(__NR_prctl, PR_SET_MM, PR_SET_MM_MAP, at(&map), sizeof map);
}

i64 hold(u64 address) {
    int ends[2];
    if (const i64 error = sys(__NR_pipe2, at(ends), 0); error < 0) return error;
    const u64 iovec[2] = {address, 1};
    const i64 held = sys(__NR_vmsplice, static_cast<u64>(ends[1]), at(iovec), 1, 0);
    if (held == 1) return static_cast<i64>(static_cast<u64>(ends[0]) | static_cast<u64>(ends[1]) << 32);
    sys(__NR_close, static_cast<u64>(ends[0]));
    sys(__NR_close, static_cast<u64>(ends[1]));
    return held < 0 ? held : -EFAULT_;
}

i64 in_core(u64 address) {
    unsigned char answer = 0;
    const i64 error = sys(__NR_mincore, address, page_size, at(&answer));
    return error < 0 ? error : answer & 1;
}

extern "C" __attribute__((used, noreturn, visibility("hidden"))) void rmapcheck_child(u64 index) {
    settle(index);
    serve(index);
}

} // namespace

void handle_faults() {
    handle(SIGSEGV, reinterpret_cast<void*>(&on_fault), SA_SIGINFO | SA_ONSTACK | SA_NODEFER);
    handle(SIGBUS, reinterpret_cast<void*>(&on_fault), SA_SIGINFO | SA_ONSTACK | SA_NODEFER);
    handle(SIGCHLD, reinterpret_cast<void*>(1), 0);
}

void settle(u64 index) {
    const stack_t signals{reinterpret_cast<void*>(area_of(index)), 0, area_size / 2};
    sys(__NR_sigaltstack, at(&signals), 0);
    sys(__NR_madvise, area_of(index), area_size, MADV_DONTFORK);
}

i64 perform(const Record& r, i64 before) {
    const u64* a = r.a;
    switch (r.verb) {
    case Order::call_after_enomem:
        if (before != -ENOMEM_) return before;
        [[fallthrough]];
    case Order::call: return sys(a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
    case Order::fill: return each_page(a[0], a[1], [&](u64 page) { return rmapcheck_fill(page, a[2]); });
    case Order::read: return each_page(a[0], a[1], [&](u64 page) { return rmapcheck_read(page); });
    case Order::peek: return peek(a[0], a[1]);
    case Order::fork: return fork_to(a[0]);
    case Order::heap: return begin_heap(a[0]);
    case Order::hold: return hold(a[0]);
    case Order::in_core: return in_core(a[0]);
    case Order::reclaim: return on_page("out", a[0], a[1]); // of a flyer in a guest
    case Order::migrate: return on_page("move", a[0], a[1]);
    default: return -EINVAL_;
    }
}

i64 fork_to(u64 index) {
    if (index == 0 || index >= static_cast<u64>(max_processes)) return -EINVAL_;
    if (const i64 area = map_shared(area_of(index), area_size, PROT_READ | PROT_WRITE); area < 0) return area;
    Slot* slot = here().guest ? &control().slots[index] : nullptr;
    if (slot) slot->asked = slot->answered = 0;
    u64* top = reinterpret_cast<u64*>(area_of(index) + area_size) - 2;
    *top = index;
    i64 pid;
    // The child begins on its own stack and never returns here.
    __asm__ volatile(
        "xor %%r8d, %%r8d\n\t"
        "xor %%r10d, %%r10d\n\t"
        "xor %%edx, %%edx\n\t"
        "syscall\n\t"
        "test %%rax, %%rax\n\t"
        "jnz 1f\n\t"
        "xor %%ebp, %%ebp\n\t"
        "mov (%%rsp), %%rdi\n\t"
        "call rmapcheck_child\n\t"
        "hlt\n"
        "1:"
        : "=a"(pid)
        : "a"(__NR_clone), "D"(SIGCHLD), "S"(top)
        : "rcx", "rdx", "r8", "r10", "r11", "memory");
    sys(__NR_munmap, area_of(index), area_size);
    if (slot) slot->real = pid > 0 ? pid : 0;
    return pid;
}

} // namespace checker::agent
