#include "model/ops/fallocate.h"

#include "model/file.h"

namespace model {

Result apply(Context c, const Fallocate& op) {
    constexpr std::uint64_t known = falloc_keep_size | falloc_punch_hole;
    if (op.fd.v < 0) return Errno::ebadf;
    if (op.offset.v >> 63 || op.length.v >> 63 || !op.length.v) return Errno::einval;
    if (op.mode.v & ~known || op.mode.v == falloc_punch_hole) return Errno::eopnotsupp; // a hole never changes the size
    const Id<File> file = file_numbered(c.k, op.fd.v);
    const Pgoff first{op.offset.v >> PAGE_SHIFT}, end = first + Pages{op.length.v >> PAGE_SHIFT};
    if (op.mode.v & falloc_punch_hole)
        punch_hole(c.k, file, {first, {end.n - 1}});
    else if (!(op.mode.v & falloc_keep_size) && c.k.files[file].end < end)
        truncate_file(c.k, file, end);
    return {};
}

} // namespace model
