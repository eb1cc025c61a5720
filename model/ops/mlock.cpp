#include "model/ops/mlock.h"

#include "model/ops/common.h"
#include "model/ops/munlock.h"

namespace model {
namespace {

struct PageRange {
    Vpn start, end;
};

// do_mlock(): the pages that the bytes touch. EINVAL if the range wraps.
Errno pages_of(std::uint64_t addr, std::uint64_t length, PageRange& out) {
    const std::uint64_t first = addr & ~(PAGE_SIZE - 1);
    const std::uint64_t bytes = page_align(length + addr % PAGE_SIZE);
    if (first + bytes < first) return Errno::einval;
    out = {vpn(first), vpn(first + bytes)};
    return Errno::ok;
}

Errno set_locked(Kernel& k, Id<Mm> mm, PageRange r, std::uint64_t locked) {
    if (r.start == r.end) return Errno::ok;
    auto change = [&](Id<Vma> vma, std::uint64_t& flags) {
        flags = (k.vmas[vma].flags & ~std::uint64_t{VM_LOCKED}) | locked;
        return Errno::ok;
    };
    return change_flags(k, mm, r.start, r.end, change, [](std::uint64_t, Vpn, Vpn) {});
}

} // namespace

Result apply(Context c, const Mlock& op) {
    PageRange r;
    if (Errno e = pages_of(op.addr.v, op.length.v, r); e != Errno::ok) return e;
    if (Errno e = set_locked(c.k, c.mm, r, VM_LOCKED); e != Errno::ok) return e;
    return populate(c.k, c.mm, r.start, r.end) == Errno::ok ? Errno::ok : Errno::enomem; // __mlock_posix_error_return()
}

Result apply(Context c, const Munlock& op) {
    PageRange r;
    if (Errno e = pages_of(op.addr.v, op.length.v, r); e != Errno::ok) return e;
    return set_locked(c.k, c.mm, r, 0);
}

} // namespace model
