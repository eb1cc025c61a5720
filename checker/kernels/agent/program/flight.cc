// Operations in flight, in a guest: whoever flies stops at the kernel's points (guest/kernel/flights.c) until init lets
// it go on. Reclaim and migration are asked for by processes of init's own, a scan is ksmd's.
#include "checker/kernels/agent/program/control.h"

namespace checker::agent {
namespace {

constexpr char file[] = "/proc/rmapcheck-flights";
constexpr i64 ksm_busy = -16;

// A guest's time goes on only when nobody can run. Whoever is not at a point after so many milliseconds waits.
constexpr int patience = 300, patience_with_scans = 6000;

void tell(const char* verb, u64 flight) {
    ShortText t;
    t << verb << " ";
    write_file(file, t.number(flight));
}

bool same_word(const char* p, const char* word) {
    while (*word)
        if (*p++ != *word++) return false;
    return *p == '\n' || *p == 0;
}

// Where the flight stands, as the kernel says it, up to the end of the line; null: it is none of the kernel's.
const char* place_of(u64 flight) {
    Control& c = control();
    if (read_file(file, c.text, sizeof c.text) < 0) return nullptr;
    for (const char* p = c.text; *p;) {
        const char* line = p;
        const u64 number = read_number(line, 10);
        if (number == flight && *line == ' ') return line + 1;
        while (*p && *p++ != '\n') {
        }
    }
    return nullptr;
}

// Is it over? Its result is noted then, and the kernel forgets it.
bool has_ended(u64 number) {
    Flown& f = control().flights[number];
    if (f.slot) {
        Slot& slot = control().slots[f.slot];
        if (load(slot.answered) == f.answered) return false;
        f.result = slot.result;
    } else {
        const char* place = place_of(number);
        if (!place || !same_word(place, "over")) return false;
        if (f.run != 1) ksm_set_run(f.run);
        f.result = 0;
    }
    f.over = true;
    tell("drop", number);
    return true;
}

void put_place(u64 record, const char* place) {
    ShortText line;
    line << "at ";
    line.number(record) << " ";
    for (; *place && *place != '\n'; ++place) line.add(*place);
    put_line(line);
}

// Between two passes ksmd sleeps.
void keep_awake(const Flown& f, int naps) {
    if (!f.slot && naps % 4 == 3) ksm_wake();
}
int patience_with(const Flown& f) { return f.slot ? patience : patience_with_scans; }

// Waits until the flight stands, ends, or can only be waiting itself, and writes down which.
void watch(u64 record, u64 number) {
    Flown& f = control().flights[number];
    const char* place = nullptr;
    for (int i = 0; i < patience_with(f); ++i) {
        nap(1000000);
        if (has_ended(number)) return put_place(record, "over");
        place = place_of(number);
        if (place && !same_word(place, "flies")) {
            f.owed = false;
            return put_place(record, place);
        }
        keep_awake(f, i);
    }
    put_place(record, "waits");
}

void answer(u64 record, i64 result) {
    ShortText line;
    line << "= ";
    line.number(record) << " ";
    put_line(line.integer(result));
}

void fly(u64 number, i64 real, u64 passes) {
    ShortText t;
    t << "fly ";
    t.number(number) << " ";
    t.integer(real) << " ";
    t.number(passes) << " ";
    write_file(file, t.integer(control().slots[keeper].real));
}

void begin_scan(Flown& f, u64 number, u64 passes) {
    f.run = ksm_run();
    if (!passes || f.run == 2) {
        f.over = true;
        f.result = passes ? ksm_busy : 0;
        return;
    }
    fly(number, 0, passes);
    ksm_wake();
}

} // namespace

i64 on_page(const char* verb, u64 index, u64 address) {
    ShortText t;
    t << verb << " ";
    t.integer(index < first_flyer ? control().slots[index].real : 0) << " ";
    const i64 n = write_file("/proc/rmapcheck", t.hex(address));
    return n < 0 ? n : 0;
}

void start_flyers() {
    for (u64 i = first_flyer; i < keeper; ++i) fork_to(i);
}

bool in_flight(u64 index) {
    for (const Flown& f : control().flights)
        if (f.used && !f.over && f.slot == index) return true;
    return false;
}

void begin_flight(const Record& r) {
    const u64 number = r.flight - 1;
    const bool by_kernel = r.verb == Order::reclaim || r.verb == Order::migrate, scan = r.verb == Order::scan;
    const u64 index = scan ? 0 : by_kernel ? first_flyer + number : r.process;
    Slot& slot = control().slots[index];
    if (number >= max_flights || control().flights[number].used || in_flight(index) ||
        (!scan && (!alive(slot.real) || slot.asked != slot.answered))) {
        ShortText line;
        line << "dead ";
        return put_line(line.number(r.number));
    }
    Flown& f = control().flights[number];
    f = {true, false, true, index, slot.answered, 0, 0};
    if (scan) {
        begin_scan(f, number, r.a[0]);
        if (f.over) put_place(r.number, "over");
    } else {
        fly(number, slot.real, 0);
        slot.request = r;
        store(slot.asked, f.answered + 1);
        wake(slot.asked);
    }
    if (!f.over) watch(r.number, number);
    answer(r.number, 0);
}

void go_on(const Record& r) {
    const u64 number = r.a[0];
    Flown& f = control().flights[number < max_flights ? number : 0];
    if (number >= max_flights || !f.used) {
        ShortText line;
        line << "dead ";
        return put_line(line.number(r.number));
    }
    if (f.over) {
        put_place(r.number, "over");
    } else {
        if (r.verb == Order::finish)
            tell("land", number);
        else if (!f.owed)
            tell("go", number);
        f.owed = true;
        watch(r.number, number);
    }
    if (f.over) f.used = false;
    if (f.over || !f.owed) answer(r.number, f.over ? f.result : 0);
}

void land_all() {
    write_file(file, "land all", 8);
    for (u64 number = 0; number < max_flights; ++number) {
        Flown& f = control().flights[number];
        for (int i = 0; f.used && !f.over && i < patience_with(f) && !has_ended(number); ++i) {
            nap(1000000);
            keep_awake(f, i);
        }
        if (f.used && !f.over) tell("drop", number);
        f.used = false;
    }
}

bool note_stale(u64 number) {
    Control& c = control();
    if (read_file("/proc/rmapcheck-stale", c.text, sizeof c.text) <= 0) return false;
    for (const char* p = c.text; *p;) {
        const u64 real = read_number(p, 10);
        const u64 address = read_number(++p, 16);
        while (*p && *p++ != '\n') {
        }
        u64 index = 0;
        for (u64 i = 1; i < first_flyer; ++i)
            if (c.slots[i].real == static_cast<i64>(real)) index = i;
        ShortText line;
        line << "stale ";
        line.number(number) << " ";
        line.number(index) << " ";
        put_line(line.hex(address));
    }
    return true;
}

} // namespace checker::agent
