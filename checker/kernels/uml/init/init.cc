// The first program of a guest kernel: plays traces with real processes, and writes down what it sees.
//
// It first moves itself into shared memory far up and unmaps everything that exec gave it, so that the address spaces of
// the processes that it forks look as if only the trace had made them. Then it reads /host/script (protocol.h) through
// hostfs and writes /host/results. Freestanding: no libc, no writable data, position-independent code.
#include <asm/signal.h>
#include <linux/fcntl.h>
#include <linux/mman.h>
#include <linux/reboot.h>

#include "checker/kernels/uml/init/control.h"

extern "C" __attribute__((visibility("hidden"))) char __executable_start[], _end[];
__asm__(R"(
    .text
    .globl _start
_start:
    xor %ebp, %ebp
    and $-16, %rsp
    call guest_relocate
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

namespace checker::kernels::uml {
namespace {

constexpr const char* ksm = "/sys/kernel/mm/ksm/";

[[noreturn]] void power_off() {
    for (;;) sys(__NR_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_POWER_OFF);
}

// What went wrong goes to the kernel's log, which is the console.
[[noreturn]] void give_up(const char* why, i64 error) {
    Text t;
    t << "rmapcheck: init: " << why << " (";
    t.integer(error) << ")\n";
    write_file("/dev/kmsg", t);
    power_off();
}

i64 map_shared(u64 address, u64 size, u64 prot) {
    return sys(__NR_mmap, address, size, prot, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, ~0ul, 0);
}

void mount(const char* what, const char* where, const char* type, const char* options) {
    sys(__NR_mkdir, at(where), 0755);
    const i64 error = sys(__NR_mount, at(what), at(where), at(type), 0, at(options));
    if (error < 0) give_up(where, error);
}

// The folder of the host that was named on the kernel's command line as rmapcheck=PATH.
void mount_host() {
    Control& c = control();
    read_file("/proc/cmdline", c.text, sizeof c.text);
    const char key[] = "rmapcheck=";
    for (char* p = c.text; *p; ++p) {
        u64 same = 0;
        while (key[same] && p[same] == key[same]) ++same;
        if (key[same]) continue;
        char* end = p + same;
        while (*end && *end != ' ' && *end != '\n') ++end;
        *end = 0;
        mount("none", "/host", "hostfs", p + same);
        return;
    }
    give_up("no rmapcheck=PATH on the command line", 0);
}

i64 set_ksm(const char* name, u64 value) {
    Text path, text;
    path << ksm << name;
    const i64 n = write_file(path.data, text.number(value));
    return n < 0 ? n : 0;
}
u64 get_ksm(const char* name) {
    Text path;
    path << ksm << name;
    char value[32] = {};
    read_file(path.data, value, sizeof value);
    const char* p = value;
    return read_number(p, 10);
}

// A swap device in memory: the header that mkswap would write, and swapon().
void make_swap() {
    Control& c = control();
    for (u64 i = 0; i < page_size; ++i) c.text[i] = 0;
    const unsigned version = 1, last_page = (64u << 20) / 4096 - 1;
    *reinterpret_cast<unsigned*>(c.text + 1024) = version;
    *reinterpret_cast<unsigned*>(c.text + 1028) = last_page;
    const char signature[] = "SWAPSPACE2";
    for (u64 i = 0; i < 10; ++i) c.text[page_size - 10 + i] = signature[i];
    const i64 n = write_file("/dev/ram0", c.text, page_size);
    if (n != static_cast<i64>(page_size)) give_up("no /dev/ram0", n);
    const i64 error = sys(__NR_swapon, at("/dev/ram0"), 0);
    if (error < 0) give_up("swapon", error);
    write_file("/proc/sys/vm/page-cluster", "0", 1); // no neighbours are read with a page
}

// ksmd waits either for the time of its next batch, which a change of sleep_millisecs ends, or for `run` to become 1.
// With pages_to_scan huge, a batch is one full scan.
bool one_scan() {
    Control& c = control();
    const u64 before = get_ksm("full_scans");
    for (int attempt = 0; attempt < 20; ++attempt) {
        c.long_sleep = !c.long_sleep;
        set_ksm("sleep_millisecs", 4000000000u - c.long_sleep);
        if (get_ksm("run") != 1) set_ksm("run", 1);
        for (int i = 0; i < 50; ++i) {
            nap(1000000);
            if (get_ksm("full_scans") != before) {
                nap(1000000);
                return get_ksm("full_scans") == before + 1;
            }
        }
    }
    return false;
}

i64 scan(u64 scans) {
    const u64 run = get_ksm("run");
    if (run == 2) return 0; // ksmd does not scan then
    for (; scans; --scans)
        if (!one_scan()) return -EAGAIN_;
    if (run != 1) set_ksm("run", run);
    return 0;
}

i64 knob(u64 name, u64 value) {
    if (name >= sizeof knob_names / sizeof *knob_names) return -EINVAL_;
    if (name == 1 && value == 1) // or ksmd would begin a scan of its own; scan() sets it
        return get_ksm("run") == 2 ? set_ksm("run", 0) : 0;
    return set_ksm(knob_names[name], value);
}

// Everything that the trace before has left behind.
void clear() {
    for (u64 i = 1; i < keeper; ++i) {
        Slot& slot = control().slots[i];
        if (!slot.real) continue;
        sys(__NR_kill, static_cast<u64>(slot.real), SIGKILL);
        for (int wait = 0; wait < 10000 && alive(slot.real); ++wait) nap(1000000);
        slot.real = 0;
    }
    for (u64 i = 0; i < static_cast<u64>(max_files); ++i) sys(__NR_close, static_cast<u64>(file_fd) + i);
    set_ksm("run", 2); // frees every rmap_item, and every stable node that nothing maps
    set_ksm("run", 0);
    set_ksm("merge_across_nodes", 1);
    set_ksm("max_page_sharing", 256);
    set_ksm("use_zero_pages", 0);
    set_ksm("smart_scan", 1);
    set_ksm("stable_node_chains_prune_millisecs", 1000000000);
    set_ksm("pages_to_scan", 1000000000);
    one_scan();
}

// So that ksmd's list is never empty, and every scan ends and counts: a process with a mergeable range without pages.
void start_keeper() {
    i64 result = fork_to(keeper);
    if (result < 0) give_up("fork", result);
    const Record map{Verb::call,
                     0,
                     keeper,
                     {__NR_mmap, 0x10000, page_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, ~0ul, 0}};
    const Record merge{Verb::call, 0, keeper, {__NR_madvise, 0x10000, page_size, MADV_MERGEABLE}};
    if (!ask(keeper, map, result) || !ask(keeper, merge, result) || result != 0) give_up("keeper", result);
}

i64 make_file(u64 index, u64 size) {
    if (index >= static_cast<u64>(max_files)) return -EINVAL_;
    Text path;
    path << "/files/";
    path.number(index);
    const i64 fd = sys(__NR_open, at(path.data), o_rdwr | o_creat | o_trunc, 0600);
    if (fd < 0) return fd;
    const i64 error = sys(__NR_ftruncate, static_cast<u64>(fd), size);
    sys(__NR_dup2, static_cast<u64>(fd), static_cast<u64>(file_fd) + index);
    sys(__NR_close, static_cast<u64>(fd));
    sys(__NR_unlink, at(path.data));
    return error;
}

i64 on_page(const char* verb, u64 pid, u64 address) {
    Text t;
    t << verb << " ";
    t.integer(pid < keeper ? control().slots[pid].real : 0) << " ";
    const i64 n = write_file("/proc/rmapcheck", t.hex(address));
    return n < 0 ? n : 0;
}

void begin(u64 trace) {
    clear();
    Text log, line;
    log << "rmapcheck: trace ";
    write_file("/dev/kmsg", log.number(trace) << "\n");
    line << "begin ";
    put_line(line.number(trace));
    flush();
    control().started = false;
}

// Process 1, after the files that it inherits were made.
void start() {
    if (control().started) return;
    control().started = true;
    const i64 pid = fork_to(1);
    if (pid < 0) give_up("fork", pid);
}

bool exit_process(u64 pid, const Record& r) {
    Slot& slot = control().slots[pid];
    if (!alive(slot.real)) return false;
    slot.request = r;
    __atomic_store_n(&slot.asked, slot.answered + 1, __ATOMIC_SEQ_CST);
    sys(__NR_futex, at(&slot.asked), 1, 1);
    for (int i = 0; i < 10000 && alive(slot.real); ++i) nap(100000);
    const bool ended = !alive(slot.real);
    slot.real = 0;
    return ended;
}

// Returns false if the record has no answer.
bool act(const Record& r, i64& result) {
    const u64* a = r.a;
    switch (r.verb) {
    case Verb::file: result = make_file(a[0], a[1]); return true;
    case Verb::scan: result = scan(a[0]); return true;
    case Verb::knob: result = knob(a[0], a[1]); return true;
    case Verb::out: result = on_page("out", a[0], a[1]); return true;
    case Verb::drop: result = on_page("drop", a[0], a[1]); return true;
    case Verb::move: result = on_page("move", a[0], a[1]); return true;
    case Verb::exit: result = 0; return r.pid < keeper && exit_process(r.pid, r);
    default: return ask(r.pid, r, result);
    }
}

void play(const Record& r) {
    if (r.verb == Verb::begin) return begin(r.a[0]);
    if (r.verb != Verb::file) start();
    if (r.verb == Verb::look) return look(r.number, r.a[0]);
    Text line;
    if (r.verb == Verb::end) {
        line << "end ";
        put_line(line.number(r.a[0]));
        return flush();
    }
    i64 result = 0;
    const bool answered = act(r, result);
    line << (answered ? "= " : "dead ");
    line.number(r.number);
    if (answered) (line << " ").integer(result);
    put_line(line);
}

[[noreturn]] void run() {
    mount("none", "/proc", "proc", nullptr);
    mount("none", "/sys", "sysfs", nullptr);
    mount("none", "/dev", "devtmpfs", nullptr);
    mount("none", "/files", "tmpfs", nullptr);
    mount_host();
    write_file("/proc/sys/kernel/printk_devkmsg", "on", 2); // no limit on what init says
    make_swap();
    handle_faults();
    start_keeper();
    Control& c = control();
    c.out_fd = sys(__NR_open, at("/host/results"), o_wronly | o_creat | o_trunc, 0644);
    const i64 script = sys(__NR_open, at("/host/script"), o_rdonly);
    if (c.out_fd < 0 || script < 0) give_up("/host cannot be used", c.out_fd < 0 ? c.out_fd : script);
    for (Record r; sys(__NR_read, static_cast<u64>(script), at(&r), sizeof r) == sizeof r;) play(r);
    put("done\n", 5);
    flush();
    power_off();
}

// Runs from the copy, on the new stack.
extern "C" __attribute__((used, noreturn, visibility("hidden"))) void guest_begin(u64 code_end) {
    sys(__NR_munmap, 0, code_start);
    sys(__NR_munmap, code_end, control_start - code_end);
    u64 end = user_end;
    const u64 rest = area_start + static_cast<u64>(max_processes) * area_stride;
    while (end > rest && sys(__NR_munmap, rest, end - rest) == -EINVAL_) end -= 1ul << 30;
    run();
}

extern "C" __attribute__((used, noreturn, visibility("hidden"))) void guest_relocate() {
    const u64 from = at(__executable_start);
    const u64 size = (at(_end) - from + page_size - 1) & ~(page_size - 1);
    const u64 control_size = (sizeof(Control) + page_size - 1) & ~(page_size - 1);
    if (map_shared(code_start, size, PROT_READ | PROT_WRITE | PROT_EXEC) < 0) sys(__NR_exit_group, 97);
    if (map_shared(control_start, control_size, PROT_READ | PROT_WRITE) < 0) sys(__NR_exit_group, 98);
    for (u64 i = 0; i < static_cast<u64>(max_processes); ++i)
        if (map_shared(area_start + i * area_stride, area_size, PROT_READ | PROT_WRITE) < 0) sys(__NR_exit_group, 99);
    memcpy(reinterpret_cast<void*>(code_start), __executable_start, size);
    const u64 entry = at(reinterpret_cast<void*>(&guest_begin)) - from + code_start;
    __asm__ volatile(
        "mov %0, %%rsp\n\t"
        "xor %%ebp, %%ebp\n\t"
        "call *%1\n\t"
        "hlt"
        :
        : "r"(area_start + area_size - 16), "r"(entry), "D"(code_start + size)
        : "memory");
    __builtin_unreachable();
}

} // namespace
} // namespace checker::kernels::uml
