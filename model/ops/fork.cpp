#include "model/ops/fork.h"

#include "model/process.h"

namespace model {

Forking begin(Context c, const Fork&) {
    if (!c.told) throw BadInput("fork() needs the pid of the child", "write fork() = N");
    if (c.told->error != Errno::ok) throw BadInput("a fork() that fails has no points", "fork() = N, or no `begin`");
    const Pid pid = static_cast<Pid>(c.told->value);
    if (!pid || pid != c.told->value)
        throw BadInput("fork() cannot have made this process", "a pid of 1 to 4294967295");
    if (find_process(c.k, pid))
        throw BadInput("process " + std::to_string(pid) + " exists already", "a pid that is free");
    return begin_fork(c.k, c.mm, pid);
}

Result apply(Context c, const Fork& op) {
    if (c.told && c.told->error != Errno::ok) return *c.told; // the model has no reason of its own to fail
    return to_the_end(c.k, begin(c, op));
}

} // namespace model
