#include "checker/kernels/sight/picture.h"

#include <algorithm>
#include <map>

#include "model/address_space.h"
#include "model/ksm.h"
#include "model/page_table.h"

namespace checker::kernels {
namespace {

using namespace model;

template <class T> Name name_of(Id<T> id) { return id ? Name{id.n} + 1 : 0; }
Name slot_name(Id<SwapEntry> id) { return (Name{1} << 40) + id.n; }

std::uint64_t known_flags() {
    std::uint64_t all = 0;
    for (const auto& f : vm_flag_letters) all |= f.value;
    return all;
}

VmaPicture picture_of_vma(const Kernel& k, Id<Vma> id) {
    const Vma& v = k.vmas[id];
    VmaPicture p{address(v.range.start), address(v.range.end), v.flags & known_flags(), v.file,
                 vm_pgoff(v.range).n,    v.range.pgoff.n,      name_of(v.anon_vma),     {}};
    for (Id<Avc> a = v.chain; a; a = k.avcs[a].next) p.chain.push_back(name_of(k.avcs[a].anon_vma));
    return p;
}

PagePicture picture_of_page(const Kernel& k, const Pte& pte) {
    PagePicture p;
    p.address = address(pte.page);
    if (pte.kind == Pte::Kind::zero || pte.kind == Pte::Kind::ksm_zero) {
        p.kind = PagePicture::Kind::zero;
        return p;
    }
    if (pte.kind == Pte::Kind::swap) {
        p.kind = PagePicture::Kind::swap;
        p.frame = slot_name(pte.swap);
        return p;
    }
    const Folio& f = k.folios[pte.folio];
    p.kind = pte.kind == Pte::Kind::migration    ? PagePicture::Kind::migration
             : f.mapping == Folio::Mapping::ksm  ? PagePicture::Kind::ksm
             : f.mapping == Folio::Mapping::file ? PagePicture::Kind::file
                                                 : PagePicture::Kind::anon;
    p.frame = name_of(pte.folio);
    p.mapcount = p.kind == PagePicture::Kind::file ? 0 : f.mapcount;
    p.swap_cache = static_cast<bool>(f.swap);
    p.byte = f.byte;
    p.exclusive = f.exclusive;
    p.index = f.index.n;
    p.anon_vma = p.kind == PagePicture::Kind::anon ? name_of(f.anon_vma) : 0;
    return p;
}

ProcessPicture picture_of_process(const Kernel& k, Id<Mm> mm) {
    ProcessPicture p;
    p.pid = k.mms[mm].pid;
    for (Id<Vma> v = first_vma(k, mm); v; v = next_vma(k, v)) p.vmas.push_back(picture_of_vma(k, v));
    for (Id<Pte> pte = pte_from(k, mm, Vpn{}); pte; pte = next_pte(k, mm, pte))
        if (k.ptes[pte].kind != Pte::Kind::guard) p.pages.push_back(picture_of_page(k, k.ptes[pte]));
    const KsmStat s = ksm_stat(k, mm);
    p.rmap_items = s.ksm_rmap_items;
    p.merging_pages = s.ksm_merging_pages;
    p.zero_pages = static_cast<std::uint64_t>(s.ksm_zero_pages);
    p.merge_any = s.ksm_merge_any;
    return p;
}

// What try_to_merge_with_ksm_page() of 7.3 writes.
std::optional<std::uint64_t> index_of(const RmapItem& item) {
    if (!item.merged.vma_birth) return {};
    return linear_page_index(item.merged.range, item.page).n;
}

Pid pid_of(const Kernel& k, Id<Mm> mm) { return k.mms.alive(mm) && !k.mms[mm].exited ? k.mms[mm].pid : 0; }

// Numbers given out in the order in which names are met.
struct Renaming {
    std::map<Name, Name> names;
    void meet(Name& n) {
        if (n) n = names.try_emplace(n, names.size() + 1).first->second;
    }
};

} // namespace

Picture picture_of(const Kernel& k) {
    Picture p;
    p.level = Level::kernel;
    p.has_ksm = true;
    for (Id<Mm> mm = k.processes.first(k.mms); mm; mm = k.processes.next(k.mms, mm))
        p.processes.push_back(picture_of_process(k, mm));
    k.anon_vmas.each([&](Id<AnonVma> id, const AnonVma& a) {
        AnonVmaPicture q{name_of(id), name_of(a.root), name_of(a.parent), a.refcount, a.num_children, a.num_active_vmas,
                         {}};
        for (Id<Avc> e = a.tree.first(k.avcs); e; e = a.tree.next(k.avcs, e)) {
            const Vma& v = k.vmas[k.avcs[e].vma];
            q.tree.push_back({pid_of(k, v.mm), address(v.range.start)});
        }
        p.anon_vmas.push_back(std::move(q));
    });
    k.nodes.each([&](Id<StableNode>, const StableNode& n) {
        if (!n.folio || !k.folios[n.folio].mapcount) return;
        NodePicture q{name_of(n.folio), {}};
        for (Id<RmapItem> i = n.hlist; i; i = k.items[i].next)
            q.items.push_back({pid_of(k, k.items[i].mm), address(k.items[i].page), name_of(k.items[i].anon_vma),
                               index_of(k.items[i])});
        p.nodes.push_back(std::move(q));
    });
    const KsmCounters c = ksm_counters(k);
    p.ksm = {c.pages_shared,
             c.pages_sharing,
             c.pages_unshared,
             c.pages_volatile,
             c.pages_skipped,
             c.stable_node_chains,
             c.stable_node_dups,
             0,
             0,
             c.ksm_zero_pages};
    for (const StablePlace& place : k.ksm.stable) { // stable_node_dup()
        const auto live =
            std::ranges::count_if(place.dups, [&](Id<StableNode> n) { return static_cast<bool>(k.nodes[n].folio); });
        if (place.chain && live > 1) ++p.ksm.least_chains, p.ksm.least_dups += static_cast<std::uint64_t>(live);
    }
    return p;
}

Picture renamed(Picture p) {
    Renaming frames, trees;
    for (ProcessPicture& process : p.processes) {
        for (VmaPicture& v : process.vmas) {
            trees.meet(v.anon_vma);
            for (Name& n : v.chain) trees.meet(n);
        }
        for (PagePicture& page : process.pages) {
            frames.meet(page.frame);
            trees.meet(page.anon_vma);
        }
    }
    std::erase_if(p.nodes, [&](const NodePicture& n) { return !frames.names.contains(n.frame); });
    for (NodePicture& n : p.nodes) frames.meet(n.frame);
    std::ranges::sort(p.nodes, {}, &NodePicture::frame);
    for (NodePicture& n : p.nodes)
        for (auto& i : n.items) trees.meet(i.anon_vma);
    std::vector<AnonVmaPicture> met; // in the order of their new names; those met here lead to others
    std::map<Name, const AnonVmaPicture*> by_name;
    for (const AnonVmaPicture& a : p.anon_vmas) by_name[a.name] = &a;
    std::vector<Name> order(trees.names.size());
    for (const auto& [old, fresh] : trees.names) order[fresh - 1] = old;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto found = by_name.find(order[i]);
        if (found == by_name.end()) continue;
        AnonVmaPicture a = *found->second;
        for (Name* n : {&a.name, &a.root, &a.parent}) {
            const Name old = *n;
            if (old && !trees.names.contains(old)) order.push_back(old);
            trees.meet(*n);
        }
        met.push_back(std::move(a));
    }
    p.anon_vmas = std::move(met);
    return p;
}

} // namespace checker::kernels
