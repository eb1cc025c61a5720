// What the guest's init is told: a file of fixed-size records. Plain data, without the standard library.
//
// The answers are lines of text in another file, in the order of the records:
//   begin T                 trace T begins (after everything of the trace before is gone)
//   = N VALUE               record N of the trace returned VALUE (decimal; errors are negative)
//   dead N                  the process that record N is about has ended by itself, or does not answer
//   look N                  what follows was seen after record N:
//   page …                  a line of /proc/rmapcheck (kernel/rmapcheck.c), with PIDs of the trace
//   vma PID START END PROT  a VMA of a process; hexadecimal, prot as in /proc/PID/maps
//   pte PID ADDRESS VALUE   an entry of /proc/PID/pagemap that is not zero; hexadecimal
//   large PID START         the entries of this VMA were not read: it has more than most_pages
//   idle PID ADDRESS X      page_idle: X is 1 if the walk found this entry of a KSM page, 0 if not
//   seen N                  the end of it
//   counts KEY=VALUE …      counters of ksmd
//   end T
//   done                    the last line, when everything was played
#pragma once

namespace checker::kernels::uml {

using u64 = unsigned long;
using i64 = long;

// Where init lives, all of it shared memory, so that the processes that it forks have neither anon_vmas nor anonymous
// pages of their own. A guest's user space ends at user_end or some GiB below (arch/x86/um: os_get_top_address()).
inline constexpr u64 link_start = 0x7800000000;
inline constexpr u64 own_start = 0x7900000000;
inline constexpr u64 code_start = 0x7900000000;
inline constexpr u64 control_start = 0x7980000000;
inline constexpr u64 area_start = 0x7a00000000;
inline constexpr u64 area_size = 0x10000; // the stack of one process
inline constexpr u64 area_stride = 0x100000;
inline constexpr u64 user_end = 0x7fc0000000;

inline constexpr int max_processes = 64;
inline constexpr u64 keeper = max_processes - 1; // a process of init's own
inline constexpr int file_fd = 160;
inline constexpr int max_files = 32;
inline constexpr u64 most_pages = 1 << 20;

enum class Verb : u64 {
    begin = 1, // a: index of the trace
    file = 2,  // a: index, size: file_fd + index is an empty file of this size
    call = 3,  // pid; a: number of the system call and six arguments
    store = 4, // pid; a: address, length, byte
    load = 5,  // pid; a: address, length
    heap = 6,  // pid; a: address where the heap begins
    fork = 7,  // pid; a: pid of the child
    exit = 8,  // pid
    scan = 9,  // a: full scans of ksmd
    knob = 10, // a: index in knob_names, value
    out = 11,  // a: pid, address: through /proc/rmapcheck
    drop = 12, // the same
    move = 13, // the same
    look = 14, // everything is observed; a: 1: with page_idle
    end = 15,  // every process of the trace is killed
};
inline constexpr char knob_names[][20] = {"max_page_sharing", "run", "smart_scan", "use_zero_pages"};

struct Record {
    Verb verb;
    u64 number; // of the record within its trace, as the answer names it
    u64 pid;    // 1 is the first process; below keeper
    u64 a[7];
};

} // namespace checker::kernels::uml
