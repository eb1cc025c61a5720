#include "model/trace/import/files.h"

#include "model/ops/common.h"
#include "model/trace/import/words.h"

namespace model {

std::optional<Operation> call_on_file(const StraceCall& call, std::int32_t number) {
    const std::vector<std::string> args = strace_arguments(call.arguments);
    const auto argument = [&](std::size_t n) { return strace_number(args[n]).value_or(0); };
    if (call.name == "ftruncate" && args.size() == 2) return Ftruncate{{number}, {page_align(argument(1))}};
    if (call.name != "fallocate" || args.size() != 4) return std::nullopt;
    const std::uint64_t mode = read_flags(args[1], falloc_names).bits;
    const std::uint64_t start = argument(2), end = start + argument(3);
    const bool hole = mode & falloc_punch_hole;
    const std::uint64_t first = hole ? page_align(start) : start & ~(PAGE_SIZE - 1);
    const std::uint64_t last = hole ? end & ~(PAGE_SIZE - 1) : page_align(end);
    if (first >= last) return std::nullopt;
    return Fallocate{{number}, {mode}, {first}, {last - first}};
}

} // namespace model
