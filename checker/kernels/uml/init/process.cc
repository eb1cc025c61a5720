// What a process of a trace does: what it is told, in its slot of the shared memory.
#include <asm/sigcontext.h>
#include <asm/siginfo.h>
#include <asm/signal.h>
#include <asm/ucontext.h>
#include <linux/futex.h>
#include <linux/prctl.h>

#include "checker/kernels/uml/init/control.h"

// Accesses that may fault. The signal handler continues at guest_fault_fixup when the fault lies between begin and end.
// fill: rdi address, rsi byte; read: rdi address. Return 0 (read: the byte), or -1 after a fault.
extern "C" __attribute__((visibility("hidden"))) long guest_fill(unsigned long page, unsigned long byte);
extern "C" __attribute__((visibility("hidden"))) long guest_read(unsigned long page);
extern "C" __attribute__((visibility("hidden"))) char guest_fault_begin[], guest_fault_end[], guest_fault_fixup[];
extern "C" __attribute__((visibility("hidden"))) void guest_restorer();
__asm__(R"(
    .text
guest_fault_begin:
guest_fill:
    mov %rsi, %rax
    mov $4096, %ecx
    cld
    rep stosb
    xor %eax, %eax
    ret
guest_read:
    movzbl (%rdi), %eax
    ret
guest_fault_end:
guest_fault_fixup:
    mov $-1, %rax
    ret
guest_restorer:
    mov $15, %eax
    syscall
)");

namespace checker::kernels::uml {
namespace {

void on_fault(int, siginfo_t*, void* context) {
    auto& registers = static_cast<ucontext*>(context)->uc_mcontext;
    const u64 where = registers.rip;
    if (where < at(guest_fault_begin) || where >= at(guest_fault_end))
        for (;;) sys(__NR_exit_group, 99);
    registers.rip = at(guest_fault_fixup);
}

struct KernelSigaction {
    void* handler;
    u64 flags;
    void* restorer;
    u64 mask;
};

void handle(u64 signal, void* handler, u64 flags) {
    const KernelSigaction action{handler, flags | SA_RESTORER, reinterpret_cast<void*>(&guest_restorer), 0};
    sys(__NR_rt_sigaction, signal, at(&action), 0, 8);
}

void wait_while(const unsigned& word, unsigned value, i64 seconds) {
    const Timespec t{seconds, 0};
    sys(__NR_futex, at(&word), FUTEX_WAIT, value, seconds ? at(&t) : 0);
}
void wake(const unsigned& word) { sys(__NR_futex, at(&word), FUTEX_WAKE, 1); }
unsigned load(const unsigned& word) { return __atomic_load_n(&word, __ATOMIC_SEQ_CST); }

// Every page that [address, address + length) meets.
template <class F> i64 each_page(u64 address, u64 size, F&& access) {
    if (size == 0) return 0;
    const u64 last = (address + size - 1) & ~(page_size - 1);
    for (u64 page = address & ~(page_size - 1);; page += page_size) {
        if (access(page) < 0) return -EFAULT_;
        if (page == last) return 0;
    }
}

// Everything of the memory layout that prctl(PR_SET_MM_MAP) asks for is a fiction, except the heap.
i64 begin_heap(u64 address) {
    prctl_mm_map map{};
    map.start_code = map.start_data = page_size;
    map.end_code = map.end_data = page_size + 1;
    map.start_stack = map.arg_start = map.arg_end = map.env_start = map.env_end = page_size;
    map.start_brk = map.brk = address;
    map.exe_fd = ~0u;
    return sys(__NR_prctl, PR_SET_MM, PR_SET_MM_MAP, at(&map), sizeof map);
}

i64 obey(const Record& r) {
    const u64* a = r.a;
    switch (r.verb) {
    case Verb::call: return sys(a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
    case Verb::store: return each_page(a[0], a[1], [&](u64 page) { return guest_fill(page, a[2]); });
    case Verb::load: return each_page(a[0], a[1], [&](u64 page) { return guest_read(page); });
    case Verb::fork: return fork_to(a[0]);
    case Verb::heap: return begin_heap(a[0]);
    default: return -EINVAL_;
    }
}

extern "C" __attribute__((used, noreturn, visibility("hidden"))) void guest_child(u64 index) { serve(index); }

} // namespace

void handle_faults() {
    handle(SIGSEGV, reinterpret_cast<void*>(&on_fault), SA_SIGINFO | SA_NODEFER);
    handle(SIGBUS, reinterpret_cast<void*>(&on_fault), SA_SIGINFO | SA_NODEFER);
    handle(SIGCHLD, reinterpret_cast<void*>(1), 0); // children are not waited for
}

void serve(u64 index) {
    Slot& slot = control().slots[index];
    for (unsigned last = slot.answered;;) {
        while (load(slot.asked) == last) wait_while(slot.asked, last, 0);
        if (slot.request.verb == Verb::exit)
            for (;;) sys(__NR_exit_group, 0);
        slot.result = obey(slot.request);
        __atomic_store_n(&slot.answered, ++last, __ATOMIC_SEQ_CST);
        wake(slot.answered);
    }
}

i64 fork_to(u64 index) {
    if (index == 0 || index >= static_cast<u64>(max_processes)) return -EINVAL_;
    Slot& slot = control().slots[index];
    slot.asked = slot.answered = 0;
    u64* top = reinterpret_cast<u64*>(area_start + index * area_stride + area_size) - 2;
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
        "call guest_child\n\t"
        "hlt\n"
        "1:"
        : "=a"(pid)
        : "a"(__NR_clone), "D"(SIGCHLD), "S"(top)
        : "rcx", "rdx", "r8", "r10", "r11", "memory");
    slot.real = pid > 0 ? pid : 0;
    return pid;
}

bool alive(i64 real) { return real > 0 && sys(__NR_kill, static_cast<u64>(real), 0) != -ESRCH_; }

bool ask(u64 index, const Record& request, i64& result) {
    if (index >= static_cast<u64>(max_processes)) return false;
    Slot& slot = control().slots[index];
    if (!alive(slot.real)) return false;
    slot.request = request;
    const unsigned before = slot.answered;
    __atomic_store_n(&slot.asked, before + 1, __ATOMIC_SEQ_CST);
    wake(slot.asked);
    for (int patience = 60; load(slot.answered) == before;) {
        wait_while(slot.answered, before, 1);
        if (load(slot.answered) != before) break;
        if (!alive(slot.real) || --patience == 0) return false;
    }
    result = slot.result;
    return true;
}

} // namespace checker::kernels::uml
