#include "checker/search/scope/scope.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <tuple>

#include "model/address_space.h"
#include "model/page_table.h"

namespace checker::inline search::scope {
namespace {

using namespace model;

// --- the choices of a field, by its type

template <class Op> std::vector<Address> choices(const Scope& s, Pid, Address, Op) {
    std::vector<Address> all;
    for (unsigned i = 0; i < s.pages; ++i) all.push_back({s.base + i * PAGE_SIZE});
    return all;
}
template <class Op> std::vector<Length> choices(const Scope& s, Pid, Length, Op) {
    std::vector<Length> all;
    for (unsigned i = 1; i <= s.pages; ++i) all.push_back({i * PAGE_SIZE});
    return all;
}
template <class Op> std::vector<FileOffset> choices(const Scope& s, Pid, FileOffset, Op) {
    std::vector<FileOffset> all;
    for (unsigned i = 0; i < s.pages; ++i) all.push_back({i * PAGE_SIZE});
    return all;
}
template <class Op> std::vector<Fd> choices(const Scope& s, Pid, Fd, Op) {
    std::vector<Fd> all{{-1}};
    for (unsigned i = 0; i < s.files; ++i) all.push_back({3 + static_cast<std::int32_t>(i)});
    return all;
}
template <class Op> std::vector<ProtBits> choices(const Scope& s, Pid, ProtBits, Op) {
    std::vector<ProtBits> all;
    for (std::uint64_t p : s.prots) all.push_back({p});
    return all;
}
template <class Op> std::vector<MapBits> choices(const Scope& s, Pid, MapBits, Op) {
    std::vector<MapBits> all{{map_private | map_anonymous | map_fixed}};
    if (s.files) all.push_back({map_private | map_fixed});
    return all;
}
template <class Op> std::vector<MremapBits> choices(const Scope&, Pid, MremapBits, Op) {
    return {{0}, {mremap_maymove | mremap_fixed}, {mremap_maymove | mremap_fixed | mremap_dontunmap}};
}
template <class Op> std::vector<AdviceCode> choices(const Scope& s, Pid, AdviceCode, Op) {
    std::vector<AdviceCode> all;
    for (std::uint64_t a : s.advice) all.push_back({a});
    return all;
}
template <class Op> std::vector<Byte> choices(const Scope& s, Pid, Byte, Op) {
    std::vector<Byte> all;
    if (s.config.use_zero_pages) all.push_back({0});
    for (unsigned i = 0; all.size() < s.contents; ++i) all.push_back({static_cast<std::uint8_t>(0x11 * (i + 1))});
    return all;
}
template <class Op> std::vector<Count> choices(const Scope& s, Pid, Count, Op) {
    std::vector<Count> all;
    for (unsigned i = 1; i <= s.scans; ++i) all.push_back({i});
    return all;
}
std::vector<Count> choices(const Scope&, Pid, Count, SetKnob) { return {{0}, {1}, {2}, {3}}; }
template <class Op> std::vector<PidArg> choices(const Scope&, Pid about, PidArg, Op) { return {{about}}; }
template <class Op> std::vector<Switch> choices(const Scope&, Pid, Switch, Op) { return {{0}, {1}}; }
template <class Op> std::vector<PrctlOption> choices(const Scope&, Pid, PrctlOption, Op) { return {{}}; }
template <class Op> std::vector<Knob> choices(const Scope&, Pid, Knob, Op) {
    return {{KnobName::max_page_sharing}, {KnobName::run}, {KnobName::smart_scan}, {KnobName::use_zero_pages}};
}

// --- which combinations make sense

bool in_window(const Scope& s, Address a, Length l) { return a.v + l.v <= s.base + s.pages * PAGE_SIZE; }

template <class Op> bool makes_sense(const Scope& s, const Op& op) {
    if constexpr (requires { op.addr, op.length; }) return in_window(s, op.addr, op.length);
    return true;
}
bool makes_sense(const Scope& s, const Mmap& op) {
    const bool anonymous = op.flags.v & map_anonymous;
    return in_window(s, op.addr, op.length) && op.prot.v == s.prots.front() && anonymous == (op.fd.v < 0) &&
           (!anonymous || !op.offset.v);
}
bool makes_sense(const Scope& s, const Mremap& op) {
    if (!in_window(s, op.old_addr, op.old_length)) return false;
    if (!op.flags.v) // grows or shrinks in place
        return op.new_addr.v == s.base && op.new_length != op.old_length && in_window(s, op.old_addr, op.new_length);
    const bool apart =
        op.old_addr.v + op.old_length.v <= op.new_addr.v || op.new_addr.v + op.new_length.v <= op.old_addr.v;
    return op.new_length == op.old_length && in_window(s, op.new_addr, op.new_length) && apart;
}
bool makes_sense(const Scope&, const Prctl& op) { return !op.arg3.v && !op.arg4.v && !op.arg5.v; }
bool makes_sense(const Scope&, const SetKnob& op) {
    switch (op.knob.v) {
    case KnobName::max_page_sharing: return op.value.v >= 2;
    case KnobName::run: return op.value.v == 1 || op.value.v == 2;
    default: return op.value.v < 2;
    }
}

// --- the product

template <std::size_t N, class Op, class Emit> void each_choice(const Scope& s, Pid about, Op op, Emit&& emit) {
    if constexpr (N == std::tuple_size_v<decltype(Op::fields)>) {
        if (makes_sense(s, op)) emit(op);
    } else {
        auto field = std::get<N>(Op::fields);
        for (const auto& choice : choices(s, about, op.*field, Op{})) {
            op.*field = choice;
            each_choice<N + 1>(s, about, op, emit);
        }
    }
}

template <class Op> constexpr bool names_a_process() {
    if constexpr (requires(Op op) { op.pid; }) return true;
    return false;
}
constexpr bool explorable(const Walk&) { return false; } // changes nothing
template <class Op> constexpr bool explorable(const Op&) { return true; }

template <class Op> void add(const Scope& s, Pid pid, Catalog& out) {
    // What a process does, and what the kernel does to a process, comes with that process.
    const bool here = Op::by_kernel && !names_a_process<Op>() ? pid == 0 : pid != 0;
    if (!here || std::ranges::find(s.ops, Op::name) == s.ops.end() || !explorable(Op{})) return;
    each_choice<0>(s, pid, Op{}, [&](const Op& op) {
        Step step;
        step.pid = Op::by_kernel ? 0 : pid;
        step.op = op;
        out.steps.push_back(step);
    });
}

template <class... Op> void add_all(const Scope& s, Pid pid, Catalog& out, std::type_identity<std::variant<Op...>>) {
    (add<Op>(s, pid, out), ...);
}
template <class... Op> std::vector<std::string> names(std::type_identity<std::variant<Op...>>) {
    std::vector<std::string> all;
    ((explorable(Op{}) ? all.push_back(std::string(Op::name)) : void()), ...);
    return all;
}

// --- what can be played

template <class Op> bool can(const Kernel& k, const Scope&, Id<Mm> mm, const Op& op) {
    if constexpr (requires { op.addr, op.length; })
        return vma_at(k, mm, vpn(op.addr.v)) && vma_at(k, mm, vpn(op.addr.v + op.length.v - 1));
    return true;
}
bool can(const Kernel&, const Scope&, Id<Mm>, const Mmap&) { return true; }
bool can(const Kernel& k, const Scope&, Id<Mm> mm, const Mremap& op) {
    return vma_at(k, mm, vpn(op.old_addr.v)) && vma_at(k, mm, vpn(op.old_addr.v + op.old_length.v - 1));
}
bool can(const Kernel& k, const Scope& s, Id<Mm>, const Fork&) {
    std::size_t alive = 0;
    for (Id<Mm> m = k.processes.first(k.mms); m; m = k.processes.next(k.mms, m)) ++alive;
    return alive < s.processes;
}
bool pte_is(const Kernel& k, PidArg pid, Address at, bool swapped) {
    const Id<Pte> pte = pte_at(k, find_process(k, pid.v), vpn(at.v));
    return pte && (k.ptes[pte].kind == Pte::Kind::present || (swapped && k.ptes[pte].kind == Pte::Kind::swap));
}
bool can(const Kernel& k, const Scope&, Id<Mm>, const SwapOut& op) { return pte_is(k, op.pid, op.addr, true); }
bool can(const Kernel& k, const Scope&, Id<Mm>, const Migrate& op) { return pte_is(k, op.pid, op.addr, true); }
bool can(const Kernel& k, const Scope&, Id<Mm>, const SwapCacheDrop& op) {
    return pte_is(k, op.pid, op.addr, true) && !pte_is(k, op.pid, op.addr, false);
}

std::string counted(unsigned n, const char* one, const char* many) {
    return n == 0 ? fmt::format("no {}", many) : fmt::format("{} {}", n, n == 1 ? one : many);
}

std::string names_of(std::span<const FlagName> table, const std::vector<std::uint64_t>& values) {
    std::vector<std::string_view> found;
    for (std::uint64_t v : values)
        for (const FlagName& f : table)
            if (f.value == v) found.push_back(f.name.substr(f.name.find('_') + 1));
    return fmt::format("{}", fmt::join(found, " "));
}

std::string prots_of(const std::vector<std::uint64_t>& values) {
    std::vector<std::string> found;
    for (std::uint64_t v : values)
        found.push_back(
            !v ? "NONE"
               : fmt::format("{}{}{}", v & prot_read ? "R" : "", v & prot_write ? "W" : "", v & prot_exec ? "X" : ""));
    return fmt::format("{}", fmt::join(found, " "));
}

} // namespace

std::vector<std::string> default_ops() {
    return {"mmap", "munmap", "mprotect", "madvise", "mremap", "fork", "exit", "store", "load", "ksmd", "swap_out"};
}

std::vector<std::string> all_ops() { return names(std::type_identity<Operation>{}); }

Catalog catalog(const Scope& scope) {
    Catalog c;
    // fork takes the least free pid; one that has exited may still be on ksmd's list, but its pid is free.
    const Pid last = scope.processes > 1 ? scope.processes + 1 : 1;
    for (Pid pid = 0; pid <= last; ++pid) {
        c.first_of_pid.push_back(c.steps.size());
        add_all(scope, pid, c, std::type_identity<Operation>{});
    }
    c.first_of_pid.push_back(c.steps.size());
    return c;
}

bool enabled(const Kernel& k, const Scope& scope, const Step& step) {
    return std::visit(
        [&](const auto& op) {
            const Id<Mm> mm = step.pid ? find_process(k, step.pid) : Id<Mm>::none();
            return can(k, scope, mm, op);
        },
        step.op);
}

std::string to_text(const Scope& s) {
    const Config& c = s.config;
    std::string text = fmt::format(
        "at most {} ({}) over {}, {} from {:#x}, {}, {}; prot {}; advice {}; up to {} at a time; rules of Linux {}, "
        "max_page_sharing {}, smart_scan {}, use_zero_pages {}",
        counted(s.depth, "operation", "operations"), fmt::join(s.ops, " "),
        counted(s.processes, "process", "processes"), counted(s.pages, "page", "pages"), s.base,
        counted(s.files, "file", "files"), counted(s.contents, "content", "contents"), prots_of(s.prots),
        names_of(advice_names, s.advice), counted(s.scans, "scan", "scans"), describe(c.rules), c.max_page_sharing,
        c.smart_scan ? 1 : 0, c.use_zero_pages ? 1 : 0);
    if (!s.from.steps.empty())
        text +=
            fmt::format("; after the {} of {}",
                        counted(static_cast<unsigned>(s.from.steps.size()), "operation", "operations"), s.from.path);
    return text;
}

} // namespace checker::inline search::scope
