#include "checker/kernels/sight/reach.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace checker::kernels {
namespace {

const ProcessPicture* find_process(const Picture& p, model::Pid pid) {
    const auto found = std::ranges::find(p.processes, pid, &ProcessPicture::pid);
    return found == p.processes.end() ? nullptr : &*found;
}

const VmaPicture* find_vma(const Picture& p, const AnonVmaPicture::Entry& e) {
    const ProcessPicture* process = find_process(p, e.pid);
    if (!process) return nullptr;
    const auto v = std::ranges::lower_bound(process->vmas, e.start, {}, &VmaPicture::start);
    return v != process->vmas.end() && v->start == e.start ? &*v : nullptr;
}

bool maps(const Picture& p, model::Pid pid, std::uint64_t address, Name frame) {
    const ProcessPicture* process = find_process(p, pid);
    if (!process) return false;
    const auto page = std::ranges::lower_bound(process->pages, address, {}, &PagePicture::address);
    return page != process->pages.end() && page->address == address && page->frame == frame &&
           (page->kind == PagePicture::Kind::ksm || page->kind == PagePicture::Kind::anon);
}

// The key of anon_vma trees is the anonymous offset.
model::Range range_of(const VmaPicture& v) {
    const std::uint64_t anon = v.anon_pgoff.value_or(v.pgoff);
    return {model::vpn(v.start), model::vpn(v.end), {anon}, {v.pgoff - anon}};
}

std::string text_of(const std::vector<MappedAt>& entries) {
    std::string t;
    for (const MappedAt& e : entries) t += fmt::format(" {}:{:#x}", e.pid, model::address(e.page));
    return t.empty() ? " nothing" : t;
}

void sort_out(std::vector<MappedAt>& entries) {
    std::ranges::sort(entries);
    entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
}

// A stable node of the model and the same in a picture: the one with an entry at the same place.
struct SameNode {
    const NodePicture* node = nullptr;
    std::vector<const model::RmapItem*> items; // in the order of the list, as the picture's are
    MappedAt place;
};

std::optional<SameNode> same_node(const model::Kernel& k, const PageTables& tables, const model::StableNode& n,
                                  const Picture& live) {
    if (!n.folio || !k.folios[n.folio].mapcount) return {};
    SameNode same;
    for (model::Id<model::RmapItem> i = n.hlist; i; i = k.items[i].next) same.items.push_back(&k.items[i]);
    for (const PageTable& t : tables)
        for (const auto& e : t.present)
            if (e.folio == n.folio.n && !same.node) {
                same.place = {t.pid, e.page};
                for (const NodePicture& candidate : live.nodes)
                    if (maps(live, t.pid, model::address(e.page), candidate.frame)) same.node = &candidate;
            }
    if (!same.node || same.node->items.size() != same.items.size()) return {};
    return same;
}

// What a plan asks of the picture for one rmap_item. What it stores comes from the model's record, and so does the name
// of the VMA that the page was merged in; but a kernel that records the linear index is asked for it.
PictureQuery query_of(const Strategy& s, const Ask& ask, const model::Kernel& k, const model::RmapItem& item,
                      const NodePicture::Item& seen, const Picture& live) {
    Clue clue{item.page, stored_word(s, k, item), {}};
    if (seen.index && s.stored.word == linear_index_at_merge.word && k.config.layout.in_union != s.stored.word)
        clue.word = *seen.index;
    Name tree = seen.anon_vma;
    if (ask.tree == AskedTree::of_merge_vma) {
        const model::MergeRecord& m = item.merged;
        if (!k.vmas.alive(m.vma) || k.vmas[m.vma].birth != m.vma_birth) return {};
        const model::Vma& vma = k.vmas[m.vma];
        const VmaPicture* v = find_vma(live, {k.mms[vma.mm].pid, model::address(vma.range.start)});
        if (!v) return {};
        clue.vma = range_of(*v);
        tree = v->anon_vma;
    }
    return {tree, ask.pgoffs(clue), ask.place};
}

std::vector<MappedAt> walk_of(const Strategy& s, const model::Kernel& k, const SameNode& same, const Picture& live) {
    std::vector<MappedAt> found;
    const std::size_t entries = mapped(live, same.node->frame).size();
    for (const Ask& ask : s.asks) {
        if (&ask != s.asks.data() && found.size() >= entries) break;
        const auto more = reach(live, *same.node, [&](std::size_t i) {
            return query_of(s, ask, k, *same.items[i], same.node->items[i], live);
        });
        found.insert(found.end(), more.begin(), more.end());
        sort_out(found);
    }
    return found;
}

} // namespace

std::vector<MappedAt> reach(const Picture& p, const NodePicture& node, const Query& query) {
    std::vector<MappedAt> found;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        const PictureQuery q = query(i);
        const auto tree = std::ranges::find(p.anon_vmas, q.anon_vma, &AnonVmaPicture::name);
        if (!q.anon_vma || tree == p.anon_vmas.end()) continue;
        for (const auto& entry : tree->tree) {
            const VmaPicture* v = find_vma(p, entry);
            if (!v || !model::meets(model::interval(range_of(*v)), q.pgoffs)) continue;
            const model::Vpn page = q.place == LookAt::of_offset ? model::vma_address(range_of(*v), q.pgoffs.first)
                                                                 : model::vpn(node.items[i].address);
            if (!model::contains(range_of(*v), page)) continue;
            if (maps(p, entry.pid, model::address(page), node.frame)) found.push_back({entry.pid, page});
        }
    }
    sort_out(found);
    return found;
}

std::vector<MappedAt> mapped(const Picture& p, Name frame) {
    std::vector<MappedAt> all;
    for (const ProcessPicture& process : p.processes)
        for (const PagePicture& page : process.pages)
            if (page.frame == frame && page.kind == PagePicture::Kind::ksm)
                all.push_back({process.pid, model::vpn(page.address)});
    return all;
}

std::vector<std::string> compare_walks(const Session& session, const Picture& live, WalksCompared& walks) {
    std::vector<std::string> lines;
    for (const Machine& machine : session.machines) {
        const model::Kernel& k = machine.kernel;
        if (&machine != &session.machines.front() && !compare(picture_of(k), live).empty()) continue;
        const PageTables tables = page_tables_of(k);
        k.nodes.each([&](model::Id<model::StableNode>, const model::StableNode& n) {
            const std::optional<SameNode> same = same_node(k, tables, n, live);
            if (!same) return;
            for (const Strategy* s : machine.strategies) {
                ++walks[s];
                const auto in_model = s->walk(k, n.folio).found;
                const auto in_kernel = walk_of(*s, k, *same, live);
                if (in_model != in_kernel)
                    lines.push_back(fmt::format(
                        "{} on the page at {}:{:#x}: model reaches{} | on the kernel's structures{}", s->name,
                        same->place.pid, model::address(same->place.page), text_of(in_model), text_of(in_kernel)));
            }
        });
    }
    return lines;
}

} // namespace checker::kernels
