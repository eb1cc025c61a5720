#include "checker/kernels/sight/observe_kernel.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "checker/kernels/agent/protocol.h"
#include "checker/kernels/sight/frames.h"
#include "model/arithmetic/units.h"

namespace checker::kernels {
namespace {

using Bytes = std::vector<unsigned char>;

constexpr std::uint64_t mapping_bits = 3; // FOLIO_MAPPING_FLAGS: 1 anonymous, 3 KSM
constexpr std::uint32_t rb_right = 8, rb_left = 16;
constexpr std::size_t most_objects = 100000; // a list that is longer is not one that we read rightly

struct Looker {
    KernelMemory& memory;
    const KernelTypes& t;
    std::map<KernelPointer, model::Pid> pid_of_mm{};
    struct Place {
        model::Pid pid;
        std::uint64_t start;
    };
    std::map<KernelPointer, Place> place_of_vma{};
    std::map<KernelPointer, Bytes> avcs{};
    std::map<KernelPointer, Bytes> anon_vmas{};
    std::string wrong{};

    Bytes read_one(KernelPointer at, std::uint32_t size) {
        const KernelPointer one[] = {at};
        auto all = memory.read(one, size);
        if (all[0].empty() && wrong.empty()) wrong = fmt::format("kernel memory at {:#x} cannot be read", at);
        return std::move(all[0]);
    }

    const Bytes& avc_at(KernelPointer at) {
        const auto found = avcs.find(at);
        return found != avcs.end() ? found->second : avcs[at] = read_one(at, t.avc.size);
    }

    // The anon_vma_chain list of every VMA, all lists one step at a time.
    void read_chains(std::span<VmaPicture*> vmas, std::span<const KernelPointer> at, std::span<const Bytes> bytes) {
        struct Walk {
            VmaPicture* vma;
            KernelPointer head, next;
        };
        std::vector<Walk> walks;
        for (std::size_t i = 0; i < vmas.size(); ++i)
            walks.push_back(
                {vmas[i], at[i] + t.vma.anon_vma_chain, field<KernelPointer>(bytes[i], t.vma.anon_vma_chain)});
        while (wrong.empty()) {
            std::erase_if(walks, [](const Walk& w) { return w.next == w.head; });
            if (walks.empty()) return;
            std::vector<KernelPointer> wanted;
            for (const Walk& w : walks) wanted.push_back(w.next - t.avc.same_vma);
            const auto read = memory.read(wanted, t.avc.size);
            for (std::size_t i = 0; i < walks.size(); ++i) {
                if (read[i].empty() || avcs.size() > most_objects) {
                    wrong = "an anon_vma_chain list cannot be read";
                    return;
                }
                walks[i].vma->chain.push_back(field<KernelPointer>(read[i], t.avc.anon_vma));
                walks[i].next = field<KernelPointer>(read[i], t.avc.same_vma);
                avcs[wanted[i]] = read[i];
            }
        }
    }

    void read_vmas(const Process& process, ProcessPicture& p) {
        std::vector<KernelPointer> at;
        std::vector<VmaPicture*> vmas;
        std::size_t n = 0;
        for (const VmaHandle& h : memory.vmas(process.real)) {
            pid_of_mm[h.mm] = process.pid;
            if (h.start >= agent::on_this_machine.start && h.start < agent::on_this_machine.end) continue;
            if (n >= p.vmas.size() || p.vmas[n].start != h.start || p.vmas[n].end != h.end) {
                wrong = fmt::format("smaps and the VMAs of process {} do not agree", process.pid);
                return;
            }
            at.push_back(h.vma);
            vmas.push_back(&p.vmas[n++]);
            place_of_vma[h.vma] = {process.pid, h.start};
        }
        if (n != p.vmas.size()) {
            wrong = fmt::format("BPF shows {} VMAs of process {}, smaps {}", n, process.pid, p.vmas.size());
            return;
        }
        const auto bytes = memory.read(at, t.vma.size);
        for (std::size_t i = 0; i < at.size(); ++i) {
            vmas[i]->pgoff = field<std::uint64_t>(bytes[i], t.vma.vm_pgoff);
            vmas[i]->anon_pgoff = anon_pgoff_in(t, bytes[i]);
            vmas[i]->anon_vma = field<KernelPointer>(bytes[i], t.vma.anon_vma);
        }
        read_chains(vmas, at, bytes);
    }

    // struct page of every frame that is mapped; the stable nodes of those that KSM has.
    void read_pages(ProcessPicture& p, const Process& process, std::map<KernelPointer, Name>& nodes) {
        std::vector<KernelPointer> at;
        std::vector<PagePicture*> pages;
        for (PagePicture& page : p.pages)
            if (page.kind == PagePicture::Kind::anon || page.kind == PagePicture::Kind::ksm) {
                at.push_back(memory.page_of(page.frame));
                pages.push_back(&page);
            }
        static_cast<void>(process);
        const auto bytes = memory.read(at, t.page.size);
        for (std::size_t i = 0; i < at.size(); ++i) {
            PagePicture& page = *pages[i];
            const auto mapping = field<KernelPointer>(bytes[i], t.page.mapping);
            const bool ksm = (mapping & mapping_bits) == 3;
            page.kind = ksm ? PagePicture::Kind::ksm : PagePicture::Kind::anon; // kpageflags is wrong on some kernels
            page.exclusive = field<std::uint64_t>(bytes[i], t.page.flags) >> t.anon_exclusive_bit & 1;
            page.index = field<std::uint64_t>(bytes[i], t.page.index);
            page.mapcount = field<std::uint32_t>(bytes[i], t.page.mapcount) + 1u;
            page.anon_vma = ksm ? 0 : mapping & ~mapping_bits;
            if (ksm && (mapping & ~mapping_bits)) nodes[mapping & ~mapping_bits] = page.frame;
        }
    }

    // Looks for items of the node that are not in its list, beside those that are: they share pages of the allocator.
    void find_mistaken(KernelPointer node, const std::vector<KernelPointer>& listed,
                       std::vector<NodePicture::Item>& mistaken) {
        constexpr std::uint64_t flags = model::PAGE_SIZE - 1, stable_flag = 0x200, slab = 4096;
        std::vector<KernelPointer> at;
        for (KernelPointer item : listed)
            for (KernelPointer o = item & ~(slab - 1), end = o + slab; o < end; o += t.rmap_item.size) at.push_back(o);
        std::sort(at.begin(), at.end());
        at.erase(std::unique(at.begin(), at.end()), at.end());
        for (const Bytes& item : memory.read(at, t.rmap_item.size)) {
            const auto mm = pid_of_mm.find(field<KernelPointer>(item, t.rmap_item.mm));
            const auto address = field<std::uint64_t>(item, t.rmap_item.address);
            if (mm == pid_of_mm.end() || (address & stable_flag) ||
                field<KernelPointer>(item, t.rmap_item.head) != node)
                continue;
            mistaken.push_back({mm->second, address & ~flags, 0, {}});
        }
    }

    NodePicture read_node(KernelPointer at, Name frame, std::vector<NodePicture::Item>& mistaken) {
        NodePicture n{frame, {}};
        std::vector<KernelPointer> listed;
        KernelPointer next = field<KernelPointer>(read_one(at, t.stable_node.size), t.stable_node.hlist);
        while (next && wrong.empty() && n.items.size() < most_objects) {
            const Bytes item = read_one(next - t.rmap_item.hlist, t.rmap_item.size);
            const auto mm = pid_of_mm.find(field<KernelPointer>(item, t.rmap_item.mm));
            n.items.push_back({mm == pid_of_mm.end() ? 0 : mm->second,
                               field<std::uint64_t>(item, t.rmap_item.address) & ~(model::PAGE_SIZE - 1),
                               field<KernelPointer>(item, t.rmap_item.anon_vma), recorded_index_in(t, item)});
            listed.push_back(next - t.rmap_item.hlist);
            next = field<KernelPointer>(item, t.rmap_item.hlist);
        }
        find_mistaken(at, listed, mistaken);
        return n;
    }

    void in_order(KernelPointer node, std::vector<AnonVmaPicture::Entry>& tree, int depth = 0) {
        if (!node || !wrong.empty()) return;
        if (depth > 64) {
            wrong = "an interval tree is deeper than it can be";
            return;
        }
        const Bytes avc = avc_at(node - t.avc.rb);
        in_order(field<KernelPointer>(avc, t.avc.rb + rb_left), tree, depth + 1);
        const auto vma = place_of_vma.find(field<KernelPointer>(avc, t.avc.vma));
        tree.push_back(vma == place_of_vma.end() ? AnonVmaPicture::Entry{}
                                                 : AnonVmaPicture::Entry{vma->second.pid, vma->second.start});
        in_order(field<KernelPointer>(avc, t.avc.rb + rb_right), tree, depth + 1);
    }

    // The anon_vmas of `wanted`, and all that they lead to.
    void read_anon_vmas(std::vector<KernelPointer> wanted, std::vector<AnonVmaPicture>& pictures) {
        while (!wanted.empty() && wrong.empty()) {
            std::sort(wanted.begin(), wanted.end());
            wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
            std::erase_if(wanted, [&](KernelPointer a) { return !a || anon_vmas.contains(a); });
            const auto read = memory.read(wanted, t.anon_vma.size);
            std::vector<KernelPointer> further;
            for (std::size_t i = 0; i < wanted.size(); ++i) {
                AnonVmaPicture a;
                a.name = wanted[i];
                a.root = field<KernelPointer>(read[i], t.anon_vma.root);
                a.parent = field<KernelPointer>(read[i], t.anon_vma.parent);
                a.refcount = field<std::uint32_t>(read[i], t.anon_vma.refcount);
                a.num_children = field<std::uint64_t>(read[i], t.anon_vma.num_children);
                a.num_active_vmas = field<std::uint64_t>(read[i], t.anon_vma.num_active_vmas);
                in_order(field<KernelPointer>(read[i], t.anon_vma.rb_root), a.tree);
                anon_vmas[wanted[i]] = read[i];
                further.push_back(a.root);
                if (!a.tree.empty()) further.push_back(a.parent); // else it may be gone
                pictures.push_back(std::move(a));
            }
            wanted = std::move(further);
        }
    }
};

} // namespace

Available<void> look_into_kernel(KernelMemory& memory, std::span<const Process> processes, Picture& picture) {
    Looker l{memory, memory.types()};
    std::map<KernelPointer, Name> nodes;
    std::vector<KernelPointer> wanted;
    for (std::size_t i = 0; i < processes.size(); ++i) {
        ProcessPicture& p = picture.processes[i];
        l.read_vmas(processes[i], p);
        l.read_pages(p, processes[i], nodes);
        for (const VmaPicture& v : p.vmas) {
            wanted.push_back(v.anon_vma);
            wanted.insert(wanted.end(), v.chain.begin(), v.chain.end());
        }
        for (const PagePicture& page : p.pages) wanted.push_back(page.anon_vma);
    }
    for (const auto& [node, frame] : nodes) {
        picture.nodes.push_back(l.read_node(node, frame, picture.mistaken));
        for (const auto& item : picture.nodes.back().items) wanted.push_back(item.anon_vma);
    }
    l.read_anon_vmas(std::move(wanted), picture.anon_vmas);
    if (!l.wrong.empty()) return unavailable(l.wrong);
    return {};
}

} // namespace checker::kernels
