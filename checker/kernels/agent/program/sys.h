// System calls, where the agent lives, and text put together by hand: it has no library.
#pragma once

#include <asm/unistd.h>
#include <linux/mman.h>

#include "checker/kernels/agent/protocol.h"

extern "C" __attribute__((visibility("hidden"))) char __executable_start[];

namespace checker::agent {

inline constexpr i64 EAGAIN_ = 11, ENOMEM_ = 12, EFAULT_ = 14, EINTR_ = 4, EINVAL_ = 22, ESRCH_ = 3;
inline constexpr u64 page_size = 4096;

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

inline u64 at(const void* p) { return reinterpret_cast<u64>(p); }

[[noreturn]] inline void leave(u64 status) {
    for (;;) sys(__NR_exit_group, status);
}

// There is no writable data to keep it in: the agent's copy tells by its own address where it runs.
struct Here {
    AgentMemory place;
    bool guest;
};
inline Here here() {
    return at(__executable_start) == in_guest.start + code_offset ? Here{in_guest, true} : Here{on_this_machine, false};
}
inline u64 area_of(u64 index) { return here().place.start + index * area_stride; }

inline i64 map_shared(u64 address, u64 size, u64 prot) {
    return sys(__NR_mmap, address, size, prot, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, ~0ul, 0);
}

inline u64 length(const char* s) {
    u64 n = 0;
    while (s[n]) ++n;
    return n;
}

struct Timespec {
    i64 seconds, nanoseconds;
};
inline void nap(i64 nanoseconds) {
    const Timespec t{0, nanoseconds};
    sys(__NR_nanosleep, at(&t), 0);
}

// A short text in a place of its own.
struct ShortText {
    char data[200] = {};
    u64 size = 0;

    ShortText& operator<<(const char* s) {
        while (*s) add(*s++);
        return *this;
    }
    void add(char c) {
        if (size >= sizeof data - 1) return;
        data[size++] = c;
        data[size] = 0;
    }
    ShortText& number(u64 value, u64 base = 10) {
        char digits[24];
        u64 n = 0;
        do digits[n++] = "0123456789abcdef"[value % base];
        while (value /= base);
        while (n) add(digits[--n]);
        return *this;
    }
    ShortText& hex(u64 value) { return number(value, 16); }
    ShortText& integer(i64 value) {
        if (value < 0) *this << "-";
        return number(value < 0 ? 0 - static_cast<u64>(value) : static_cast<u64>(value));
    }
};

inline constexpr u64 o_rdonly = 0, o_wronly = 1, o_rdwr = 2, o_creat = 0100, o_trunc = 01000;

// Returns what was written, or an error.
inline i64 write_file(const char* path, const char* data, u64 size) {
    const i64 fd = sys(__NR_open, at(path), o_wronly);
    if (fd < 0) return fd;
    const i64 n = sys(__NR_write, static_cast<u64>(fd), at(data), size);
    sys(__NR_close, static_cast<u64>(fd));
    return n;
}
inline i64 write_file(const char* path, const ShortText& t) { return write_file(path, t.data, t.size); }

// The whole file, as far as it fits, with a 0 after it. Returns its size or an error.
inline i64 read_file(const char* path, char* into, u64 room) {
    const i64 fd = sys(__NR_open, at(path), o_rdonly);
    if (fd < 0) return fd;
    u64 size = 0;
    for (;;) {
        const i64 n = sys(__NR_read, static_cast<u64>(fd), at(into) + size, room - 1 - size);
        if (n <= 0 || (size += static_cast<u64>(n)) == room - 1) break;
    }
    sys(__NR_close, static_cast<u64>(fd));
    into[size] = 0;
    return static_cast<i64>(size);
}

// Reads a number, and moves the pointer behind it.
inline u64 read_number(const char*& p, u64 base) {
    u64 value = 0;
    for (;; ++p) {
        const u64 digit = *p >= '0' && *p <= '9'   ? static_cast<u64>(*p - '0')
                          : *p >= 'a' && *p <= 'f' ? static_cast<u64>(*p - 'a' + 10)
                                                   : 16;
        if (digit >= base) return value;
        value = value * base + digit;
    }
}

} // namespace checker::agent
