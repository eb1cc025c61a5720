#include "checker/kernels/sight/reach.h"

#include <algorithm>

#include <fmt/format.h>

#include "checker/walks/walks.h"

namespace checker::kernels {
namespace {

const VmaPicture* find_vma(const Picture& p, const AnonVmaPicture::Entry& e) {
    for (const ProcessPicture& process : p.processes)
        if (process.pid == e.pid)
            for (const VmaPicture& v : process.vmas)
                if (v.start == e.start) return &v;
    return nullptr;
}

bool maps(const Picture& p, model::Pid pid, std::uint64_t address, Name frame) {
    for (const ProcessPicture& process : p.processes)
        if (process.pid == pid)
            for (const PagePicture& page : process.pages)
                if (page.address == address)
                    return page.frame == frame &&
                           (page.kind == PagePicture::Kind::ksm || page.kind == PagePicture::Kind::anon);
    return false;
}

model::Range range_of(const VmaPicture& v) { return {model::vpn(v.start), model::vpn(v.end), {v.pgoff}}; }

// The strategies that can be asked one item at a time.
struct Asked {
    const char* strategy;
    model::Interval (*query)(const model::RmapItem&);
};
constexpr Asked asked[] = {
    {"naive",
     [](const model::RmapItem&) {
         return model::Interval{{0}, model::PGOFF_MAX};
     }},
    {"addr-shift",
     [](const model::RmapItem& i) {
         return model::Interval{model::anonymous_pgoff(i.page), model::anonymous_pgoff(i.page)};
     }},
    {"vm-pgoff",
     [](const model::RmapItem& i) {
         return model::Interval{i.merged.vm_pgoff, i.merged.vm_pgoff};
     }},
    {"linear-index",
     [](const model::RmapItem& i) {
         return model::Interval{i.merged.linear, i.merged.linear};
     }},
};

std::string text_of(const std::vector<MappedAt>& entries) {
    std::string t;
    for (const MappedAt& e : entries) t += fmt::format(" {}:{:#x}", e.pid, model::address(e.page));
    return t.empty() ? " nothing" : t;
}

} // namespace

std::vector<MappedAt> reach(const Picture& p, const NodePicture& node, const Query& query) {
    std::vector<MappedAt> found;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        const auto& item = node.items[i];
        const auto tree = std::ranges::find(p.anon_vmas, item.anon_vma, &AnonVmaPicture::name);
        if (tree == p.anon_vmas.end()) continue;
        const model::Interval q = query(i);
        for (const auto& entry : tree->tree) {
            const VmaPicture* v = find_vma(p, entry);
            if (!v || !model::meets(model::interval(range_of(*v)), q)) continue;
            if (!model::contains(range_of(*v), model::vpn(item.address))) continue;
            if (maps(p, entry.pid, item.address, node.frame)) found.push_back({entry.pid, model::vpn(item.address)});
        }
    }
    std::ranges::sort(found);
    found.erase(std::unique(found.begin(), found.end()), found.end());
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

std::vector<std::string> compare_walks(const model::Kernel& k, const Picture& live, std::uint64_t& walks) {
    std::vector<std::string> lines;
    const PageTables tables = page_tables_of(k);
    k.nodes.each([&](model::Id<model::StableNode>, const model::StableNode& n) {
        if (!n.folio || !k.folios[n.folio].mapcount) return;
        std::vector<const model::RmapItem*> items;
        for (model::Id<model::RmapItem> i = n.hlist; i; i = k.items[i].next) items.push_back(&k.items[i]);
        // The same node is the one with an entry at the same place.
        const NodePicture* node = nullptr;
        MappedAt place;
        for (const PageTable& t : tables)
            for (const auto& e : t.present)
                if (e.folio == n.folio.n && !node) {
                    place = {t.pid, e.page};
                    for (const NodePicture& candidate : live.nodes)
                        if (maps(live, t.pid, model::address(e.page), candidate.frame)) node = &candidate;
                }
        if (!node || node->items.size() != items.size()) return;
        for (const Asked& a : asked) {
            const Strategy* s = find_strategy(a.strategy);
            if (!s) continue;
            ++walks;
            const auto in_model = s->walk(k, n.folio).found;
            const auto in_kernel = reach(live, *node, [&](std::size_t i) { return a.query(*items[i]); });
            if (in_model != in_kernel)
                lines.push_back(fmt::format(
                    "{} on the page at {}:{:#x}: model reaches{} | on the kernel's structures{}", a.strategy, place.pid,
                    model::address(place.page), text_of(in_model), text_of(in_kernel)));
        }
    });
    return lines;
}

} // namespace checker::kernels
