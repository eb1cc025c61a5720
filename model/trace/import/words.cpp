#include "model/trace/import/words.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "model/trace/import/strace_log.h"

namespace model {
namespace {

constexpr FlagName foreign_map_names[] = {
    {"MAP_DROPPABLE", map_droppable},
    {"MAP_HUGETLB", map_hugetlb},
};

// Advice that the model may not have, and that changes what is mapped (include/uapi/asm-generic/mman-common.h).
constexpr FlagName taking_advice[] = {
    {"MADV_REMOVE", 9},         {"MADV_COLLAPSE", 25},       {"MADV_HWPOISON", 100},
    {"MADV_SOFT_OFFLINE", 101}, {"MADV_GUARD_INSTALL", 102}, {"MADV_GUARD_REMOVE", 103},
};

// Calls that change an address space, or what later calls do to it, and that the model does not have.
constexpr std::string_view unmodelled[] = {
    "shmat",
    "shmdt",
    "remap_file_pages",
    "mbind",
    "mlockall",
    "munlockall",
    "process_madvise",
    "userfaultfd",
    "migrate_pages",
    "move_pages",
    "mseal",
    "map_shadow_stack",
    "process_vm_writev",
    "io_setup",
    "io_destroy",
    "uselib",
    "personality",
    "set_mempolicy_home_node",
};

std::optional<std::uint64_t> value_of(std::string_view word, std::span<const FlagName> table) {
    auto known = std::ranges::find(table, word, &FlagName::name);
    return known == table.end() ? std::nullopt : std::optional(known->value);
}

const FlagName* taking(std::string_view text) {
    const std::optional<std::uint64_t> number = strace_number(text);
    for (const FlagName& f : taking_advice)
        if (f.name == text || (number && f.value == *number)) return &f;
    return nullptr;
}

} // namespace

FlagsRead read_flags(std::string_view text, std::span<const FlagName> table) {
    FlagsRead f;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('|'), text.size());
        const std::string_view word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (auto known = value_of(word, table))
            f.bits |= *known;
        else if (auto foreign = value_of(word, foreign_map_names))
            f.bits |= *foreign;
        else if (auto n = strace_number(word); n && word.find('<') == word.npos)
            f.bits |= *n;
        else if (!word.starts_with("0")) // "0<<MAP_HUGE_SHIFT"
            f.unknown.emplace_back(word);
    }
    return f;
}

std::string_view kept_out_for(std::uint64_t bits) {
    const std::uint64_t type = bits & map_type;
    if (type == map_droppable) return "droppable mapping";
    if (type == 0 || type > map_shared_validate) return "mapping that is neither private nor shared";
    if (bits & map_hugetlb) return "mapping of huge pages";
    return {};
}

std::optional<std::uint64_t> read_advice(std::string_view text) {
    if (auto known = value_of(text, advice_names)) return known;
    const std::optional<std::uint64_t> number = strace_number(text);
    const bool has = number && std::ranges::find(advice_names, *number, &FlagName::value) != std::end(advice_names);
    return has ? number : std::nullopt;
}

std::string advice_left_out(std::string_view text) {
    if (const FlagName* f = taking(text))
        return fmt::format("advice that changes pages, which the model does not have: {}", f->name);
    return fmt::format("advice that the model does not have: {}", text);
}

std::string call_left_out(std::string_view name) {
    if (std::ranges::find(unmodelled, name) != std::end(unmodelled))
        return fmt::format("call that the model does not have: {}", name);
    if (name.starts_with("syscall_") || name.starts_with("SYS_")) // so strace prints what it does not know
        return fmt::format("call that is not known: {}", name);
    return "call that does not change an address space";
}

std::string prctl_left_out(std::string_view option) {
    for (std::string_view changing : {"PR_SET_MM", "PR_SET_MDWE", "PR_SET_THP_DISABLE"})
        if (option == changing) return fmt::format("call that the model does not have: prctl({})", option);
    return call_left_out("prctl");
}

} // namespace model
