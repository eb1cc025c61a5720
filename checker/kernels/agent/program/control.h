// In a guest: the memory that init shares with the processes of a trace. What each of them is asked to do, and buffers
// of init's own.
#pragma once

#include <linux/futex.h>

#include "checker/kernels/agent/program/process.h"

namespace checker::agent {

struct Slot {
    unsigned asked, answered; // counters; a process has something to do while they differ
    Record request;
    i64 result;
    i64 real; // pid in the guest; 0: no such process
};

struct PresentPage { // of a page table: a page that is present
    u64 pid, address, frame;
    bool readable;
};

struct Flown {
    bool used, over;
    bool owed;         // told to go on, and not seen at a point since
    u64 slot;          // who flies; 0: ksmd
    unsigned answered; // by it, before
    i64 result;        // when it is over
    u64 run;           // of ksmd, before
};

inline constexpr u64 most_entries = 1 << 15;

struct Control {
    Slot slots[max_processes];
    i64 out_fd;
    u64 out_used;
    u64 entries_used;
    u64 trace;
    Flown flights[max_flights];
    bool long_sleep;
    bool started; // process 1 of the trace
    u64 pagemap[512];
    PresentPage entries[most_entries];
    char out[1 << 16];
    char text[1 << 20];  // of a file that is being read
    char pages[1 << 20]; // of /proc/rmapcheck
};

inline Control& control() { return *reinterpret_cast<Control*>(in_guest.start + control_offset); }

inline void wait_while(const unsigned& word, unsigned value, i64 seconds) {
    const Timespec t{seconds, 0};
    sys(__NR_futex, at(&word), FUTEX_WAIT, value, seconds ? at(&t) : 0);
}
inline void wake(const unsigned& word) { sys(__NR_futex, at(&word), FUTEX_WAKE, 1); }
inline unsigned load(const unsigned& word) { return __atomic_load_n(&word, __ATOMIC_SEQ_CST); }
inline void store(unsigned& word, unsigned value) { __atomic_store_n(&word, value, __ATOMIC_SEQ_CST); }

// Results.
inline void flush() {
    Control& c = control();
    for (u64 done = 0; done < c.out_used;) {
        const i64 n = sys(__NR_write, static_cast<u64>(c.out_fd), at(c.out) + done, c.out_used - done);
        if (n <= 0) break;
        done += static_cast<u64>(n);
    }
    c.out_used = 0;
    sys(__NR_fsync, static_cast<u64>(c.out_fd)); // or a panic would lose it
}
inline void put(const char* data, u64 size) {
    Control& c = control();
    for (u64 i = 0; i < size; ++i) {
        if (c.out_used == sizeof c.out) flush();
        c.out[c.out_used++] = data[i];
    }
}
inline void put_line(ShortText t) {
    t << "\n";
    put(t.data, t.size);
}

// channel.cc: asks the process that the record names, and waits. Returns false if it is gone.
bool ask(const Record& request, i64& result);
// Tells a process to exit, and waits until it is gone. Returns false if it was gone before, or does not go.
bool end_process(const Record& exit);
bool alive(i64 real);

// init.cc: the first program of a guest.
[[noreturn]] void play_script();

u64 ksm_run();
void ksm_set_run(u64 value);
void ksm_wake(); // ksmd begins a pass, if it sleeps
[[noreturn]] void power_off();

// flight.cc: operations in flight.
// Does to a page of the process with this index what the verb says, through /proc/rmapcheck. 0 or an error.
i64 on_page(const char* verb, u64 index, u64 address);
void start_flyers();
void begin_flight(const Record& r);
void go_on(const Record& r);
// Does a flight have this process, so that nothing can be asked of it, nor its mmap_lock be had?
bool in_flight(u64 index);
void land_all();
// Writes down migration entries that are nobody's. Are there any?
bool note_stale(u64 number);

// observe.cc
void look(u64 number, bool with_idle);

} // namespace checker::agent
