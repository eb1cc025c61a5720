#include "model/flight.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/ksm.h"
#include "model/locks.h"
#include "model/ops/mremap.h"
#include "model/page_table.h"
#include "model/process.h"
#include "model/rmap.h"

namespace model {
namespace {

// --- what is held at a point

std::string name_of(const Flight& f) { return std::string(f.name.view()); }

bool holds_mmap_lock(const Flight& f, Id<Mm> mm) {
    if (const auto* m = std::get_if<Moving>(&f.what)) return m->mm == mm;
    const auto* fork = std::get_if<Forking>(&f.what);
    return fork && (fork->parent == mm || fork->child == mm);
}
const WalkCursor* walk_of(const Flight& f) {
    if (const auto* m = std::get_if<Migrating>(&f.what)) return &m->walk;
    if (const auto* r = std::get_if<Reclaiming>(&f.what)) return &r->walk;
    return nullptr;
}
bool holds_folio(const Flight& f, Id<Folio> folio) {
    if (const auto* m = std::get_if<Migrating>(&f.what)) return m->from == folio || m->to == folio;
    if (const auto* r = std::get_if<Reclaiming>(&f.what)) return r->folio == folio;
    return false;
}

// --- words

std::string entries_of(const Kernel& k, Id<Folio> folio) {
    std::string text;
    for (Id<Mm> mm = k.processes.first(k.mms); mm; mm = k.processes.next(k.mms, mm))
        for (Id<Pte> p = k.mms[mm].page_table.first(k.ptes); p; p = k.mms[mm].page_table.next(k.ptes, p))
            if (k.ptes[p].folio == folio)
                text += fmt::format("{}{}:{:#x}", text.empty() ? "" : " ", k.mms[mm].pid, address(k.ptes[p].page));
    return text.empty() ? "no entry" : text;
}

std::string place_of(const Kernel& k, const WalkCursor& w) {
    if (w.over) return "at its end";
    if (w.file) return "within the i_mmap of the file, which it holds for reading";
    if (!w.item) return w.inside ? "within the tree of the anon_vma, which it holds for reading" : "before the tree";
    const RmapItem& i = k.items[w.item];
    return fmt::format("{} rmap_item {}:{:#x} (round {}){}", w.inside ? "within the loop of" : "before", pid_of(k, i),
                       address(i.page), w.search_new_forks + 1,
                       w.inside ? ", which holds its anon_vma for reading" : "");
}

std::string words(const Kernel& k, const Migrating& m) {
    std::string where;
    switch (m.point) {
    case Migrating::Point::unmapping: where = "in try_to_migrate(), " + place_of(k, m.walk); break;
    case Migrating::Point::unmapped: where = "between its two walks"; break;
    case Migrating::Point::restoring: where = "in remove_migration_ptes(), " + place_of(k, m.walk); break;
    }
    return fmt::format("migration of the page at {}: {}; it holds the folio lock", entries_of(k, m.from), where);
}
std::string words(const Kernel& k, const Reclaiming& r) {
    const bool walks = r.point == Reclaiming::Point::unmapping;
    return fmt::format("reclaim of the page at {}: {}; it holds the folio lock", entries_of(k, r.folio),
                       walks ? "in try_to_unmap(), " + place_of(k, r.walk) : "behind try_to_unmap()");
}
std::string words(const Kernel& k, const Moving& m) {
    std::string where;
    switch (m.point) {
    case Moving::Point::called: where = "not begun"; break;
    case Moving::Point::prepared: where = "before copy_vma()"; break;
    case Moving::Point::copied: where = fmt::format("in move_page_tables(), before {:#x}", address(m.next)); break;
    case Moving::Point::moved: where = "the entries are moved, the source is still mapped"; break;
    }
    return fmt::format("mremap of process {}, {:#x} to {:#x}: {}; it holds the mmap_lock", k.mms[m.mm].pid, m.addr,
                       m.new_addr, where);
}

std::string words(const Kernel& k, const Forking& f) {
    const std::string where = f.point == Forking::Point::linked
                                  ? fmt::format("in copy_page_range(), before {:#x}", address(f.next_entry))
                                  : fmt::format("in dup_mmap(), the VMAs below {:#x} are copied", address(f.next));
    return fmt::format("fork of process {} to {}: {}; it holds the mmap_locks of both", k.mms[f.parent].pid,
                       k.mms[f.child].pid, where);
}
std::string words(const Kernel& k, const Scanning& s) {
    std::string where =
        s.mm ? fmt::format("at {}:{:#x}", k.mms[s.mm].pid, address(s.address)) : "at the head of its list";
    if (s.point != Scanning::Point::page) {
        const RmapItem& i = k.items[s.hand.item];
        where = fmt::format("the page {}:{:#x} in hand, {}", k.mms[i.mm].pid, address(i.page),
                            s.point == Scanning::Point::aged ? "behind should_skip_rmap_item(), its item still listed"
                                                             : "merged, its item not yet listed");
    }
    return fmt::format("ksmd: {}; {} passes to go; it holds ksm_thread_mutex", where, s.passes);
}

} // namespace

void wait_for_ksm_thread_mutex(const Kernel& k) {
    for (const Flight& f : k.flights)
        if (const auto* s = std::get_if<Scanning>(&f.what); s && !s->over)
            throw WouldWait(fmt::format("would wait for {}, which holds ksm_thread_mutex", name_of(f)),
                            "advance it, or do it later");
}

void wait_for_mmap_lock(const Kernel& k, Id<Mm> mm) {
    for (const Flight& f : k.flights)
        if (holds_mmap_lock(f, mm))
            throw WouldWait(
                fmt::format("would wait for {}, which holds the mmap_lock of process {}", name_of(f), k.mms[mm].pid),
                "advance it, or do it later");
}

void wait_for_anon_vma_write_lock(const Kernel& k, Id<AnonVma> anon_vma) {
    for (const Flight& f : k.flights) {
        const WalkCursor* w = walk_of(f);
        if (w && w->inside && !w->file && k.anon_vmas[w->query.anon_vma].root == k.anon_vmas[anon_vma].root)
            throw WouldWait(fmt::format("would wait for {}, whose walk holds the lock of the anon_vma", name_of(f)),
                            "advance it, or do it later");
    }
}

void wait_for_i_mmap_write_lock(const Kernel& k, Id<File> file) {
    for (const Flight& f : k.flights) {
        const WalkCursor* w = walk_of(f);
        if (w && w->file == file)
            throw WouldWait(fmt::format("would wait for {}, whose walk holds the i_mmap of file {}", name_of(f),
                                        k.files[file].number),
                            "advance it, or do it later");
    }
}

void wait_for_folio_lock(const Kernel& k, Id<Folio> folio) {
    if (!k.folios[folio].locked) return;
    for (const Flight& f : k.flights)
        if (holds_folio(f, folio))
            throw WouldWait(fmt::format("would wait for {}, which holds the lock of the page", name_of(f)),
                            "advance it, or do it later");
}

const Flight* find_flight(const Kernel& k, FlightName name) {
    const auto at = std::ranges::find(k.flights, name, &Flight::name);
    return at == k.flights.end() ? nullptr : &*at;
}

void advance(Kernel& k, Flight& f) {
    std::visit([&](auto& what) { advance(k, what); }, f.what);
}
bool is_over(const Flight& f) {
    return std::visit([](const auto& what) { return what.over; }, f.what);
}
Result result_of(const Flight& f) {
    return std::visit([](const auto& what) { return what.result; }, f.what);
}
std::string describe(const Kernel& k, const Flight& f) {
    if (is_over(f)) return "over";
    return std::visit([&](const auto& what) { return words(k, what); }, f.what);
}

std::vector<EntryAt> stale_entries(const Kernel& k) {
    std::vector<EntryAt> all;
    if (!k.stale) return all;
    for (Id<Mm> mm = k.processes.first(k.mms); mm; mm = k.processes.next(k.mms, mm))
        for (Id<Pte> p = k.mms[mm].page_table.first(k.ptes); p; p = k.mms[mm].page_table.next(k.ptes, p))
            if (k.ptes[p].kind == Pte::Kind::migration && k.ptes[p].folio == k.stale)
                all.push_back({k.mms[mm].pid, k.ptes[p].page});
    return all;
}

} // namespace model
