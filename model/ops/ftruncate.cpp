#include "model/ops/ftruncate.h"

#include "model/file.h"

namespace model {

Result apply(Context c, const Ftruncate& op) {
    if (op.length.v >> 63) return Errno::einval;
    if (op.fd.v < 0) return Errno::ebadf;
    truncate_file(c.k, file_numbered(c.k, op.fd.v), {op.length.v >> PAGE_SHIFT});
    return {};
}

} // namespace model
