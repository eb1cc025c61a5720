// Comparing two pictures, and writing one down.
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "checker/kernels/sight/picture.h"
#include "model/arithmetic/units.h"
#include "model/flags.h"

namespace checker::kernels {
namespace {

std::string letters(std::uint64_t flags) {
    std::string text;
    for (const auto& f : model::vm_flag_letters)
        if (flags & f.value) text += (text.empty() ? "" : " ") + std::string(f.letters);
    return text;
}

std::string_view kind_of(const PagePicture& p) {
    switch (p.kind) {
    case PagePicture::Kind::zero: return "zero";
    case PagePicture::Kind::anon: return "anon";
    case PagePicture::Kind::ksm: return "ksm";
    case PagePicture::Kind::swap: return "swap";
    case PagePicture::Kind::migration: return "migration";
    case PagePicture::Kind::file: return "file";
    }
    return "?";
}

std::string text_of(const VmaPicture& v, Level level) {
    std::string t = fmt::format("{:#x}-{:#x} [{}]", v.start, v.end, letters(v.flags));
    if (v.file >= 0) t += fmt::format(" file {}", v.file);
    if (level == Level::kernel || v.file >= 0) t += fmt::format(" pgoff {:#x}", v.pgoff);
    if (level == Level::kernel && v.anon_pgoff && *v.anon_pgoff != v.pgoff)
        t += fmt::format(" anon pgoff {:#x}", *v.anon_pgoff);
    if (level == Level::kernel && v.anon_vma)
        t += fmt::format(" A{} chain [A{}]", v.anon_vma, fmt::join(v.chain, ", A"));
    return t;
}

std::string text_of(const PagePicture& p, Level level) {
    std::string t = fmt::format("{:#x} {}", p.address, kind_of(p));
    if (p.frame) t += fmt::format(" frame {}", p.frame);
    if (p.mapcount) t += fmt::format(" mapped {}", p.mapcount);
    if (p.swap_cache) t += " in swap cache";
    if (p.byte >= 0) t += fmt::format(" byte {:#x}", p.byte);
    if (level != Level::kernel || !p.mapcount) return t;
    t += fmt::format(" index {:#x}", p.index);
    if (p.anon_vma) t += fmt::format(" A{}", p.anon_vma);
    return t + (p.exclusive ? " exclusive" : "");
}

std::string text_of(const AnonVmaPicture& a) {
    std::string t =
        fmt::format("A{} root A{} parent {} refs {} children {} active {} tree", a.name, a.root,
                    a.parent ? fmt::format("A{}", a.parent) : "none", a.refcount, a.num_children, a.num_active_vmas);
    for (const auto& e : a.tree) t += fmt::format(" {}:{:#x}", e.pid, e.start);
    return t;
}

std::string text_of(const NodePicture& n) {
    std::string t = fmt::format("stable node of frame {}:", n.frame);
    for (const auto& i : n.items) {
        t += fmt::format(" {}:{:#x}(A{}", i.pid, i.address, i.anon_vma);
        t += i.index ? fmt::format(" index {:#x})", *i.index) : ")";
    }
    return t;
}

std::string text_of(const KsmPicture& k) {
    return fmt::format("ksm shared {} sharing {} unshared {} volatile {} skipped {} chains {} dups {} zero {}",
                       k.pages_shared, k.pages_sharing, k.pages_unshared, k.pages_volatile, k.pages_skipped,
                       k.stable_node_chains, k.stable_node_dups, k.zero_pages);
}

std::string counters_of(const ProcessPicture& p) {
    return fmt::format("rmap_items {} merging_pages {} zero_pages {} merge_any {}", p.rmap_items, p.merging_pages,
                       p.zero_pages, p.merge_any);
}

// Everything that a level does not show is made equal.
void reduce(Picture& p, Level level, bool ksm) {
    if (!ksm) p.ksm = {};
    for (ProcessPicture& process : p.processes) {
        if (!ksm) process.rmap_items = process.merging_pages = process.zero_pages = 0;
        if (!ksm) process.merge_any = false;
        for (VmaPicture& v : process.vmas)
            if (level < Level::kernel) {
                if (v.file < 0) v.pgoff = 0;
                v.anon_vma = 0;
                v.chain.clear();
            }
        if (level < Level::frames) process.pages.clear();
        for (PagePicture& page : process.pages)
            if (level < Level::kernel) page.exclusive = false, page.index = 0, page.anon_vma = 0;
    }
    if (level == Level::kernel) return;
    p.anon_vmas.clear();
    p.nodes.clear();
}

// What a kernel does not have: the second offset of its VMAs, and the index in its rmap_items.
void forget_what_other_has_not(Picture& p, const Picture& other) {
    const auto has_offset = [](const ProcessPicture& q) {
        return std::ranges::any_of(q.vmas, [](const VmaPicture& v) { return v.anon_pgoff.has_value(); });
    };
    const auto has_index = [](const NodePicture& n) {
        return std::ranges::any_of(n.items, [](const auto& i) { return i.index.has_value(); });
    };
    if (std::ranges::none_of(other.processes, has_offset))
        for (ProcessPicture& q : p.processes)
            for (VmaPicture& v : q.vmas) v.anon_pgoff.reset();
    if (std::ranges::none_of(other.nodes, has_index))
        for (NodePicture& n : p.nodes)
            for (auto& i : n.items) i.index.reset();
}

// An anon_vma without VMAs is no longer counted among its parent's children: its parent may be gone, and be anything.
void forget_parents(Picture& p) {
    for (AnonVmaPicture& a : p.anon_vmas)
        if (a.tree.empty()) a.parent = 0;
}

// Entries of a file's pages that nobody asked for: a read fault maps what the page cache has beside the page, and that
// is more where the kernel read ahead (do_fault_around()).
void forget_what_was_mapped_around(const Picture& model, Picture& live) {
    for (ProcessPicture& l : live.processes) {
        const auto m = std::ranges::find(model.processes, l.pid, &ProcessPicture::pid);
        if (m == model.processes.end()) continue;
        std::erase_if(l.pages, [&](const PagePicture& p) {
            return p.kind == PagePicture::Kind::file &&
                   !std::ranges::binary_search(m->pages, p.address, {}, &PagePicture::address);
        });
    }
}

// Chains that the kernel has already tidied up, and the model will when they are met.
void forgive_chains(const KsmPicture& model, KsmPicture& live) {
    auto within = [](std::uint64_t n, std::uint64_t least, std::uint64_t most) { return least <= n && n <= most; };
    if (!within(live.stable_node_chains, model.least_chains, model.stable_node_chains) ||
        !within(live.stable_node_dups, model.least_dups, model.stable_node_dups))
        return;
    live.stable_node_chains = model.stable_node_chains;
    live.stable_node_dups = model.stable_node_dups;
}

struct Differences {
    std::vector<std::string> lines;
    std::size_t limit;

    void add(const std::string& where, const std::string& model, const std::string& live) {
        if (model != live && lines.size() < limit)
            lines.push_back(fmt::format("{}: model {} | kernel {}", where, model, live));
    }
    // Two lists of the same things, matched by `key`; `text` says everything that matters of one.
    template <class T, class Key, class Text>
    void match(const std::string& where, const std::vector<T>& model, const std::vector<T>& live, Key key, Text text) {
        auto m = model.begin(), l = live.begin();
        while (m != model.end() || l != live.end()) {
            if (l == live.end() || (m != model.end() && key(*m) < key(*l)))
                add(where, text(*m++), "nothing");
            else if (m == model.end() || key(*l) < key(*m))
                add(where, "nothing", text(*l++));
            else
                add(where, text(*m++), text(*l++));
        }
    }
};

} // namespace

std::vector<std::string> compare(const Picture& model, const Picture& live, std::size_t limit) {
    const Level level = std::min(model.level, live.level);
    const bool ksm = model.has_ksm && live.has_ksm;
    Picture a = model, b = live;
    forget_what_other_has_not(a, live);
    forget_what_other_has_not(b, model);
    forget_what_was_mapped_around(a, b);
    for (Picture* p : {&a, &b}) {
        reduce(*p, level, ksm);
        forget_parents(*p);
        *p = renamed(std::move(*p));
    }
    if (ksm) forgive_chains(a.ksm, b.ksm);
    // A content that was not looked at says nothing.
    for (std::size_t i = 0; i < std::min(a.processes.size(), b.processes.size()); ++i) {
        auto &left = a.processes[i].pages, &right = b.processes[i].pages;
        for (std::size_t n = 0; n < std::min(left.size(), right.size()); ++n)
            if (right[n].byte < 0 || left[n].byte < 0) left[n].byte = right[n].byte = -1;
    }
    Differences d{{}, limit};
    auto place = [](const ProcessPicture& p) { return fmt::format("process {}", p.pid); };
    d.match(
        "processes", a.processes, b.processes, [](const auto& p) { return p.pid; }, place);
    for (const ProcessPicture& m : a.processes)
        for (const ProcessPicture& l : b.processes) {
            if (m.pid != l.pid) continue;
            d.match(
                place(m) + " VMA", m.vmas, l.vmas, [](const auto& v) { return v.start; },
                [&](const auto& v) { return text_of(v, level); });
            d.match(
                place(m) + " page", m.pages, l.pages, [](const auto& p) { return p.address; },
                [&](const auto& p) { return text_of(p, level); });
            if (ksm) d.add(place(m), counters_of(m), counters_of(l));
        }
    d.match(
        "anon_vma", a.anon_vmas, b.anon_vmas, [](const auto& v) { return v.name; },
        [](const auto& v) { return text_of(v); });
    d.match(
        "KSM", a.nodes, b.nodes, [](const auto& n) { return n.frame; }, [](const auto& n) { return text_of(n); });
    if (ksm) d.add("KSM", text_of(a.ksm), text_of(b.ksm));
    return d.lines;
}

std::string to_text(const Picture& picture) {
    constexpr std::size_t most_lines = 300; // no reader wants more
    Picture p = picture;
    forget_parents(p);
    p = renamed(std::move(p));
    std::string t;
    std::size_t lines = 0;
    auto add = [&](const std::string& line) {
        if (++lines <= most_lines) t += line + "\n";
    };
    for (const ProcessPicture& process : p.processes) {
        add(fmt::format("process {}", process.pid) + (p.has_ksm ? " " + counters_of(process) : ""));
        for (const VmaPicture& v : process.vmas) add("  VMA " + text_of(v, p.level));
        for (const PagePicture& page : process.pages) add("  page " + text_of(page, p.level));
    }
    for (const AnonVmaPicture& a : p.anon_vmas) add(text_of(a));
    for (const NodePicture& n : p.nodes) add(text_of(n));
    if (p.has_ksm) add(text_of(p.ksm));
    if (lines > most_lines) t += fmt::format("... and {} lines more\n", lines - most_lines);
    return t;
}

} // namespace checker::kernels
