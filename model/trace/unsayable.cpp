#include "model/trace/unsayable.h"

namespace model {
namespace {

using Told = std::optional<Result>;

template <class Op> std::optional<Unsayable> look(const Op&, const Told&) { return std::nullopt; }

std::optional<Unsayable> look(const Mmap& op, const Told& told) {
    const std::uint64_t type = op.flags.v & map_type;
    if (type > map_shared_validate)
        return Unsayable{3, "not a mapping that is private or shared",
                         "MAP_PRIVATE, MAP_SHARED or MAP_SHARED_VALIDATE"};
    if ((type & map_shared) && (op.flags.v & map_anonymous))
        return Unsayable{3, "shared memory without a file", "a file: the memory is shared through one in any case"};
    if (op.flags.v & map_hugetlb) return Unsayable{3, "a mapping of huge pages", "the model has pages of 4 KiB only"};
    if (!told && !(op.flags.v & (map_fixed | map_fixed_noreplace)))
        return Unsayable{Unsayable::of_result, "mmap without MAP_FIXED needs its result",
                         "= ADDRESS: the model does not choose addresses"};
    return std::nullopt;
}

std::optional<Unsayable> look(const Ftruncate& op, const Told&) {
    if (op.length.v % PAGE_SIZE) return Unsayable{1, "a part of a page", "a multiple of 4096: a page has one content"};
    return std::nullopt;
}

std::optional<Unsayable> look(const Fallocate& op, const Told&) {
    const char* right = "a multiple of 4096: a page has one content";
    if (op.offset.v % PAGE_SIZE) return Unsayable{2, "a part of a page", right};
    if (op.length.v % PAGE_SIZE) return Unsayable{3, "a part of a page", right};
    return std::nullopt;
}

std::optional<Unsayable> look(const Fork&, const Told& told) {
    if (!told) return Unsayable{Unsayable::of_result, "fork needs its result", "= PID of the child"};
    if (told->error == Errno::ok && (told->value == 0 || told->value >> 32 != 0))
        return Unsayable{Unsayable::of_result, "a child needs a pid", "= PID from 1 to 4294967295"};
    return std::nullopt;
}

} // namespace

std::optional<Unsayable> unsayable(const Operation& op, const std::optional<Result>& result) {
    return std::visit([&](const auto& o) { return look(o, result); }, op);
}

} // namespace model
