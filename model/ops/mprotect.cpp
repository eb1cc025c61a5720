#include "model/ops/mprotect.h"

#include "model/ops/common.h"

namespace model {
namespace {

// mprotect_fixup(): what becomes of VM_ACCOUNT when a VMA gains or loses VM_WRITE.
std::uint64_t account(const Vma& v, std::uint64_t flags) {
    if (flags & VM_WRITE) {
        if (!(v.flags & (VM_ACCOUNT | VM_WRITE | VM_SHARED | VM_NORESERVE))) flags |= VM_ACCOUNT;
    } else if ((v.flags & VM_ACCOUNT) && v.file < 0 && !v.anon_vma)
        flags &= ~std::uint64_t{VM_ACCOUNT};
    return flags;
}

} // namespace

Result apply(Context c, const Mprotect& op) {
    Kernel& k = c.k;
    constexpr std::uint64_t grows = prot_growsdown | prot_growsup, sem = 0x8;
    if ((op.prot.v & grows) == grows || op.addr.v % PAGE_SIZE) return Errno::einval;
    if (!op.length.v) return {};
    const std::uint64_t length = page_align(op.length.v);
    if (op.addr.v + length <= op.addr.v) return Errno::enomem;
    if (op.prot.v & ~(grows | VM_ACCESS_FLAGS | sem)) return Errno::einval;
    Vpn start = vpn(op.addr.v);
    const Vpn end = vpn(op.addr.v + length);
    Id<Vma> first = find_vma(k, c.mm, start);
    if (!first) return Errno::enomem;
    if (op.prot.v & prot_growsdown) {
        if (k.vmas[first].range.start >= end) return Errno::enomem;
        start = k.vmas[first].range.start;
        if (!(k.vmas[first].flags & VM_GROWSDOWN)) return Errno::einval;
    } else if (k.vmas[first].range.start <= start && (op.prot.v & prot_growsup))
        return Errno::einval; // x86 has no stacks that grow up
    auto change = [&](Id<Vma> vma, std::uint64_t& flags) {
        const Vma& v = k.vmas[vma];
        flags = (v.flags & ~VM_ACCESS_FLAGS) | prot_to_vm(op.prot.v);
        if (flags & ~(flags >> 4) & VM_ACCESS_FLAGS) return Errno::eacces;
        if (flags != v.flags) flags = account(v, flags);
        return Errno::ok;
    };
    auto done = [&](std::uint64_t old, Vpn from, Vpn upto) { // a locked VMA that becomes writable is populated
        if ((old & (VM_LOCKED | VM_WRITE)) == VM_LOCKED && (op.prot.v & prot_write)) populate(k, c.mm, from, upto);
    };
    return change_flags(k, c.mm, start, end, change, done);
}

} // namespace model
