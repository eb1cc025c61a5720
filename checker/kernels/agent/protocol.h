// What the agent is told and answers: fixed-size records over one descriptor for each process.
//
// The agent is the program that a process of a trace runs (agent.cc). It needs nothing but a Linux kernel, so that the
// same file can be the init of a guest kernel. Everything here is plain data, without the standard library.
#pragma once

namespace checker::agent {

using u64 = unsigned long;
using i64 = long;

// Descriptors that the agent inherits: the channel of the process with index i, and the files of the trace.
inline constexpr int channel_fd = 64;
inline constexpr int max_processes = 64;
inline constexpr int file_fd = 160;
inline constexpr int max_files = 256;
inline constexpr int free_fd = 512; // and above: not used by the agent

// The agent's own memory, all of it MAP_SHARED, so that it has neither anon_vmas nor anonymous pages and KSM passes it
// by whatever the process asks for. Traces must keep out of [own_start, own_end).
inline constexpr u64 own_start = 0x7d0000000000;
inline constexpr u64 area_size = 0x10000; // stack and signal stack of one process
inline constexpr u64 area_stride = 0x100000;
inline constexpr u64 code_start =
    own_start + 64 * area_stride; // where the agent copies itself to; it is loaded elsewhere
inline constexpr u64 own_end = code_start + area_stride;
inline constexpr int own_vmas = 2; // of each process

enum class Command : u64 {
    call = 1, // args: number of the system call, its six arguments. Result: what the call returned
    store =
        2,    // address, length, byte: fills every page that the range meets. 0, or -EFAULT at the first that cannot be
    load = 3, // address, length: reads one byte of every page. 0 or -EFAULT
    peek = 4, // address, count (at most 7): the first bytes of that many pages, lowest first; -EFAULT
    fork =
        5, // index of the child: 0 < index < max_processes. Result: its pid; the child answers `ready` on its own channel
    exit = 6, // no answer
    heap = 7, // address: the heap begins there (prctl PR_SET_MM_MAP). 0 or an error
    hold =
        8, // address: vmsplice() keeps a reference on that page, in a pipe. Its ends: reading | writing << 32, or an error
    in_core = 9, // address: is that page in memory, mapped or in the swap cache (mincore)? 1, 0 or an error
};

struct Request {
    Command command;
    u64 args[7];
};
struct Reply {
    i64 result;
};
inline constexpr i64 ready = 0x72656164; // the first reply of every process

} // namespace checker::agent
