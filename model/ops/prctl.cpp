#include "model/ops/prctl.h"

#include "model/ksm.h"

namespace model {

Result apply(Context c, const Prctl& op) {
    if (op.arg3.v || op.arg4.v || op.arg5.v) return Errno::einval;
    if (op.on.v)
        ksm_enable_merge_any(c.k, c.mm);
    else
        ksm_disable_merge_any(c.k, c.mm);
    return {};
}

} // namespace model
