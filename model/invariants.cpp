#include "model/invariants.h"

#include <fmt/format.h>

#include <map>
#include <vector>

#include "model/file.h"
#include "model/ksm.h"
#include "model/page_table.h"

namespace model {
namespace {

using Wrong = std::optional<std::string>;

template <class F> Wrong each_vma(const Kernel& k, F&& f) {
    Wrong wrong;
    k.vmas.each([&](Id<Vma> id, const Vma& v) {
        if (!wrong) wrong = f(id, v);
    });
    return wrong;
}

std::string at(const Kernel& k, const Vma& v) {
    return fmt::format("VMA {:#x} of process {}", address(v.range.start), k.mms[v.mm].pid);
}

Wrong vmas_are_ordered(const Kernel& k) {
    std::size_t seen = 0;
    Wrong wrong;
    k.mms.each([&](Id<Mm>, const Mm& mm) {
        Vpn last{};
        std::uint32_t count = 0;
        for (Id<Vma> v = mm.vmas.first(k.vmas); v; v = mm.vmas.next(k.vmas, v), ++count) {
            const Range& r = k.vmas[v].range;
            if (r.start < last || r.end <= r.start) wrong = at(k, k.vmas[v]) + " overlaps, or is empty";
            last = r.end;
        }
        if (count != mm.map_count)
            wrong = fmt::format("map_count of process {} is {}, not {}", mm.pid, mm.map_count, count);
        seen += count;
    });
    if (!wrong && seen != k.vmas.live_count()) wrong = "a VMA is in no address space";
    return wrong;
}

Wrong chains_lead_to_own_root(const Kernel& k) {
    return each_vma(k, [&](Id<Vma>, const Vma& v) -> Wrong {
        if (static_cast<bool>(v.anon_vma) != static_cast<bool>(v.chain))
            return at(k, v) + " has a chain or an anon_vma alone";
        bool own = !v.anon_vma, root = !v.anon_vma;
        std::uint32_t length = 0;
        Id<AnonVma> last;
        for (Id<Avc> a = v.chain; a; a = k.avcs[a].next, ++length) {
            last = k.avcs[a].anon_vma;
            own |= last == v.anon_vma;
            root |= last == k.anon_vmas[v.anon_vma].root;
            if (k.anon_vmas[last].root != k.anon_vmas[v.anon_vma].root) return at(k, v) + " is chained to two roots";
        }
        if (!own) return at(k, v) + " is not chained to its own anon_vma";
        if (length != v.chain_len) return at(k, v) + " miscounts its chain";
        if (!root) return at(k, v) + ": its chain does not hold the root";
        if (v.anon_vma && !k.config.rules.clone_reverses_chain && last != k.anon_vmas[last].root)
            return at(k, v) + ": its chain does not end at the root";
        return {};
    });
}

Wrong trees_hold_the_chains(const Kernel& k) {
    Wrong wrong;
    std::size_t in_trees = 0, in_chains = 0;
    k.anon_vmas.each([&](Id<AnonVma> id, const AnonVma& a) {
        Pgoff last{};
        for (Id<Avc> v = a.tree.first(k.avcs); v; v = a.tree.next(k.avcs, v), ++in_trees) {
            const Avc& avc = k.avcs[v];
            if (avc.anon_vma != id) wrong = "an entry is in the tree of another anon_vma";
            if (avc.offsets != interval(k.vmas[avc.vma].range))
                wrong = at(k, k.vmas[avc.vma]) + ": stale interval in a tree";
            if (avc.offsets.first < last) wrong = "an interval tree is out of order";
            last = avc.offsets.first;
        }
    });
    k.vmas.each([&](Id<Vma> id, const Vma& v) {
        for (Id<Avc> a = v.chain; a; a = k.avcs[a].next, ++in_chains)
            if (k.avcs[a].vma != id) wrong = at(k, v) + ": a chain entry belongs to another VMA";
    });
    if (!wrong && (in_trees != in_chains || in_trees != k.avcs.live_count()))
        wrong = "chains and trees hold different entries";
    return wrong;
}

Wrong anon_vmas_are_counted(const Kernel& k) {
    struct Counts {
        std::uint32_t active = 0, children = 0, references = 0;
    };
    std::map<Id<AnonVma>, Counts> expected;
    k.vmas.each([&](Id<Vma>, const Vma& v) {
        if (v.anon_vma) ++expected[v.anon_vma].active;
    });
    k.items.each([&](Id<RmapItem>, const RmapItem& i) {
        if (i.state == RmapItem::State::stable) ++expected[i.anon_vma].references;
    });
    for (const Flight& f : k.flights)
        if (const auto* m = std::get_if<Migrating>(&f.what); m && !m->over && m->anon_vma)
            ++expected[m->anon_vma].references;
    for (const Flight& f : k.flights)
        if (const auto* s = std::get_if<Scanning>(&f.what); s && s->point == Scanning::Point::unlisted)
            for (Id<RmapItem> i : {s->hand.item, s->hand.tree_item})
                if (i) ++expected[k.items[i].anon_vma].references;
    k.anon_vmas.each([&](Id<AnonVma> id, const AnonVma& a) {
        if (a.root != id) ++expected[a.root].references;
        if (a.tree.empty()) return;
        ++expected[id].references;
        ++expected[a.parent].children; // a root is its own parent
    });
    Wrong wrong;
    k.anon_vmas.each([&](Id<AnonVma> id, const AnonVma& a) {
        const Counts& c = expected[id];
        if (a.num_active_vmas != c.active)
            wrong = fmt::format("num_active_vmas {} should be {}", a.num_active_vmas, c.active);
        if (a.num_children != c.children)
            wrong = fmt::format("num_children {} should be {}", a.num_children, c.children);
        if (a.refcount != c.references)
            wrong = fmt::format("anon_vma refcount {} should be {}", a.refcount, c.references);
    });
    return wrong;
}

// anon_vma_clone() gives a child an anon_vma of its ancestors only where no VMA calls it its own any more.
Wrong anon_vmas_have_one_owner(const Kernel& k) {
    std::map<Id<AnonVma>, Id<Mm>> owners;
    Wrong wrong;
    k.vmas.each([&](Id<Vma>, const Vma& v) {
        if (!v.anon_vma) return;
        const auto [at, fresh] = owners.try_emplace(v.anon_vma, v.mm);
        if (!fresh && at->second != v.mm)
            wrong = fmt::format("VMA {:#x} of process {} has the anon_vma of another process for its own",
                                address(v.range.start), k.mms[v.mm].pid);
    });
    return wrong;
}

// Calls f(mm, vma, pte) for every entry.
template <class F> Wrong each_pte(const Kernel& k, F&& f) {
    Wrong wrong;
    k.mms.each([&](Id<Mm>, const Mm& mm) {
        Id<Vma> v = mm.vmas.first(k.vmas);
        for (Id<Pte> p = mm.page_table.first(k.ptes); p && !wrong; p = mm.page_table.next(k.ptes, p)) {
            const Pte& pte = k.ptes[p];
            while (v && k.vmas[v].range.end <= pte.page) v = mm.vmas.next(k.vmas, v);
            if (!v || !contains(k.vmas[v].range, pte.page))
                wrong = fmt::format("process {} maps {:#x} outside every VMA", mm.pid, address(pte.page));
            else
                wrong = f(k.vmas[v], pte);
        }
    });
    return wrong;
}

Wrong anonymous_pages_are_linear(const Kernel& k) {
    return each_pte(k, [&](const Vma& v, const Pte& p) -> Wrong {
        if (p.kind != Pte::Kind::present) return {};
        const Folio& f = k.folios[p.folio];
        if (f.mapping != Folio::Mapping::anon) return {};
        if (f.index != linear_page_index(v.range, p.page))
            return at(k, v) + fmt::format(": page {:#x} has a foreign index", address(p.page));
        if (!v.anon_vma || k.anon_vmas[f.anon_vma].root != k.anon_vmas[v.anon_vma].root)
            return at(k, v) + " maps a page of another root";
        for (Id<Avc> a = v.chain; a; a = k.avcs[a].next)
            if (k.avcs[a].anon_vma == f.anon_vma) return {};
        return at(k, v) + " is not in the tree of a page that it maps";
    });
}

Wrong folios_are_counted(const Kernel& k) {
    std::map<Id<Folio>, std::uint32_t> mapped, migrating;
    std::map<Id<SwapEntry>, std::uint32_t> named;
    each_pte(k, [&](const Vma&, const Pte& p) -> Wrong {
        if (p.kind == Pte::Kind::present) ++mapped[p.folio];
        if (p.kind == Pte::Kind::migration) ++migrating[p.folio];
        if (p.kind == Pte::Kind::swap) ++named[p.swap];
        return {};
    });
    Wrong wrong;
    k.folios.each([&](Id<Folio> id, const Folio& f) {
        if (f.mapcount != mapped[id]) wrong = fmt::format("mapcount {} should be {}", f.mapcount, mapped[id]);
        if (f.migrating != migrating[id]) wrong = fmt::format("migrating {} should be {}", f.migrating, migrating[id]);
        if (f.migrating && !f.locked) wrong = "a migration entry outlived its migration";
        if (!f.mapcount && !f.swap && !f.locked && !f.pins && !(f.file && f.byte))
            wrong = "a folio lives that nothing holds";
        if (f.exclusive && f.mapcount > 1) wrong = "an exclusive folio is mapped twice";
        if (f.exclusive && f.mapping != Folio::Mapping::anon) wrong = "a page that is not anonymous is exclusive";
        if (f.swap && k.swaps[f.swap].folio != id) wrong = "a swap slot does not know the folio that it caches";
        if (f.mapping == Folio::Mapping::ksm && f.node && k.nodes[f.node].folio != id)
            wrong = "a stable node does not know its folio";
    });
    k.swaps.each([&](Id<SwapEntry> id, const SwapEntry& s) {
        if (s.count != named[id]) wrong = fmt::format("a swap slot is named {} times, not {}", named[id], s.count);
        if (!s.count && !s.folio) wrong = "a swap slot lives that nothing names";
    });
    return wrong;
}

Wrong rmap_items_are_listed(const Kernel& k) {
    Wrong wrong;
    std::size_t listed = 0, stable = 0;
    std::int32_t leads = 0;
    k.nodes.each([&](Id<StableNode> id, const StableNode& n) {
        std::int32_t length = 0;
        Id<RmapItem> previous;
        for (Id<RmapItem> i = n.hlist; i; i = k.items[i].next, ++listed) {
            const RmapItem& item = k.items[i];
            if (item.state != RmapItem::State::stable || !listed_at(k, item, id))
                wrong = "a listed rmap_item points elsewhere";
            if (item.prev != previous) wrong = "a stable node's list is broken";
            if (!item.anon_vma) wrong = "a listed rmap_item holds no anon_vma";
            previous = i;
            (is_lead(item) ? leads : length) += 1;
        }
        if (length != n.rmap_hlist_len) wrong = fmt::format("rmap_hlist_len {} should be {}", n.rmap_hlist_len, length);
    });
    std::size_t in_processes = 0;
    k.mms.each([&](Id<Mm>, const Mm& mm) {
        Id<RmapItem> before;
        for (Id<RmapItem> i = mm.items.first(k.items); i; before = i, i = mm.items.next(k.items, i), ++in_processes) {
            if (before && k.items[before].page >= k.items[i].page)
                wrong = "two rmap_items for one page, or out of order";
            if (k.items[i].state == RmapItem::State::stable) ++stable;
        }
        if (!mm.items.empty() && !mm.vm_mergeable)
            wrong = fmt::format("process {} has rmap_items but is not visited", mm.pid);
    });
    const auto apart = static_cast<std::size_t>(leads);
    if (!wrong && (listed != stable + apart || in_processes + apart != k.items.live_count()))
        wrong = "an rmap_item is lost";
    return wrong;
}

Wrong stable_tree_is_ordered(const Kernel& k) {
    std::size_t seen = 0;
    int last = -1;
    for (const StablePlace& p : k.ksm.stable) {
        if (p.byte <= last) return "the stable tree is out of order";
        last = p.byte;
        if (!p.chain && p.dups.size() != 1) return "a place of the stable tree has several nodes but no chain";
        for (Id<StableNode> n : p.dups) {
            ++seen;
            const StableNode& node = k.nodes[n];
            if (node.byte != p.byte) return "a stable node is at the place of another content";
            if (node.folio && (k.folios[node.folio].byte != node.byte || k.folios[node.folio].node != n))
                return "a KSM page has changed";
        }
    }
    if (seen != k.nodes.live_count()) return "a stable node is not in the stable tree";
    return {};
}

Wrong flights_hold_folios(const Kernel& k) {
    std::map<Id<Folio>, unsigned> held;
    for (const Flight& f : k.flights) {
        if (is_over(f)) continue;
        if (const auto* m = std::get_if<Migrating>(&f.what)) {
            ++held[m->from];
            if (m->to && m->to != m->from) ++held[m->to];
        }
        if (const auto* r = std::get_if<Reclaiming>(&f.what)) ++held[r->folio];
    }
    Wrong wrong;
    k.folios.each([&](Id<Folio> id, const Folio& f) {
        const auto at = held.find(id);
        if (f.locked != (at != held.end()))
            wrong = f.locked ? "a folio stays locked" : "a folio in flight is not locked";
        if (at != held.end() && at->second > 1) wrong = "two operations in flight have one folio";
    });
    return wrong;
}

// Where a VMA without a written page has its anonymous offset (7.3), and where there is only one offset.
Wrong offsets_are_at_home(const Kernel& k) {
    return each_vma(k, [&](Id<Vma>, const Vma& v) -> Wrong {
        const bool separate = k.config.rules.separate_anon_pgoff;
        if (v.range.to_vm_pgoff.n && (v.file < 0 || !separate)) return at(k, v) + " has two offsets";
        if (separate && v.file >= 0 && !v.anon_vma && v.range.pgoff != anonymous_pgoff(v.range.start))
            return at(k, v) + " of a file has a foreign anonymous offset, and no page";
        return {};
    });
}

// Since swap-in makes nobody the owner who was not, an exclusive page is of the VMA's own anon_vma.
Wrong exclusive_pages_are_owned(const Kernel& k) {
    if (k.config.rules.swap_in_sole_is_exclusive) return {};
    return each_pte(k, [&](const Vma& v, const Pte& p) -> Wrong {
        if (p.kind != Pte::Kind::present || !k.folios[p.folio].exclusive) return {};
        if (k.folios[p.folio].anon_vma == v.anon_vma) return {};
        return at(k, v) + fmt::format(": the exclusive page {:#x} is another anon_vma's", address(p.page));
    });
}

// The union of 7.3: while an item is listed, what the scanner knew of it is gone.
Wrong listed_items_have_no_scan_word(const Kernel& k) {
    if (!k.config.rules.listed_items_lose_scan_word || k.config.layout.in_union) return {};
    Wrong wrong;
    k.items.each([&](Id<RmapItem>, const RmapItem& i) {
        if (i.state == RmapItem::State::stable && i.scan_word)
            wrong = fmt::format("the listed rmap_item of {:#x} was scanned", address(i.page));
    });
    return wrong;
}

// A page of a file is mapped where its file and its index say, and is known to the file.
Wrong file_pages_are_linear(const Kernel& k) {
    return each_pte(k, [&](const Vma& v, const Pte& p) -> Wrong {
        if (v.shared && p.kind != Pte::Kind::guard && page_of_file(v.range, p.page) >= k.files[file_of(k, v)].end)
            return at(k, v) + fmt::format(" maps {:#x}, which is beyond the end of its file", address(p.page));
        const bool of_file = p.folio && k.folios[p.folio].mapping == Folio::Mapping::file;
        if (!of_file)
            return v.flags & VM_SHARED && p.kind != Pte::Kind::guard
                       ? Wrong(at(k, v) + fmt::format(" shares what is no page of its file at {:#x}", address(p.page)))
                       : Wrong();
        const Folio& f = k.folios[p.folio];
        if (p.kind == Pte::Kind::migration) return {}; // the folio may have been replaced
        if (!f.file || f.file != file_of(k, v)) return at(k, v) + " maps a page of another file";
        if (f.index != page_of_file(v.range, p.page))
            return at(k, v) + fmt::format(": page {:#x} is another page of the file", address(p.page));
        return {};
    });
}

Wrong page_caches_hold_pages(const Kernel& k) {
    Wrong wrong;
    std::size_t cached = 0, known = 0;
    k.files.each([&](Id<File> id, const File& file) {
        std::optional<Pgoff> last;
        for (Id<Folio> p = file.pages.first(k.folios); p; p = file.pages.next(k.folios, p), ++cached) {
            const Folio& f = k.folios[p];
            if (f.file != id || f.mapping != Folio::Mapping::file) wrong = "a page is in the cache of another file";
            if (last && f.index <= *last) wrong = "a page cache has two pages for one index, or is out of order";
            if (f.index >= file.end) wrong = fmt::format("file {} has a page beyond its end", file.number);
            last = f.index;
        }
    });
    k.folios.each([&](Id<Folio>, const Folio& f) { known += static_cast<bool>(f.file); });
    if (!wrong && known != cached) wrong = "a page knows a file that does not know it";
    return wrong;
}

Wrong files_know_their_vmas(const Kernel& k) {
    Wrong wrong = each_vma(k, [&](Id<Vma> id, const Vma& v) -> Wrong {
        if (static_cast<bool>(v.shared) != (v.file >= 0)) return at(k, v) + " is of a file that does not know it";
        if (v.flags & VM_SHARED && v.flags & VM_MERGEABLE) return at(k, v) + " is shared, and mergeable";
        if (!v.shared) return {};
        const FileLink& link = k.file_links[v.shared];
        if (link.vma != id || k.files[link.file].number != v.file) return at(k, v) + " is in another file's i_mmap";
        if (link.offsets != interval(by_vm_pgoff(v.range))) return at(k, v) + ": stale interval in an i_mmap";
        return {};
    });
    std::size_t in_trees = 0;
    k.files.each([&](Id<File> id, const File& file) {
        Pgoff last{};
        for (Id<FileLink> l = file.i_mmap.first(k.file_links); l; l = file.i_mmap.next(k.file_links, l), ++in_trees) {
            if (k.file_links[l].file != id) wrong = "an entry is in the i_mmap of another file";
            if (k.file_links[l].offsets.first < last) wrong = "an i_mmap is out of order";
            last = k.file_links[l].offsets.first;
        }
    });
    if (!wrong && in_trees != k.file_links.live_count()) wrong = "an i_mmap does not hold every VMA of its file";
    return wrong;
}

constexpr Invariant list[] = {
    {"vmas-ordered", "VMAs of a process do not overlap, are not empty, and are as many as map_count says",
     vmas_are_ordered},
    {"chains",
     "a VMA has a chain exactly if it has an anon_vma; the chain holds it and its root, and no other root; until 6.19 "
     "it ends at the root",
     chains_lead_to_own_root},
    {"trees", "the trees hold exactly the entries of the chains, each at the offsets of its VMA, in order",
     trees_hold_the_chains},
    {"anon-vma-counts", "num_active_vmas, num_children and refcount of an anon_vma are what they count",
     anon_vmas_are_counted},
    {"anon-vma-owner", "the VMAs whose own anon_vma it is are of one process", anon_vmas_have_one_owner},
    {"linear", "an ordinary anonymous page has the linear index of each VMA that maps it, and is in its reach",
     anonymous_pages_are_linear},
    {"folio-counts", "mapcounts, swap counts and exclusive marks agree with the page tables", folios_are_counted},
    {"flights", "a folio is locked exactly while one operation in flight has it in its hands", flights_hold_folios},
    {"offsets", "only a file's VMA has two offsets, since 7.3; unwritten, its anonymous one is its page number",
     offsets_are_at_home},
    {"exclusive-owner", "since 7.0 an exclusive page is of its VMA's own anon_vma", exclusive_pages_are_owned},
    {"scan-word", "since 7.3 the scanner remembers nothing of a listed rmap_item", listed_items_have_no_scan_word},
    {"file-pages",
     "a page of a file is mapped at its index in its file; shared memory maps no others, and nobody beyond the end",
     file_pages_are_linear},
    {"page-cache", "a page cache has one page for an index, none beyond the end of the file, and is known to its pages",
     page_caches_hold_pages},
    {"i_mmap", "the VMAs of a file are in its i_mmap, at their offsets, in order", files_know_their_vmas},
    {"rmap-items", "stable rmap_items are listed once and hold an anon_vma; one item for a page, in order",
     rmap_items_are_listed},
    {"stable-tree", "one place for each content, and KSM pages do not change", stable_tree_is_ordered},
};

} // namespace

std::span<const Invariant> invariants() { return list; }

std::optional<std::string> first_broken_invariant(const Kernel& k) {
    if (k.stale) return {}; // a finding, and the end
    for (const Invariant& i : list)
        if (Wrong wrong = i.broken(k)) return std::string(i.name) + ": " + *wrong;
    return {};
}

} // namespace model
