// The first program of a guest kernel: plays traces with real processes, and writes down what it sees.
//
// It reads /host/script, records as in protocol.h, through hostfs and writes /host/results.
#include <asm/signal.h>
#include <linux/reboot.h>

#include "checker/kernels/agent/program/control.h"
#include "checker/kernels/ksm/driver.h"

namespace checker::agent {

[[noreturn]] void power_off() {
    for (;;) sys(__NR_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_POWER_OFF);
}

namespace {

// What went wrong goes to the kernel's log, which is the console.
[[noreturn]] void give_up(const char* why, i64 error) {
    ShortText t;
    t << "rmapcheck: init: " << why << " (";
    t.integer(error) << ")\n";
    write_file("/dev/kmsg", t);
    power_off();
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

// The guest, as driver.h wants it.
struct Guest {
    bool& long_sleep = control().long_sleep;

    u64 get(const char* name) const {
        ShortText path;
        path << kernels::ksm_folder << name;
        char value[32] = {};
        read_file(path.data, value, sizeof value);
        const char* p = value;
        return read_number(p, 10);
    }
    i64 set(kernels::KsmSetting s, u64 value) const {
        ShortText text;
        return set_word(s, text.number(value).data);
    }
    i64 set_word(kernels::KsmSetting s, const char* word) const {
        ShortText path;
        path << kernels::ksm_folder << kernels::name_of(s);
        const i64 n = write_file(path.data, word, length(word));
        return n < 0 ? n : 0;
    }
    u64 now() const {
        Timespec t{};
        sys(__NR_clock_gettime, 1, at(&t)); // CLOCK_MONOTONIC
        return static_cast<u64>(t.seconds) * 1000000000 + static_cast<u64>(t.nanoseconds);
    }
    void nap() const { agent::nap(1000000); }
    // Time only goes on when nobody has anything to do.
    bool ksmd_sleeps() const {
        nap();
        return true;
    }
};

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

i64 scan(u64 scans) {
    Guest guest;
    return kernels::ksm_scan(guest, scans);
}

i64 setting(u64 which, u64 value) {
    Guest guest;
    if (which >= kernels::ksm_settings) return -EINVAL_;
    return kernels::ksm_write(guest, static_cast<kernels::KsmSetting>(which), value);
}

// Everything that the trace before has left behind.
void clear(const Record& begin) {
    land_all();
    for (u64 i = 1; i < first_flyer; ++i) {
        Slot& slot = control().slots[i];
        if (!slot.real) continue;
        sys(__NR_kill, static_cast<u64>(slot.real), SIGKILL);
        for (int wait = 0; wait < 10000 && alive(slot.real); ++wait) nap(1000000);
        slot.real = 0;
    }
    for (u64 i = 0; i < static_cast<u64>(max_files); ++i) sys(__NR_close, static_cast<u64>(file_fd) + i);
    Guest guest;
    kernels::ksm_reset(guest, begin.a[1], begin.a[2], begin.a[3]);
}

// So that ksmd's list is never empty, and every scan ends and counts: a process with a mergeable range without pages.
void start_keeper() {
    i64 result = fork_to(keeper);
    if (result < 0) give_up("fork", result);
    const Record map{Order::call,
                     0,
                     keeper,
                     {__NR_mmap, 0x10000, page_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, ~0ul, 0}};
    const Record merge{Order::call, 0, keeper, {__NR_madvise, 0x10000, page_size, MADV_MERGEABLE}};
    if (!ask(map, result) || !ask(merge, result) || result != 0) give_up("keeper", result);
}

i64 make_file(u64 index, u64 size) {
    if (index >= static_cast<u64>(max_files)) return -EINVAL_;
    ShortText path;
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

void begin(const Record& r) {
    clear(r);
    ShortText log, line;
    log << "rmapcheck: trace ";
    write_file("/dev/kmsg", log.number(r.a[0]) << "\n");
    line << "begin ";
    put_line(line.number(r.a[0]));
    flush();
    control().started = false;
    control().trace = r.a[0];
}

// Process 1, after the files that it inherits were made.
void start() {
    if (control().started) return;
    control().started = true;
    const i64 pid = fork_to(1);
    if (pid < 0) give_up("fork", pid);
}

// Returns false if the record has no answer.
bool act(const Record& r, i64& result) {
    const u64* a = r.a;
    switch (r.verb) {
    case Order::file: result = make_file(a[0], a[1]); return true;
    case Order::scan: result = scan(a[0]); return true;
    case Order::setting: result = setting(a[0], a[1]); return true;
    case Order::reclaim: result = on_page(a[2] ? "allout" : "out", a[0], a[1]); return true;
    case Order::drop: result = on_page("drop", a[0], a[1]); return true;
    case Order::migrate: result = on_page(a[2] ? "allmove" : "move", a[0], a[1]); return true;
    case Order::fail: result = on_page("fail", a[0], a[1]); return true;
    case Order::exit: result = 0; return r.process < first_flyer && end_process(r);
    default: return ask(r, result);
    }
}

// Does the kernel walk a reverse map for it?
bool walks(Order v) {
    return v == Order::look || v == Order::scan || v == Order::reclaim || v == Order::drop || v == Order::migrate ||
           v == Order::fail || v == Order::advance || v == Order::finish;
}

// Nothing is played on: who touches such an entry stops the kernel, or waits for ever, or uses a page that is not his.
void stop_if_stale(u64 number) {
    if (!note_stale(number)) return;
    ShortText line;
    line << "end ";
    put_line(line.number(control().trace) << "\nstopped");
    flush();
    power_off();
}

// Was the process asked, and has not answered?
bool waits(const Record& r) {
    if (r.process >= first_flyer) return false;
    const Slot& slot = control().slots[r.process];
    return alive(slot.real) && slot.asked != slot.answered;
}

void play(const Record& r) {
    if (r.verb == Order::begin) return begin(r);
    if (r.verb != Order::file) start();
    if (walks(r.verb) || r.flight)
        flush(); // if it never comes back, what was answered before says where the kernel stands
    if (r.verb == Order::look) return look(r.number, r.a[0]);
    ShortText line;
    if (r.verb == Order::end) {
        line << "end ";
        put_line(line.number(r.a[0]));
        return flush();
    }
    if (r.flight) return begin_flight(r);
    if (r.verb == Order::advance || r.verb == Order::finish) {
        go_on(r);
        return stop_if_stale(r.number);
    }
    i64 result = 0;
    const bool answered = act(r, result);
    line << (answered ? "= " : waits(r) ? "waits " : "dead ");
    line.number(r.number);
    if (answered) (line << " ").integer(result);
    put_line(line);
    if (r.verb == Order::migrate) stop_if_stale(r.number);
}

} // namespace

u64 ksm_run() { return Guest{}.get("run"); }
void ksm_set_run(u64 value) { Guest{}.set(kernels::KsmSetting::run, value); }
void ksm_wake() {
    Guest guest;
    kernels::ksm_poke(guest);
    if (guest.get("run") != 1) guest.set(kernels::KsmSetting::run, 1);
}

void play_script() {
    mount("none", "/proc", "proc", nullptr);
    mount("none", "/sys", "sysfs", nullptr);
    mount("none", "/dev", "devtmpfs", nullptr);
    mount("none", "/files", "tmpfs", nullptr);
    mount_host();
    write_file("/proc/sys/kernel/printk_devkmsg", "on", 2);       // no limit on what init says
    write_file("/proc/sys/vm/memory_failure_early_kill", "1", 1); // who maps a page is told, and can be asked for
    make_swap();
    start_keeper();
    start_flyers();
    Control& c = control();
    c.out_fd = sys(__NR_open, at("/host/results"), o_wronly | o_creat | o_trunc, 0644);
    const i64 script = sys(__NR_open, at("/host/script"), o_rdonly);
    if (c.out_fd < 0 || script < 0) give_up("/host cannot be used", c.out_fd < 0 ? c.out_fd : script);
    for (Record r; sys(__NR_read, static_cast<u64>(script), at(&r), sizeof r) == sizeof r;) play(r);
    put("done\n", 5);
    flush();
    power_off();
}

} // namespace checker::agent
