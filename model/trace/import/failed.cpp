#include "model/trace/import/failed.h"

#include <algorithm>

#include "model/trace/import/words.h"

namespace model {
namespace {

// Arguments as numbers and sets; what is not understood makes all of it not good.
struct Reader {
    std::vector<std::string> args;
    bool good = true;

    std::uint64_t number(std::size_t i) {
        const auto n = i < args.size() ? strace_number(args[i]) : std::nullopt;
        good = good && n;
        return n.value_or(0);
    }
    std::uint64_t set(std::size_t i, std::span<const FlagName> table) {
        const FlagsRead f = read_flags(i < args.size() ? args[i] : "", table);
        good = good && i < args.size() && f.unknown.empty();
        return f.bits;
    }
};

using Make = Operation (*)(Reader&);

Operation make_mmap(Reader& r) {
    Mmap op{{r.number(0)}, {r.number(1)}, {r.set(2, prot_names)}, {r.set(3, map_names)}, {-1}, {r.number(5)}};
    r.good = r.good && r.args.size() == 6 && r.args[4] == "-1";
    return op;
}
Operation make_madvise(Reader& r) {
    const auto advice = r.args.size() == 3 ? read_advice(r.args[2]) : std::nullopt;
    r.good = r.good && advice;
    return Madvise{{r.number(0)}, {r.number(1)}, {advice.value_or(0)}};
}
Operation make_mremap(Reader& r) {
    Mremap op{{r.number(0)}, {r.number(1)}, {r.number(2)}, {r.set(3, mremap_names)}, {0}};
    if (op.flags.v & mremap_fixed) op.new_addr.v = r.number(4);
    return op;
}
Operation make_prctl(Reader& r) {
    r.good = r.good && r.args.size() == 5 && r.args[0] == "PR_SET_MEMORY_MERGE";
    return Prctl{{}, {r.number(1)}, {r.number(2)}, {r.number(3)}, {r.number(4)}};
}

struct Row {
    std::string_view name;
    Make make;
};
constexpr Row rows[] = {
    {"mmap", make_mmap},
    {"munmap",
     [](Reader& r) -> Operation {
         return Munmap{{r.number(0)}, {r.number(1)}};
     }},
    {"mprotect",
     [](Reader& r) -> Operation {
         return Mprotect{{r.number(0)}, {r.number(1)}, {r.set(2, prot_names)}};
     }},
    {"madvise", make_madvise},
    {"mremap", make_mremap},
    {"mlock",
     [](Reader& r) -> Operation {
         return Mlock{{r.number(0)}, {r.number(1)}};
     }},
    {"munlock",
     [](Reader& r) -> Operation {
         return Munlock{{r.number(0)}, {r.number(1)}};
     }},
    {"prctl", make_prctl},
    {"fork", [](Reader&) -> Operation { return Fork{}; }},
};

} // namespace

std::optional<Errno> errno_of(std::string_view name) {
    const auto known = std::ranges::find(errno_names, name, &ErrnoName::name);
    return known == std::end(errno_names) ? std::nullopt : std::optional(known->value);
}

std::optional<Operation> literally(const StraceCall& call) {
    const auto row = std::ranges::find(rows, call.name, &Row::name);
    if (row == std::end(rows)) return std::nullopt;
    Reader r{strace_arguments(call.arguments)};
    Operation op = row->make(r);
    return r.good ? std::optional(std::move(op)) : std::nullopt;
}

} // namespace model
