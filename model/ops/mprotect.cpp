#include "model/ops/mprotect.h"

#include "model/ops/common.h"

namespace model {
namespace {

// mprotect_fixup(): what becomes of VM_ACCOUNT when a VMA gains or loses VM_WRITE.
std::uint64_t account(const Vma& v, std::uint64_t flags) {
    if (flags & VM_WRITE) {
        if (!(v.flags & (VM_ACCOUNT | VM_WRITE | VM_NORESERVE))) flags |= VM_ACCOUNT;
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
    bool relock = false; // a locked VMA that becomes writable is populated
    Errno e = change_flags(k, c.mm, start, end, [&](Id<Vma> vma, std::uint64_t& flags) {
        const Vma& v = k.vmas[vma];
        flags = (v.flags & ~VM_ACCESS_FLAGS) | prot_to_vm(op.prot.v);
        if (flags & ~(flags >> 4) & VM_ACCESS_FLAGS) return Errno::eacces;
        if (flags == v.flags) return Errno::ok;
        flags = account(v, flags);
        relock |= (v.flags & VM_LOCKED) && !(v.flags & VM_WRITE) && (flags & VM_WRITE);
        return Errno::ok;
    });
    if (relock)
        for (Id<Vma> v = find_vma(k, c.mm, start); v && k.vmas[v].range.start < end; v = next_vma(k, v))
            if ((k.vmas[v].flags & (VM_LOCKED | VM_WRITE)) == (VM_LOCKED | VM_WRITE))
                populate(k, c.mm, std::max(start, k.vmas[v].range.start), std::min(end, k.vmas[v].range.end));
    return e;
}

} // namespace model
