# A parent prepares data and forks workers, which write to some of it and allocate more of their own; then a second
# generation is forked from the workers, as pre-forking servers with reloads do.
import mmap
import os

shared_copy = [bytearray(200 << 10) for _ in range(6)]
region = mmap.mmap(-1, 1 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)


def work(depth, number):
    own = [bytearray((150 + 50 * i) << 10) for i in range(6)]
    for block in shared_copy[number % 6:]:
        block[::4096] = b"x" * len(block[::4096])
    own.extend(bytes(300 << 10) for _ in range(4))
    extra = mmap.mmap(-1, 256 << 10, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    extra.write(b"y" * 4096)
    extra.resize(512 << 10)
    if depth > 0:
        spawn(depth - 1, 2)
    region.madvise(mmap.MADV_DONTNEED, 0, 64 << 10)
    del own


def spawn(depth, count):
    pids = []
    for number in range(count):
        pid = os.fork()
        if pid == 0:
            work(depth, number)
            os._exit(0)
        pids.append(pid)
    for pid in pids:
        os.waitpid(pid, 0)


region.write(b"z" * (512 << 10))
spawn(1, 6)
