#include "model/ops/brk.h"

#include "model/ksm.h"
#include "model/ops/common.h"

namespace model {
namespace {

// do_brk_flags(): new heap, joined to the VMA below if that reaches into the heap (vma_prev_limit()) and can grow.
Errno extend(Kernel& k, Id<Mm> mm, Vpn start, Vpn end) {
    if (k.mms[mm].map_count > k.config.max_map_count) return Errno::enomem;
    const std::uint64_t plain =
        VM_READ | VM_WRITE | VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC | VM_ACCOUNT; // VM_DATA_DEFAULT_FLAGS
    const std::uint64_t flags = ksm_vma_flags(k, mm, plain);
    const Range range = at_home(start, end);
    const Id<Vma> below = vma_below(k, mm, start);
    const bool heap_below = below && address(k.vmas[below].range.end) > k.mms[mm].start_brk;
    if (heap_below && vma_merge_new_range(k, {mm, range, flags, -1, {}, {}, true})) return Errno::ok;
    ksm_add_vma(k, make_vma(k, mm, range, flags, -1));
    return Errno::ok;
}

} // namespace

Result apply(Context c, const Brk& op) {
    Kernel& k = c.k;
    Mm& mm = k.mms[c.mm];
    if (!mm.brk) { // where the heap begins was decided by exec, which the model does not have
        mm.brk = op.addr.v ? op.addr.v : c.told ? c.told->value : 0;
        mm.start_brk = mm.brk;
        return Result::of(mm.brk);
    }
    if (op.addr.v < mm.start_brk || op.addr.v > TASK_SIZE) return Result::of(mm.brk);
    const Vpn old_end = vpn(page_align(mm.brk)), new_end = vpn(page_align(op.addr.v));
    if (new_end < old_end) {
        if (range_is_free(k, c.mm, new_end, old_end)) return Result::of(mm.brk); // nothing to give back
        if (unmap_range(k, c.mm, new_end, old_end) != Errno::ok) return Result::of(mm.brk);
    } else if (new_end > old_end) {
        Id<Vma> next = find_vma(k, c.mm, old_end);
        if (next && vm_start_gap(k, k.vmas[next]) < new_end + Pages{1}) return Result::of(mm.brk);
        if (extend(k, c.mm, old_end, new_end) != Errno::ok) return Result::of(mm.brk);
    }
    mm.brk = op.addr.v;
    return Result::of(mm.brk);
}

} // namespace model
