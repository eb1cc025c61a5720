#!/usr/bin/env python3
"""A log of strace as a large program leaves it: large_log.py LINES [SEED] > LOG

Several processes map, unmap, protect, move and fork, in turns; one call in nine fails, as it would fail in a kernel.
The same numbers give the same bytes. What a call costs on the way to a verdict must not grow with the log: see large.py.
"""
import random
import sys

lines = int(sys.argv[1])
draw = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
PAGE, LOW = 0x1000, 0x7F0000000000
MOST_PROCESSES, MOST_MAPPINGS = 7, 400
ANONYMOUS = "MAP_PRIVATE|MAP_ANONYMOUS"


class Process:
    def __init__(self, pid, mapped, top):
        self.pid, self.mapped, self.top = pid, mapped, top

    def fresh(self, length):
        """An address behind everything, with a page that is never mapped before it."""
        self.top += PAGE
        start = self.top
        self.top += length
        return start

    def any(self):
        return draw.randrange(len(self.mapped))


def say(process, text):
    sys.stdout.write(f"{process.pid}  {text}\n")


def mmap(p):
    length = PAGE * draw.choice([1, 2, 4, 4, 16, 64])
    start = p.fresh(length)
    p.mapped.append([start, length])
    say(p, f"mmap(NULL, {length}, PROT_READ|PROT_WRITE, {ANONYMOUS}, -1, 0) = {start:#x}")


def munmap(p):
    i = p.any()
    start, length = p.mapped[i]
    if length > PAGE and draw.random() < 0.5:  # the end of it stays
        p.mapped[i] = [start + PAGE, length - PAGE]
        length = PAGE
    else:
        p.mapped[i] = p.mapped[-1]
        p.mapped.pop()
    say(p, f"munmap({start:#x}, {length}) = 0")


def mprotect(p):
    start, length = p.mapped[p.any()]
    at = PAGE * draw.randrange(length // PAGE)
    prot = draw.choice(["PROT_READ", "PROT_READ|PROT_WRITE"])
    say(p, f"mprotect({start + at:#x}, {draw.randrange(1, length - at + 1)}, {prot}) = 0")


def madvise(p):
    start, length = p.mapped[p.any()]
    advice = draw.choice(["MADV_MERGEABLE", "MADV_DONTNEED", "MADV_NOHUGEPAGE"])
    say(p, f"madvise({start:#x}, {length}, {advice}) = 0")


def mremap(p):
    i = p.any()
    start, length = p.mapped[i]
    to = p.fresh(length)
    p.mapped[i] = [to, length]
    say(p, f"mprotect({start:#x}, {length}, PROT_READ|PROT_WRITE) = 0")  # so that it is one VMA
    say(p, f"madvise({start:#x}, {length}, MADV_MERGEABLE) = 0")
    say(p, f"madvise({start:#x}, {length}, MADV_NOHUGEPAGE) = 0")
    say(p, f"mremap({start:#x}, {length}, {length}, MREMAP_MAYMOVE|MREMAP_FIXED, {to:#x}) = {to:#x}")


def fails(p):
    start, length = p.mapped[p.any()]
    nowhere = p.top + 16 * PAGE
    say(p, draw.choice([
        f"munmap({start + 1:#x}, {length}) = -1 EINVAL (Invalid argument)",
        f"mprotect({nowhere:#x}, {PAGE}, PROT_READ) = -1 ENOMEM (Cannot allocate memory)",
        f"mprotect({start - PAGE:#x}, {2 * PAGE}, PROT_READ) = -1 ENOMEM (Cannot allocate memory)",
        f"madvise({nowhere:#x}, {PAGE}, MADV_DONTNEED) = -1 ENOMEM (Cannot allocate memory)",
        f"mremap({nowhere:#x}, {PAGE}, {PAGE}, MREMAP_MAYMOVE) = -1 EFAULT (Bad address)",
        f"mmap({start:#x}, {length}, PROT_READ, {ANONYMOUS}|MAP_FIXED_NOREPLACE, -1, 0) = -1 EEXIST (File exists)",
    ]))


def fork(p, processes, pid):
    child = Process(pid, [list(m) for m in p.mapped], p.top)
    say(p, f"clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD) = {pid}")
    processes.append(child)


def leave(p, processes):
    processes.remove(p)
    say(p, "exit_group(0) = ?")
    say(p, "+++ exited with 0 +++")


def main():
    first = Process(1000, [], LOW)
    say(first, 'execve("/usr/bin/large", ["large"], 0x7ffe00000000 /* 9 vars */) = 0')
    processes, next_pid, written = [first], 1001, 0
    usual = [mmap] * 6 + [munmap] * 6 + [mprotect] * 5 + [madvise] * 4 + [fails] * 3 + [mremap]
    while written < lines:
        p = draw.choice(processes)
        for _ in range(draw.randrange(1, 60)):
            call = draw.choice(usual)
            if not p.mapped or len(p.mapped) < MOST_MAPPINGS // 4:
                call = mmap
            elif call is mmap and len(p.mapped) >= MOST_MAPPINGS:
                call = munmap
            call(p)
            written += 4 if call is mremap else 1
        if draw.random() < 0.02:
            if len(processes) < MOST_PROCESSES:
                fork(p, processes, next_pid)
                next_pid += 1
            elif p is not first:
                leave(p, processes)
            written += 1


main()
