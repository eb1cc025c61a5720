#include "properties/files.h"

#include <fmt/format.h>

#include "model/address_space.h"
#include "model/file.h"
#include "model/page_table.h"
#include "model/trace/trace.h"

namespace properties {
namespace {

using namespace model;
using checker::Moment;
using Wrong = std::optional<std::string>;

bool is_own(const Kernel& k, const Pte& p) {
    if (p.kind == Pte::Kind::swap) return true;
    return p.folio && k.folios[p.folio].mapping != Folio::Mapping::file;
}

} // namespace

bool punches(const Operation& op) {
    const auto* f = std::get_if<Fallocate>(&op);
    return f && (f->mode.v & falloc_punch_hole);
}

Wrong a_hole_takes_pages_only(const Moment& m) {
    if (m.result.error != Errno::ok) return {};
    const auto& op = std::get<Fallocate>(m.step.op);
    const Kernel &before = *m.before, &after = m.after;
    for (Id<Mm> mm = before.processes.first(before.mms); mm; mm = before.processes.next(before.mms, mm))
        for (Id<Pte> p = pte_from(before, mm, {}); p; p = next_pte(before, mm, p)) {
            if (!is_own(before, before.ptes[p])) continue;
            const Id<Pte> now = pte_at(after, mm, before.ptes[p].page);
            if (!now || after.ptes[now].kind != before.ptes[p].kind || after.ptes[now].folio != before.ptes[p].folio)
                return fmt::format("{} took a page of process {}'s own at {:#x}", to_text(m.step), before.mms[mm].pid,
                                   address(before.ptes[p].page));
        }
    const Pgoff first{op.offset.v >> PAGE_SHIFT}, end = first + Pages{op.length.v >> PAGE_SHIFT};
    for (Id<Folio> p = after.files[find_file(after, op.fd.v)].pages.first(after.folios); p;
         p = after.files[find_file(after, op.fd.v)].pages.next(after.folios, p))
        if (after.folios[p].index >= first && after.folios[p].index < end)
            return fmt::format("{} left page {:#x} of the file", to_text(m.step), after.folios[p].index.n);
    return {};
}

bool forks(const Operation& op) { return std::holds_alternative<Fork>(op); }

Wrong shared_memory_is_not_copied(const Moment& m) {
    if (m.result.error != Errno::ok) return {};
    const Kernel& k = m.after;
    const Id<Mm> child = find_process(k, static_cast<Pid>(m.result.value));
    for (Id<Vma> v = child ? first_vma(k, child) : Id<Vma>::none(); v; v = next_vma(k, v)) {
        const Vma& vma = k.vmas[v];
        if (!(vma.flags & VM_SHARED) || (vma.flags & VM_MAYBE_GUARD)) continue;
        const Id<Pte> p = pte_from(k, child, vma.range.start);
        if (p && k.ptes[p].page < vma.range.end)
            return fmt::format("{} copied an entry of shared memory at {:#x}", to_text(m.step),
                               address(k.ptes[p].page));
    }
    return {};
}

} // namespace properties
