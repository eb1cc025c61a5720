#include "model/ops/mmap.h"

#include "model/address_space.h"
#include "model/ksm.h"
#include "model/merge.h"
#include "model/ops/common.h"

namespace model {
namespace {

// calc_vm_prot_bits(), calc_vm_flag_bits(), accountable_mapping(). The model's processes have no def_flags.
std::uint64_t vm_flags_for(const Mmap& op) {
    std::uint64_t flags = prot_to_vm(op.prot.v) | VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC;
    if (op.flags.v & map_growsdown) flags |= VM_GROWSDOWN;
    if (op.flags.v & map_locked) flags |= VM_LOCKED;
    if (op.flags.v & map_stack) flags |= VM_NOHUGEPAGE;
    if (op.flags.v & map_shared) flags |= VM_SHARED | VM_MAYSHARE;
    if (op.flags.v & map_noreserve)
        flags |= VM_NORESERVE;
    else if ((flags & (VM_WRITE | VM_SHARED)) == VM_WRITE)
        flags |= VM_ACCOUNT;
    return flags;
}

// Where the mapping goes, once the arguments have been checked: __get_unmapped_area().
Result place(const Context& c, const Mmap& op, std::uint64_t length) {
    if (length > TASK_SIZE) return Errno::enomem;
    if (op.flags.v & (map_fixed | map_fixed_noreplace)) {
        if (op.addr.v > TASK_SIZE - length) return Errno::enomem;
        if (op.addr.v % PAGE_SIZE) return Errno::einval;
        return Result::of(op.addr.v);
    }
    return chosen_place(c, length, "mmap without MAP_FIXED");
}

// The switch of do_mmap() over MAP_TYPE. Shared memory without a file has one that no trace could name.
Errno check_type(const Mmap& op, bool anonymous) {
    constexpr std::uint64_t legacy = map_shared | map_private | map_fixed | map_anonymous | map_denywrite |
                                     map_executable | map_growsdown | map_locked | map_noreserve | map_populate |
                                     map_nonblock | map_stack | map_32bit; // LEGACY_MAP_MASK
    const std::uint64_t type = op.flags.v & map_type;
    if (anonymous ? type != map_private : type < map_shared || type > map_shared_validate) return Errno::einval;
    if (!anonymous && type == map_shared_validate && (op.flags.v & ~legacy)) return Errno::eopnotsupp;
    return !anonymous && (op.flags.v & map_growsdown) ? Errno::einval : Errno::ok;
}

} // namespace

Result apply(Context c, const Mmap& op) {
    Kernel& k = c.k;
    if (op.offset.v % PAGE_SIZE) return Errno::einval;
    const bool anonymous = op.flags.v & map_anonymous;
    if (!anonymous && op.fd.v < 0) return Errno::ebadf;
    if (!op.length.v) return Errno::einval;
    const std::uint64_t length = page_align(op.length.v);
    if (!length) return Errno::enomem;
    if (!anonymous && op.offset.v + length < op.offset.v)
        return Errno::eoverflow; // file_mmap_ok(), for the largest file
    if (k.mms[c.mm].map_count > k.config.max_map_count) return Errno::enomem;
    const Result at = place(c, op, length);
    if (at.error != Errno::ok) return at;
    const Vpn start = vpn(at.value), end = vpn(at.value + length);
    if ((op.flags.v & map_fixed_noreplace) && !range_is_free(k, c.mm, start, end)) return Errno::eexist;
    if (Errno e = check_type(op, anonymous); e != Errno::ok) return e;

    if (Errno e = unmap_range(k, c.mm, start, end); e != Errno::ok) return e;
    const Pgoff in_file{op.offset.v >> PAGE_SHIFT};
    const Range range = anonymous                              ? at_home(start, end)
                        : c.k.config.rules.separate_anon_pgoff ? file_at_home(start, end, in_file)
                                                               : Range{start, end, in_file};
    const std::uint64_t flags = ksm_vma_flags(k, c.mm, vm_flags_for(op));
    const std::int32_t file = anonymous ? -1 : op.fd.v;
    if (!vma_merge_new_range(k, {c.mm, range, flags, file, {}, {}, false}))
        ksm_add_vma(k, make_vma(k, c.mm, range, flags, file));
    if ((flags & VM_LOCKED) || (op.flags.v & (map_populate | map_nonblock)) == map_populate)
        populate(k, c.mm, start, end); // mm_populate() ignores errors
    return at;
}

} // namespace model
