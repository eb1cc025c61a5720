#include "properties/calls.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "checker/facets/effects.h"
#include "model/address_space.h"
#include "model/page_table.h"
#include "model/trace/trace.h"

namespace properties {
namespace {

using namespace model;
using checker::Moment;
using Wrong = std::optional<std::string>;

// Pages of one process that have the same attributes.
struct Span {
    std::uint64_t start, end;
    std::uint64_t flags;
    std::int32_t file;
    std::uint64_t shift; // vm_pgoff less page number

    bool continues(const Span& below) const {
        return below.end == start && std::tie(below.flags, below.file, below.shift) == std::tie(flags, file, shift);
    }
    friend bool operator==(const Span&, const Span&) = default;
};

// Of bytes, rounded outwards to pages.
struct Hole {
    std::uint64_t start = 0, end = 0;
};

Hole bytes(std::uint64_t addr, std::uint64_t length) {
    const std::uint64_t end = addr + length < addr ? ~std::uint64_t{0} - PAGE_SIZE : addr + length;
    return {addr >> PAGE_SHIFT, (end + PAGE_SIZE - 1) >> PAGE_SHIFT};
}

// The address space of one process without the holes, in the longest spans: how VMAs are cut does not show.
std::vector<Span> spans_of(const Kernel& k, Id<Mm> mm, const std::vector<Hole>& holes, std::uint64_t ignored_flags) {
    std::vector<Span> all;
    for (Id<Vma> id = first_vma(k, mm); id; id = next_vma(k, id)) {
        const Vma& v = k.vmas[id];
        std::vector<Span> pieces{
            {v.range.start.n, v.range.end.n, v.flags & ~ignored_flags, v.file, v.range.pgoff.n - v.range.start.n}};
        for (const Hole& h : holes) {
            std::vector<Span> rest;
            for (const Span& s : pieces) {
                if (s.start < std::min(s.end, h.start))
                    rest.push_back({s.start, std::min(s.end, h.start), s.flags, s.file, s.shift});
                if (std::max(s.start, h.end) < s.end)
                    rest.push_back({std::max(s.start, h.end), s.end, s.flags, s.file, s.shift});
            }
            pieces = std::move(rest);
        }
        for (const Span& s : pieces) {
            if (!all.empty() && s.continues(all.back()))
                all.back().end = s.end;
            else
                all.push_back(s);
        }
    }
    return all;
}

using Item = std::tuple<Pid, std::uint64_t, RmapItem::State, std::uint32_t, std::uint64_t>;

std::vector<Item> items_of(const Kernel& k) {
    std::vector<Item> all;
    k.items.each([&](Id<RmapItem> id, const RmapItem& i) {
        all.emplace_back(k.mms[i.mm].pid, i.page.n, i.state, i.state == RmapItem::State::stable ? i.head.n : 0, id.n);
    });
    std::ranges::sort(all);
    return all;
}

bool maps_ksm_page(const Kernel& k, Id<Pte> p) {
    return p && k.ptes[p].kind == Pte::Kind::present && k.folios[k.ptes[p].folio].mapping == Folio::Mapping::ksm;
}

} // namespace

bool changes_address_space(const Operation& op) { return checker::changes_mappings(op); }
bool leaves_items_alone(const Operation& op) { return !checker::changes_items(op); }
bool reads(const Operation& op) { return std::holds_alternative<Load>(op); }
bool moves(const Operation& op) { return std::holds_alternative<Mremap>(op); }

Wrong nothing_elsewhere(const Moment& m) {
    std::vector<Hole> holes;
    for (const checker::ByteRange& r : checker::changed_ranges(m.step.op, m.result))
        holes.push_back(bytes(r.start, r.length));
    const Kernel& k = *m.before;
    const std::uint64_t ignored = checker::flags_changed_elsewhere(m.step.op, k.config);
    for (Id<Mm> mm = k.processes.first(k.mms); mm; mm = k.processes.next(k.mms, mm)) {
        const Pid pid = k.mms[mm].pid;
        const std::vector<Hole> named = pid == m.step.pid ? holes : std::vector<Hole>{};
        const auto was = spans_of(k, mm, named, ignored),
                   now = spans_of(m.after, find_process(m.after, pid), named, ignored);
        if (was == now) continue;
        const auto differs = std::ranges::mismatch(was, now);
        const std::uint64_t page = differs.in1 != was.end() ? differs.in1->start : differs.in2->start;
        return fmt::format("{} changed process {} outside of its range, from {:#x} on", to_text(m.step), pid,
                           page << PAGE_SHIFT);
    }
    return {};
}

Wrong items_stay(const Moment& m) {
    if (items_of(*m.before) == items_of(m.after)) return {};
    return fmt::format("{} made, freed or listed an rmap_item", to_text(m.step));
}

Wrong ksm_page_swapped_in_as_it_is(const Moment& m) {
    const auto& op = std::get<Load>(m.step.op);
    const Kernel& k = *m.before;
    const Id<Mm> mm = find_process(k, m.step.pid);
    if (m.result.error != Errno::ok || k.config.run == 2) return {};
    const Hole range = bytes(op.addr.v, op.length.v);
    for (Id<Pte> p = pte_from(k, mm, Vpn{range.start}); p && k.ptes[p].page.n < range.end; p = next_pte(k, mm, p)) {
        if (k.ptes[p].kind != Pte::Kind::swap) continue;
        const Id<Folio> cached = k.swaps[k.ptes[p].swap].folio;
        if (!cached || k.folios[cached].mapping != Folio::Mapping::ksm || !k.folios[cached].node) continue;
        const Id<Pte> now = pte_at(m.after, find_process(m.after, m.step.pid), k.ptes[p].page);
        if (!maps_ksm_page(m.after, now) || m.after.ptes[now].folio != cached)
            return fmt::format("{} did not map the KSM page of the swap cache at {:#x}", to_text(m.step),
                               address(k.ptes[p].page));
    }
    return {};
}

Wrong moved_pages_are_unshared(const Moment& m) {
    const auto& op = std::get<Mremap>(m.step.op);
    const Kernel& k = *m.before;
    if (m.result.error != Errno::ok || m.result.value == op.old_addr.v) return {};
    const Id<Mm> mm = find_process(k, m.step.pid), after = find_process(m.after, m.step.pid);
    const Hole range = bytes(op.old_addr.v, std::min(op.old_length.v, op.new_length.v));
    for (Id<Pte> p = pte_from(k, mm, Vpn{range.start}); p && k.ptes[p].page.n < range.end; p = next_pte(k, mm, p)) {
        const Id<Vma> vma = vma_at(k, mm, k.ptes[p].page);
        if (!maps_ksm_page(k, p) || !vma || !(k.vmas[vma].flags & VM_MERGEABLE)) continue;
        const Vpn to{(m.result.value >> PAGE_SHIFT) + (k.ptes[p].page.n - range.start)};
        if (maps_ksm_page(m.after, pte_at(m.after, after, to)))
            return fmt::format("{} left a KSM page at {:#x}", to_text(m.step), address(to));
    }
    return {};
}

} // namespace properties
