#include "checker/search/scope/scope.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "checker/facets/choices.h"
#include "checker/facets/draw.h"
#include "model/text/printable.h"

namespace checker::inline search::scope {
namespace {

using namespace model;

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

static std::vector<std::string> names_where(bool (*holds)(std::size_t kind)) {
    std::vector<std::string> names;
    for (std::size_t kind = 0; kind < operation_kinds; ++kind)
        if (holds(kind)) names.emplace_back(operation_names()[kind]);
    return names;
}

std::vector<std::string> default_ops(const Kind& kind) {
    if (kind.explored.empty()) return names_where(explored);
    return {kind.explored.begin(), kind.explored.end()};
}

Scope default_scope(const Kind& kind) {
    Scope scope;
    scope.ops = default_ops(kind);
    if (&kind == &anon) { // a file doubles what can be mapped: one operation less
        scope.files = 1;
        scope.depth = 5;
    }
    if (&kind == &file_backed) { // one page of it, or two, that both processes may share
        scope.files = 1;
        scope.shared = true;
        scope.pages = 2;
        scope.depth = 5;
    }
    return scope;
}

std::vector<std::string> all_ops() { return names_where(explorable); }

static constexpr std::string_view flight_names = "abcdefgh";
static FlightName flight_name(unsigned n) { return FlightName::of(flight_names.substr(n, 1)); }

// What can be in flight begins, too, under each name; and each goes on.
static void add_flights(const Scope& s, Catalog& out, const Step& plain) {
    if (!has_points(plain.op)) return;
    for (unsigned n = 0; n < s.flights; ++n) {
        Step& begin = out.steps.emplace_back(plain);
        begin.begins = flight_name(n);
    }
}
static void add_advances(const Scope& s, Catalog& out) {
    for (unsigned n = 0; n < s.flights; ++n) {
        Step& advance = out.steps.emplace_back();
        advance.op = Advance{{flight_name(n)}};
    }
}

// What a process does, and what the kernel does to a process, comes with that process; the rest with pid 0.
static void add_steps(const Scope& s, Pid pid, Catalog& out) {
    for (std::size_t kind = 0; kind < operation_kinds; ++kind) {
        if (comes_with_process(kind) != (pid != 0) || !explorable(kind) ||
            std::ranges::find(s.ops, operation_names()[kind]) == s.ops.end())
            continue;
        each_choice(kind, s, pid, [&](const Operation& op) {
            Step step;
            step.pid = by_kernel(op) ? 0 : pid;
            step.op = op;
            if (!s.begins) out.steps.push_back(step); // else it is one that begins and goes on
            add_flights(s, out, step);
        });
    }
    if (!pid) add_advances(s, out);
}

Catalog catalog(const Scope& scope) {
    Catalog c;
    // fork takes the least free pid; one that has exited may still be on ksmd's list, but its pid is free.
    const Pid last = scope.processes > 1 ? scope.processes + 1 : 1;
    for (Pid pid = 0; pid <= last; ++pid) {
        c.first_of_pid.push_back(c.steps.size());
        add_steps(scope, pid, c);
    }
    c.first_of_pid.push_back(c.steps.size());
    return c;
}

bool enabled(const Kernel& k, const Scope& scope, const Step& step) {
    if (step.begins) { // under the least name that is free
        if (k.flights.size() >= scope.flights || find_flight(k, step.begins)) return false;
        for (unsigned n = 0; flight_name(n) != step.begins; ++n)
            if (!find_flight(k, flight_name(n))) return false;
    }
    if (const auto name = going_on(step.op)) return find_flight(k, *name) != nullptr;
    const Id<Mm> mm = step.pid ? find_process(k, step.pid) : Id<Mm>::none();
    return facets::enabled(k, scope, mm, step.op);
}

std::optional<FlightName> goes_on_at_once(const Kernel& k, const Scope& scope) {
    if (scope.every_point) return {};
    for (const Flight& f : k.flights)
        if (const auto* m = std::get_if<Moving>(&f.what); m && m->point == Moving::Point::called) return f.name;
    return {};
}

std::string to_text(const Scope& s) {
    const Config& c = s.config;
    std::string text = fmt::format(
        "at most {} ({}) over {}, {} from {:#x}, {}, {}; prot {}; advice {}; up to {} at a time; rules of Linux {}, "
        "max_page_sharing {}, smart_scan {}, use_zero_pages {}",
        counted(s.depth, "operation", "operations"), fmt::join(s.ops, " "),
        counted(s.processes, "process", "processes"), counted(s.pages, "page", "pages"), s.base,
        counted(s.files, s.shared ? "file, shared or private" : "file",
                s.shared ? "files, shared or private" : "files"),
        counted(s.contents, "content", "contents"), prots_of(s.prots), names_of(advice_names, s.advice),
        counted(s.scans, "scan", "scans"), describe(c.rules), c.max_page_sharing, c.smart_scan ? 1 : 0,
        c.use_zero_pages ? 1 : 0);
    if (s.flights) text += fmt::format("; {} in flight at a time", counted(s.flights, "operation", "operations"));
    if (s.begins) text += fmt::format(", {} in all, and nothing else", counted(s.begins, "operation", "operations"));
    if (!s.from.steps.empty())
        text += fmt::format("; after the {} of {}",
                            counted(static_cast<unsigned>(s.from.steps.size()), "operation", "operations"),
                            model::printable(s.from.path));
    return text;
}

} // namespace checker::inline search::scope
