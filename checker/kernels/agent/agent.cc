// The program that a process of a trace runs on a real kernel.
//
// Its address space must look as if only the trace had made it. So the agent copies its code to shared memory far up,
// puts its stack there too, and unmaps everything else that exec gave it: program, stack, heap, vdso. What is left are
// two VM_SHARED mappings without anonymous pages: they have no anon_vma, never merge with anything a trace maps, and
// are invisible to KSM, also under PR_SET_MEMORY_MERGE. After that the process does nothing but what it is told.
//
// Freestanding: no libc, no writable data, position-independent code.
#include <asm/prctl.h>
#include <asm/sigcontext.h>
#include <asm/siginfo.h>
#include <asm/signal.h>
#include <asm/ucontext.h>
#include <asm/unistd.h>
#include <linux/mman.h>
#include <linux/prctl.h>

#include "checker/kernels/agent/protocol.h"

#define AGENT static __attribute__((used, noinline))

namespace {

using namespace checker::agent;

constexpr i64 EFAULT_ = 14, EINTR_ = 4, EINVAL_ = 22;
constexpr u64 page_size = 4096;

inline i64 sys(u64 nr, u64 a = 0, u64 b = 0, u64 c = 0, u64 d = 0, u64 e = 0, u64 f = 0) {
    i64 result;
    register u64 r10 __asm__("r10") = d;
    register u64 r8 __asm__("r8") = e;
    register u64 r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

[[noreturn]] void leave(u64 status) {
    for (;;) sys(__NR_exit_group, status);
}

u64 area_of(u64 index) { return own_start + index * area_stride; }

i64 map_shared(u64 address, u64 size, u64 prot) {
    return sys(__NR_mmap, address, size, prot, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, ~0ul, 0);
}

} // namespace

// Accesses that may fault. The signal handler continues at rmapcheck_fault_fixup when the fault lies between begin and
// end. fill: rdi address, rsi byte; read: rdi address. Return 0 (read: the byte), or -1 after a fault.
extern "C" __attribute__((visibility("hidden"))) long rmapcheck_fill(u64 page, u64 byte);
extern "C" __attribute__((visibility("hidden"))) long rmapcheck_read(u64 page);
extern "C" __attribute__((visibility("hidden"))) char rmapcheck_fault_begin[], rmapcheck_fault_end[],
    rmapcheck_fault_fixup[];
extern "C" __attribute__((visibility("hidden"))) void rmapcheck_restorer();
extern "C" __attribute__((visibility("hidden"))) char __executable_start[], _end[];
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
    .globl _start
_start:
    xor %ebp, %ebp
    and $-16, %rsp
    call rmapcheck_relocate
    hlt
)");

namespace {

void on_fault(int, siginfo_t*, void* context) {
    auto& registers = static_cast<ucontext*>(context)->uc_mcontext;
    const u64 at = registers.rip;
    if (at < reinterpret_cast<u64>(rmapcheck_fault_begin) || at >= reinterpret_cast<u64>(rmapcheck_fault_end))
        leave(99);
    registers.rip = reinterpret_cast<u64>(rmapcheck_fault_fixup);
}

struct KernelSigaction {
    void* handler;
    u64 flags;
    void* restorer;
    u64 mask;
};

void handle(u64 signal, void* handler) {
    const KernelSigaction action{handler, SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTORER,
                                 reinterpret_cast<void*>(&rmapcheck_restorer), 0};
    sys(__NR_rt_sigaction, signal, reinterpret_cast<u64>(&action), 0, 8);
}

// The upper half of a process's area is its stack, the lower half takes signals.
void settle(u64 index) {
    const stack_t signals{reinterpret_cast<void*>(area_of(index)), 0, area_size / 2};
    sys(__NR_sigaltstack, reinterpret_cast<u64>(&signals), 0);
    sys(__NR_madvise, area_of(index), area_size, MADV_DONTFORK);
}

template <class T> bool transfer(u64 call, int fd, T& record) {
    for (u64 done = 0; done < sizeof record;) {
        const i64 n = sys(call, static_cast<u64>(fd), reinterpret_cast<u64>(&record) + done, sizeof record - done);
        if (n == -EINTR_) continue;
        if (n <= 0) return false;
        done += static_cast<u64>(n);
    }
    return true;
}

// Every page that [address, address + length) meets.
template <class F> i64 each_page(u64 address, u64 length, F&& access) {
    if (length == 0) return 0;
    const u64 last = (address + length - 1) & ~(page_size - 1);
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
    return sys(__NR_prctl, PR_SET_MM, PR_SET_MM_MAP, reinterpret_cast<u64>(&map), sizeof map);
}

i64 hold(u64 address) {
    int ends[2];
    if (const i64 error = sys(__NR_pipe2, reinterpret_cast<u64>(ends), 0); error < 0) return error;
    const u64 iovec[2] = {address, 1};
    const i64 held = sys(__NR_vmsplice, static_cast<u64>(ends[1]), reinterpret_cast<u64>(iovec), 1, 0);
    if (held == 1) return static_cast<i64>(static_cast<u64>(ends[0]) | static_cast<u64>(ends[1]) << 32);
    sys(__NR_close, static_cast<u64>(ends[0]));
    sys(__NR_close, static_cast<u64>(ends[1]));
    return held < 0 ? held : -EFAULT_;
}

i64 in_core(u64 address) {
    unsigned char answer = 0;
    const i64 error = sys(__NR_mincore, address, page_size, reinterpret_cast<u64>(&answer));
    return error < 0 ? error : answer & 1;
}

[[noreturn]] void serve(u64 index);

extern "C" __attribute__((used, noreturn, visibility("hidden"))) void rmapcheck_child(u64 index) {
    settle(index);
    serve(index);
}

i64 fork_to(u64 index) {
    if (index == 0 || index >= static_cast<u64>(max_processes)) return -EINVAL_;
    const i64 area = map_shared(area_of(index), area_size, PROT_READ | PROT_WRITE);
    if (area < 0) return area;
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
    return pid;
}

i64 obey(const Request& r) {
    const u64* a = r.args;
    switch (r.command) {
    case Command::call: return sys(a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
    case Command::store: return each_page(a[0], a[1], [&](u64 page) { return rmapcheck_fill(page, a[2]); });
    case Command::load: return each_page(a[0], a[1], [&](u64 page) { return rmapcheck_read(page); });
    case Command::peek: return peek(a[0], a[1]);
    case Command::fork: return fork_to(a[0]);
    case Command::exit: leave(0);
    case Command::heap: return begin_heap(a[0]);
    case Command::hold: return hold(a[0]);
    case Command::in_core: return in_core(a[0]);
    }
    return -EINVAL_;
}

// Until whoever tells us what to do is gone.
void serve(u64 index) {
    const int fd = channel_fd + static_cast<int>(index);
    for (Reply reply{ready};;) {
        if (!transfer(__NR_write, fd, reply)) leave(0);
        Request request;
        if (!transfer(__NR_read, fd, request)) leave(0);
        reply.result = obey(request);
    }
}

// The highest address that munmap() knows differs between kernels.
void unmap_rest(u64 code_end) {
    sys(__NR_munmap, 0, area_of(0));
    sys(__NR_munmap, area_of(0) + area_size, code_start - (area_of(0) + area_size));
    u64 end = 0x7ffffffff000;
    for (int i = 0; i < 4096 && sys(__NR_munmap, code_end, end - code_end) == -EINVAL_; ++i)
        end -= i < 64 ? page_size : 1ul << 28;
}

// Runs from the copy, on the new stack.
extern "C" __attribute__((used, noreturn, visibility("hidden"))) void rmapcheck_begin(u64 code_end) {
    unmap_rest(code_end);
    settle(0);
    handle(SIGSEGV, reinterpret_cast<void*>(&on_fault));
    handle(SIGBUS, reinterpret_cast<void*>(&on_fault));
    const KernelSigaction ignore{reinterpret_cast<void*>(1), SA_RESTORER, reinterpret_cast<void*>(&rmapcheck_restorer),
                                 0};
    sys(__NR_rt_sigaction, SIGCHLD, reinterpret_cast<u64>(&ignore), 0, 8); // children are not waited for
    sys(__NR_setpgid, 0, 0);
    sys(__NR_prctl, PR_SET_THP_DISABLE, 1, 0, 0, 0);
    serve(0);
}

extern "C" __attribute__((used, noreturn, visibility("hidden"))) void rmapcheck_relocate() {
    const u64 from = reinterpret_cast<u64>(__executable_start);
    const u64 size = (reinterpret_cast<u64>(_end) - from + page_size - 1) & ~(page_size - 1);
    if (map_shared(code_start, size, PROT_READ | PROT_WRITE | PROT_EXEC) < 0) leave(97);
    if (map_shared(area_of(0), area_size, PROT_READ | PROT_WRITE) < 0) leave(98);
    u64 to = code_start, source = from, count = size;
    __asm__ volatile("cld; rep movsb" : "+D"(to), "+S"(source), "+c"(count) : : "memory");
    const u64 entry = reinterpret_cast<u64>(&rmapcheck_begin) - from + code_start;
    __asm__ volatile(
        "mov %0, %%rsp\n\t"
        "xor %%ebp, %%ebp\n\t"
        "call *%1\n\t"
        "hlt"
        :
        : "r"(area_of(0) + area_size - 16), "r"(entry), "D"(code_start + size)
        : "memory");
    __builtin_unreachable();
}

} // namespace
