// How a process is told what to do: on this machine over a descriptor, in a guest in its slot of init's memory.
#include "checker/kernels/agent/program/control.h"

namespace checker::agent {
namespace {

template <class T> bool transfer(u64 call, u64 fd, T& record) {
    for (u64 done = 0; done < sizeof record;) {
        const i64 n = sys(call, fd, at(&record) + done, sizeof record - done);
        if (n == -EINTR_) continue;
        if (n <= 0) return false;
        done += static_cast<u64>(n);
    }
    return true;
}

[[noreturn]] void serve_descriptor(u64 fd) {
    Record request;
    for (Reply reply{ready};; reply.result = perform(request, reply.result))
        if (!transfer(__NR_write, fd, reply) || !transfer(__NR_read, fd, request) || request.verb == Order::exit)
            leave(0);
}

[[noreturn]] void serve_slot(Slot& slot) {
    for (unsigned last = slot.answered;;) {
        while (load(slot.asked) == last) wait_while(slot.asked, last, 0);
        if (slot.request.verb == Order::exit) leave(0);
        slot.result = perform(slot.request, slot.result);
        store(slot.answered, ++last);
        wake(slot.answered);
    }
}

} // namespace

void serve(u64 index) {
    if (here().guest) serve_slot(control().slots[index]);
    serve_descriptor(static_cast<u64>(channel_fd) + index);
}

bool alive(i64 real) { return real > 0 && sys(__NR_kill, static_cast<u64>(real), 0) != -ESRCH_; }

bool ask(const Record& request, i64& result) {
    if (request.process >= static_cast<u64>(max_processes)) return false;
    Slot& slot = control().slots[request.process];
    if (!alive(slot.real) || slot.asked != slot.answered) return false;
    slot.request = request;
    const unsigned before = slot.answered;
    store(slot.asked, before + 1);
    wake(slot.asked);
    for (int patience = 60; load(slot.answered) == before;) {
        wait_while(slot.answered, before, 1);
        if (load(slot.answered) != before) break;
        if (!alive(slot.real) || --patience == 0) return false;
    }
    result = slot.result;
    return true;
}

bool end_process(const Record& exit) {
    Slot& slot = control().slots[exit.process];
    if (!alive(slot.real)) return false;
    slot.request = exit;
    store(slot.asked, slot.answered + 1);
    wake(slot.asked);
    for (int i = 0; i < 10000 && alive(slot.real); ++i) nap(100000);
    const bool ended = !alive(slot.real);
    slot.real = 0;
    return ended;
}

} // namespace checker::agent
