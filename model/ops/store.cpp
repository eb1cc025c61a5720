#include "model/ops/store.h"

#include "model/fault.h"
#include "model/ops/load.h"

namespace model {
namespace {

// Calls f(page) for every page that the bytes touch, until it fails.
template <class F> Errno each_page(std::uint64_t addr, std::uint64_t length, F&& f) {
    if (!length) return Errno::ok;
    if (addr >= TASK_SIZE || length > TASK_SIZE - addr) return Errno::efault;
    for (Vpn page = vpn(addr), last = vpn(addr + length - 1); page <= last; page += Pages{1})
        if (Errno e = f(page); e != Errno::ok) return e;
    return Errno::ok;
}

} // namespace

Result apply(Context c, const Store& op) {
    return each_page(op.addr.v, op.length.v, [&](Vpn page) { return store_page(c.k, c.mm, page, op.byte.v); });
}

Result apply(Context c, const Load& op) {
    return each_page(op.addr.v, op.length.v, [&](Vpn page) { return access_page(c.k, c.mm, page, Access::read); });
}

} // namespace model
