# Makes and drops objects of many sizes, alone and in threads: allocator arenas come and go, lists and buffers that grow
# are moved by mremap, and each thread has a stack with a guard page and a heap of its own.
import threading


def churn(rounds):
    kept, numbers = [], []
    for i in range(rounds):
        kept.append([str(j) * 3 for j in range(2000)])
        block = bytearray((200 + 40 * i) << 10)
        for _ in range(4):
            block.extend(bytes(128 << 10))
        numbers.extend(range(30000))
        kept.append(bytes(block))
        if len(kept) > 10:
            del kept[::2]
        if len(numbers) > 300000:
            numbers = []
    return len(kept)


churn(30)
threads = [threading.Thread(target=churn, args=(20,)) for _ in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
churn(20)
