// What the agent is told, and where it lives: plain data, without the standard library.
//
// The agent is one freestanding program (program/). On the running kernel it is started by an Executor, and every
// process of a trace is told what to do over a descriptor. In a guest kernel it is init: it reads the same records from
// a file, passes them on to the processes of the trace, and writes what it sees as lines of text, in the order of the
// records:
//   begin T                 trace T begins (after everything of the trace before is gone)
//   = N VALUE               record N of the trace returned VALUE (decimal; errors are negative)
//   dead N                  the process that record N is about has ended by itself, or does not answer
//   look N                  what follows was seen after record N:
//   task INDEX PID          a process, and its pid in the guest
//   page …                  a line of /proc/rmapcheck (guest/kernel/rmapcheck.c), with pids of the guest
//   vma INDEX START END PROT   a VMA of a process; hexadecimal, prot as in /proc/PID/maps
//   pte INDEX ADDRESS VALUE    an entry of /proc/PID/pagemap that is not zero; hexadecimal
//   large INDEX START       the entries of this VMA were not read: it has more than most_pages
//   idle INDEX ADDRESS X    page_idle: X is 1 if the walk found this entry of a KSM page, 0 if not
//   counts KEY=VALUE …      counters of ksmd
//   seen N                  the end of it
//   at N POINT              the flight of record N stands at this point, or is "over", or "waits" for another
//   waits N                 the process of record N waits for something
//   stale N INDEX ADDRESS   behind record N this migration entry is nobody's: nothing is played on in this guest
//   stopped                 it ends here, before the script does
//   end T
//   done                    the last line, when everything was played
#pragma once

namespace checker::agent {

using u64 = unsigned long;
using i64 = long;

// Descriptors that the agent inherits or makes: the channel of the process with index i, and the files of the trace.
inline constexpr int channel_fd = 64;
inline constexpr int max_processes = 64;
inline constexpr int file_fd = 160;
inline constexpr int max_files = 256;
inline constexpr int free_fd = 512; // and above: not used by the agent

// The agent's own memory, all of it MAP_SHARED, so that it has neither anon_vmas nor anonymous pages and KSM passes it
// by whatever a process asks for. Traces must keep out of it. A guest's user space ends earlier, at guest_end or some
// GiB below (arch/x86/um: os_get_top_address()).
struct AgentMemory {
    u64 start; // of the memory of process 0, the others' above it
    u64 end;   // above is nothing of the agent's, and nothing of a trace's
};
inline constexpr AgentMemory on_this_machine{0x7d0000000000, 0x7d0004100000};
inline constexpr AgentMemory in_guest{0x7900000000, 0x7a00000000};
inline constexpr u64 guest_end = 0x7fc0000000, machine_end = 0x7ffffffff000;
inline constexpr u64 area_size = 0x10000; // stack and signal stack of one process
inline constexpr u64 area_stride = 0x100000;
inline constexpr u64 code_offset =
    max_processes * area_stride;                          // where the agent copies itself to; it is loaded elsewhere
inline constexpr u64 control_offset = 2 * code_offset;    // in a guest: what init shares with the processes
inline constexpr int own_vmas = 2, own_vmas_in_guest = 3; // of each process

inline constexpr u64 keeper = max_processes - 1; // in a guest: index of a process of init's own
inline constexpr u64 max_flights = 4;            // at a time
inline constexpr u64 first_flyer =
    keeper - max_flights;                  // init's own, too: what the kernel does in flight, they ask for
inline constexpr u64 most_pages = 1 << 20; // of a VMA that is looked at

enum class Order : u64 {
    // What a process is told. It answers with a number, errors negative.
    call = 1,          // a: number of the system call, its six arguments. Answer: what the call returned
    call_after_enomem, // the same, if it answered -ENOMEM before; else the answer stays what it was
    fill,    // a: address, length, byte: every page that the range meets. 0, or -EFAULT at the first that cannot be
    read,    // a: address, length: one byte of every page. 0 or -EFAULT
    peek,    // a: address, count (at most 7): the first bytes of that many pages, lowest first; -EFAULT
    fork,    // a: index of the child: 0 < index < max_processes. Answer: its pid
    exit,    // no answer
    heap,    // a: address: the heap begins there (prctl PR_SET_MM_MAP). 0 or an error
    hold,    // a: address: vmsplice() keeps a reference on that page, in a pipe. Its ends: reading | writing << 32
    in_core, // a: address: is that page in memory, mapped or in the swap cache (mincore)? 1, 0 or an error
    // What the init of a guest is told besides.
    begin,   // a: index of the trace; max_page_sharing, use_zero_pages, smart_scan as it begins
    file,    // a: index, size: file_fd + index is an empty file of this size
    scan,    // a: full scans of ksmd
    setting, // a: a KsmSetting, value
    reclaim, // a: index of a process, address; 1: while trees hand out all of their VMAs. Through /proc/rmapcheck
    drop,    // a: index, address
    migrate, // as reclaim
    fail,    // a: index, address: the memory of that page fails
    look,    // everything is observed; a: 1: with page_idle
    advance, // a: number of a flight: it goes on to its next point. Answer: 0, or its result if it is over
    finish,  // a: number of a flight: to its end. Answer: its result
    end,     // a: index of the trace: every process of it is killed
};

struct Record {
    Order verb;
    u64 number;  // of the record within its trace, as a guest's answer names it
    u64 process; // index; 0 on this machine, where every process has a channel
    u64 a[7];
    u64 flight = 0; // it only begins, and is flight number this - 1 from then on
};
struct Reply { // on a channel
    i64 result;
};
inline constexpr i64 ready = 0x72656164; // the first reply of every process

} // namespace checker::agent
