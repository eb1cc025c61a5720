#include "model/ops/munmap.h"

#include "model/ops/common.h"

namespace model {

Result apply(Context c, const Munmap& op) {
    if (op.addr.v % PAGE_SIZE || op.addr.v > TASK_SIZE || op.length.v > TASK_SIZE - op.addr.v) return Errno::einval;
    if (!op.length.v) return Errno::einval;
    return unmap_range(c.k, c.mm, vpn(op.addr.v), vpn(op.addr.v + page_align(op.length.v)));
}

} // namespace model
