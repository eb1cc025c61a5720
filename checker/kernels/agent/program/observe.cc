// What can be seen of a guest from inside: the kernel's own count, page tables through pagemap, and page_idle.
#include "checker/kernels/agent/program/control.h"

namespace checker::agent {
namespace {

constexpr char counters[][20] = {"pages_shared", "pages_sharing", "pages_unshared", "full_scans"};

constexpr u64 present = 1ul << 63, frame_bits = (1ul << 55) - 1;

bool starts_with(const char* p, const char* word) {
    while (*word)
        if (*p++ != *word++) return false;
    return true;
}

const char* next_line(const char* p) {
    while (*p && *p != '\n') ++p;
    return *p ? p + 1 : p;
}

// The entries of a VMA, from pagemap.
void read_entries(u64 index, i64 pagemap, u64 start, u64 end, bool readable) {
    Control& c = control();
    for (u64 address = start; address < end;) {
        u64 count = (end - address) / page_size;
        if (count > 512) count = 512;
        const i64 n = sys(__NR_pread64, static_cast<u64>(pagemap), at(c.pagemap), count * 8, address / page_size * 8);
        if (n <= 0) break;
        count = static_cast<u64>(n) / 8;
        for (u64 i = 0; i < count; ++i, address += page_size) {
            const u64 value = c.pagemap[i];
            if (!(value >> 62)) continue; // neither present nor swapped
            ShortText line;
            line << "pte ";
            line.number(index) << " ";
            line.hex(address) << " ";
            put_line(line.hex(value));
            if (value & present && c.entries_used < most_entries)
                c.entries[c.entries_used++] = {index, address, value & frame_bits, readable};
        }
    }
}

void look_at_process(u64 index, i64 real) {
    Control& c = control();
    ShortText path;
    path << "/proc/";
    path.integer(real) << "/maps";
    if (in_flight(index)) { // its mmap_lock may be held
        ShortText large;
        large << "large ";
        return put_line(large.number(index) << " 0");
    }
    if (read_file(path.data, c.text, sizeof c.text) < 0) return;
    path = {};
    path << "/proc/";
    path.integer(real) << "/pagemap";
    const i64 pagemap = sys(__NR_open, at(path.data), o_rdonly);
    for (const char* p = c.text; *p; p = next_line(p)) {
        const char* q = p;
        const u64 start = read_number(q, 16);
        const u64 end = read_number(++q, 16);
        if (start >= in_guest.start) break;
        ShortText line;
        line << "vma ";
        line.number(index) << " ";
        line.hex(start) << " ";
        line.hex(end) << " ";
        const char prot[] = {q[1], q[2], q[3], q[4], 0};
        put_line(line << prot);
        if ((end - start) / page_size > most_pages) {
            ShortText large;
            large << "large ";
            large.number(index) << " ";
            put_line(large.hex(start));
        } else if (pagemap >= 0)
            read_entries(index, pagemap, start, end, q[1] == 'r');
    }
    if (pagemap >= 0) sys(__NR_close, static_cast<u64>(pagemap));
}

// The word of page_idle/bitmap that holds this frame. A last, partial word cannot be read: then false.
bool idle_word(i64 bitmap, u64 frame, u64& word) {
    return sys(__NR_pread64, static_cast<u64>(bitmap), at(&word), 8, frame / 64 * 8) == 8;
}
bool set_idle(i64 bitmap, u64 frame) {
    const u64 word = 1ul << (frame % 64);
    return sys(__NR_pwrite64, static_cast<u64>(bitmap), at(&word), 8, frame / 64 * 8) == 8;
}
bool is_idle(i64 bitmap, u64 frame, bool& idle) {
    u64 word = 0;
    if (!idle_word(bitmap, frame, word)) return false;
    idle = word >> (frame % 64) & 1;
    return true;
}

// One entry: its accessed bit is cleared where a walk finds it, set by reading through it, and looked for by another
// walk. What stays idle was not found.
void ask_idle(i64 bitmap, const PresentPage& e) {
    bool idle = false;
    if (!set_idle(bitmap, e.frame) || !is_idle(bitmap, e.frame, idle) || !idle || !set_idle(bitmap, e.frame)) return;
    i64 result = 0;
    const Record read{Order::read, 0, e.pid, {e.address, 1}};
    if (!ask(read, result) || result != 0 || !is_idle(bitmap, e.frame, idle)) return;
    ShortText line;
    line << "idle ";
    line.number(e.pid) << " ";
    line.hex(e.address) << (idle ? " 0" : " 1");
    put_line(line);
}

void look_by_idle() {
    Control& c = control();
    const i64 bitmap = sys(__NR_open, at("/sys/kernel/mm/page_idle/bitmap"), o_rdwr);
    if (bitmap < 0) return;
    u64 asked = 0;
    for (const char* p = c.pages; *p; p = next_line(p)) {
        if (!starts_with(p, "page ")) continue;
        const char* q = p + 5;
        const u64 frame = read_number(q, 10);
        for (u64 i = 0; i < c.entries_used && asked < 512; ++i)
            if (c.entries[i].frame == frame && c.entries[i].readable) {
                ask_idle(bitmap, c.entries[i]);
                ++asked;
            }
    }
    sys(__NR_close, static_cast<u64>(bitmap));
}

void put_counter(ShortText& line, const char* name) {
    ShortText path;
    path << "/sys/kernel/mm/ksm/" << name;
    char value[32];
    const i64 n = read_file(path.data, value, sizeof value);
    line << " " << name << "=";
    for (i64 i = 0; i < n && value[i] != '\n'; ++i) {
        const char one[] = {value[i], 0};
        line << one;
    }
}

} // namespace

void look(u64 number, bool with_idle) {
    Control& c = control();
    ShortText line;
    line << "look ";
    put_line(line.number(number));
    for (u64 i = 1; i < first_flyer; ++i)
        if (alive(c.slots[i].real)) {
            ShortText task;
            task << "task ";
            task.number(i) << " ";
            put_line(task.integer(c.slots[i].real));
        }
    const i64 size = read_file("/proc/rmapcheck", c.pages, sizeof c.pages);
    if (size > 0) put(c.pages, static_cast<u64>(size));
    c.entries_used = 0;
    for (u64 i = 1; i < first_flyer; ++i)
        if (alive(c.slots[i].real)) look_at_process(i, c.slots[i].real);
    if (with_idle) look_by_idle();
    ShortText counts;
    counts << "counts";
    for (const char* name : counters) put_counter(counts, name);
    put_line(counts);
    ShortText seen;
    seen << "seen ";
    put_line(seen.number(number));
}

} // namespace checker::agent
