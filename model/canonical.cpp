#include "model/canonical.h"

#include <xxhash.h>

#include <algorithm>
#include <functional>

#include "model/ksm.h"
#include "model/page_table.h"

namespace model {
namespace {

// The byte that this is the checksum of, or -1. See checksum(): a product with an odd number, its last bit then set.
int byte_of_checksum(std::uint32_t sum) {
    constexpr std::uint32_t inverse = 0x0e8b2f51u; // of 0x9e3779b1, modulo 2^32
    static_assert(0x9e3779b1u * inverse == 1u);
    for (std::uint32_t product : {sum, sum ^ 1u}) {
        const std::uint32_t byte = product * inverse - 1;
        if (byte < 256 && checksum(static_cast<std::uint8_t>(byte)) == sum) return static_cast<int>(byte);
    }
    return -1;
}

} // namespace

template <class T> void Canonicalizer::Namer<T>::start(std::size_t capacity) {
    names.assign(capacity, 0);
    met.clear();
}

template <class T> std::uint64_t Canonicalizer::Namer<T>::operator()(Id<T> id) {
    if (!id) return 0;
    std::uint32_t& name = names[id.n];
    if (!name) {
        met.push_back(id);
        name = static_cast<std::uint32_t>(met.size());
    }
    return name;
}

// Processes on ksmd's list come in its order, which no renaming changes. No order is natural among the others: every
// one is tried, and the least form is taken.
std::span<const std::uint64_t> Canonicalizer::form(const Kernel& k, Symmetry symmetry) {
    symmetry_ = symmetry;
    order_.clear();
    if (symmetry == Symmetry::identities) {
        order_by_pid(k);
        write(k);
        return out_;
    }
    for (Id<Mm> m = k.ksm.slots_first; m; m = k.mms[m].slot_next) order_.push_back(m);
    const auto listed = static_cast<std::ptrdiff_t>(order_.size());
    for (Id<Mm> m = k.processes.first(k.mms); m; m = k.processes.next(k.mms, m))
        if (!k.mms[m].vm_mergeable) order_.push_back(m);
    std::sort(order_.begin() + listed, order_.end());
    write(k);
    if (static_cast<std::ptrdiff_t>(order_.size()) - listed < 2) return out_;
    best_ = out_;
    while (std::next_permutation(order_.begin() + listed, order_.end())) {
        write(k);
        if (out_ < best_) std::swap(out_, best_);
    }
    return best_;
}

void Canonicalizer::order_by_pid(const Kernel& k) {
    for (Id<Mm> m = k.processes.first(k.mms); m; m = k.processes.next(k.mms, m)) order_.push_back(m);
    for (Id<Mm> m = k.ksm.slots_first; m; m = k.mms[m].slot_next)
        if (k.mms[m].exited) order_.push_back(m);
}

void Canonicalizer::write(const Kernel& k) {
    out_.clear();
    contents_ = 0;
    std::fill(std::begin(content_names_), std::end(content_names_), std::uint8_t{0});
    files_.clear();
    mm_.start(k.mms.capacity());
    vma_.start(k.vmas.capacity());
    anon_.start(k.anon_vmas.capacity());
    folio_.start(k.folios.capacity());
    swap_.start(k.swaps.capacity());
    node_.start(k.nodes.capacity());

    for (Id<Mm> m : order_) mm_(m);
    put(order_.size());
    for (Id<Mm> m = k.ksm.slots_first; m; m = k.mms[m].slot_next) put(mm_(m));
    put(0);
    for (Id<Mm> m : order_)
        for (Id<Vma> v = k.mms[m].vmas.first(k.vmas); v; v = k.mms[m].vmas.next(k.vmas, v)) vma_(v);
    for (Id<Mm> m : order_) process(k, m);
    stable_tree(k);
    if (!k.flights.empty() || k.stale) flights(k);
    if (k.files.live_count()) files(k);
    for (std::size_t i = 0; i < folio_.met.size() || i < swap_.met.size(); ++i) { // each leads to the other
        if (i < folio_.met.size()) folio(k, folio_.met[i]);
        if (i < swap_.met.size()) swap(k, swap_.met[i]);
    }
    for (std::size_t i = 0; i < anon_.met.size(); ++i) anon_vma(k, anon_.met[i]);
    config(k);
}

// Zero is no name: the kernel itself fills pages with it.
std::uint64_t Canonicalizer::content(std::uint8_t byte) {
    if (symmetry_ == Symmetry::identities || !byte) return byte;
    std::uint8_t& name = content_names_[byte];
    if (!name) name = ++contents_;
    return name;
}

std::uint64_t Canonicalizer::file(std::int32_t number) {
    if (number < 0) return 0;
    if (symmetry_ == Symmetry::identities) return static_cast<std::uint64_t>(number) + 1;
    auto at = std::find(files_.begin(), files_.end(), number);
    if (at == files_.end()) at = files_.insert(at, number);
    return static_cast<std::uint64_t>(at - files_.begin()) + 1;
}

// A checksum stands for a content. A page offset kept in its place (ItemLayout::in_union) stands for itself.
std::uint64_t Canonicalizer::scan_word(const RmapItem& i, const ItemLayout& layout) {
    const bool offset = layout.in_union && i.state == RmapItem::State::stable;
    if (symmetry_ == Symmetry::identities || offset || !i.scan_word) return i.scan_word;
    const int byte = byte_of_checksum(oldchecksum(i));
    if (byte < 0) return i.scan_word;
    return (std::uint64_t{1} << 63) | (i.scan_word >> 32 << 32) | content(static_cast<std::uint8_t>(byte));
}

void Canonicalizer::process(const Kernel& k, Id<Mm> id) {
    const Mm& mm = k.mms[id];
    if (symmetry_ == Symmetry::identities) put(mm.pid);
    put(mm.exited, mm.vm_mergeable, mm.merge_any, static_cast<std::uint64_t>(mm.ksm_zero_pages), mm.brk, mm.start_brk);
    for (Id<Vma> v = mm.vmas.first(k.vmas); v; v = mm.vmas.next(k.vmas, v)) {
        const Vma& vma = k.vmas[v];
        put(vma.range.start.n, vma.range.end.n, vma.range.pgoff.n, vma.range.to_vm_pgoff.n, vma.flags, file(vma.file),
            anon_(vma.anon_vma));
        for (Id<Avc> a = vma.chain; a; a = k.avcs[a].next) {
            const Avc& avc = k.avcs[a];
            put(anon_(avc.anon_vma));
            if (k.config.layout.keeps_history)
                put(static_cast<std::uint64_t>(avc.linked), avc.narrowest.first.n, avc.narrowest.last.n);
        }
        put(0);
    }
    put(~std::uint64_t{0});
    for (Id<Pte> p = mm.page_table.first(k.ptes); p; p = mm.page_table.next(k.ptes, p)) {
        const Pte& pte = k.ptes[p];
        const std::uint64_t kind = static_cast<std::uint64_t>(pte.kind) << 1 | pte.exclusive;
        put(pte.page.n, kind, folio_(pte.folio) << 32 | swap_(pte.swap));
        if (pte.folio) content(k.folios[pte.folio].byte); // gives it a name
    }
    put(~std::uint64_t{0});
    for (Id<RmapItem> i = mm.items.first(k.items); i; i = mm.items.next(k.items, i)) item(k, k.items[i]);
    put(~std::uint64_t{0});
}

void Canonicalizer::item(const Kernel& k, const RmapItem& i) {
    put(i.page.n, static_cast<std::uint64_t>(i.state), scan_word(i, k.config.layout), anon_(i.anon_vma));
    const bool head_lives = i.head && k.nodes.alive(i.head) && k.nodes[i.head].birth == i.head_birth;
    put(head_lives ? node_(i.head) : 0);
    if (head_lives) content(k.nodes[i.head].byte);
    const MergeRecord& m = i.merged;
    const bool vma_lives = m.vma_birth && k.vmas.alive(m.vma) && k.vmas[m.vma].birth == m.vma_birth;
    put(vma_lives ? vma_(m.vma) + 1 : m.vma_birth ? 1 : 0, m.range.start.n, m.range.pgoff.n);
    if (k.config.layout.keeps_end) put(m.range.end.n);
}

// Places are in the order of their bytes. Where bytes are names, they come in the order of the names; a place whose
// content nothing has named yet holds only stale nodes that nothing leads to, and is known by its shape.
void Canonicalizer::stable_tree(const Kernel& k) {
    places_.clear();
    for (const StablePlace& p : k.ksm.stable) places_.push_back(&p);
    if (symmetry_ == Symmetry::all) {
        for (Id<SwapEntry> s : swap_.met) content(k.swaps[s].folio ? k.folios[k.swaps[s].folio].byte : k.swaps[s].byte);
        auto name = [&](const StablePlace* p) { return p->byte ? content_names_[p->byte] : std::uint8_t{0}; };
        std::ranges::sort(places_, [&](const StablePlace* a, const StablePlace* b) {
            const bool named_a = !a->byte || name(a), named_b = !b->byte || name(b);
            if (named_a != named_b) return named_a;
            if (named_a) return name(a) < name(b);
            return std::pair(a->chain, a->dups.size()) < std::pair(b->chain, b->dups.size());
        });
    }
    for (const StablePlace* p : places_) place(k, *p);
    put(~std::uint64_t{0});
}

void Canonicalizer::place(const Kernel& k, const StablePlace& p) {
    put(content(p.byte), p.chain, p.dups.size());
    for (Id<StableNode> n : p.dups) {
        const StableNode& node = k.nodes[n];
        put(node_(n), folio_(node.folio));
        for (Id<RmapItem> i = node.hlist; i; i = k.items[i].next) {
            put(mm_(k.items[i].mm), k.items[i].page.n);
            if (is_lead(k.items[i])) item(k, k.items[i]); // no process leads to it
        }
        put(0);
    }
}

// What is known of a file beyond its mapped pages: its end, and pages that only its cache holds. Files that no VMA is
// of come last; one of which nothing is known is as good as none. The order of equal offsets in i_mmap matters to walks
// in flight only.
void Canonicalizer::files(const Kernel& k) {
    for (Id<File> f = k.files_by_number.first(k.files); f; f = k.files_by_number.next(k.files, f))
        if (!k.files[f].pages.empty() || k.files[f].end != PGOFF_MAX) file(k.files[f].number);
    std::vector<std::pair<std::uint64_t, Id<File>>> named;
    k.files.each([&](Id<File> id, const File& f) {
        const bool known = symmetry_ == Symmetry::identities || std::ranges::find(files_, f.number) != files_.end();
        if (known) named.emplace_back(file(f.number), id);
    });
    std::ranges::sort(named);
    for (const auto& [name, id] : named) {
        const File& f = k.files[id];
        if (f.end == PGOFF_MAX && f.pages.empty() && (!k.config.tells_orders_apart || f.i_mmap.empty())) continue;
        put(~std::uint64_t{1}, name, f.end.n);
        for (Id<Folio> page = f.pages.first(k.folios); page; page = f.pages.next(k.folios, page)) folio_(page);
        for (Id<FileLink> l = f.i_mmap.first(k.file_links); k.config.tells_orders_apart && l;
             l = f.i_mmap.next(k.file_links, l))
            put(vma_(k.file_links[l].vma));
    }
}

void Canonicalizer::folio(const Kernel& k, Id<Folio> id) {
    const Folio& f = k.folios[id];
    const Id<AnonVma> of_folio = folio_anon_vma(k, f);
    put(static_cast<std::uint64_t>(f.mapping) << 1 | f.exclusive, content(f.byte), of_folio ? anon_(of_folio) : 0,
        node_(f.node), f.index.n, f.mapcount, swap_(f.swap));
    if (f.mapping == Folio::Mapping::file) put(f.file ? file(k.files[f.file].number) : 0);
    if (!k.config.layout.keeps_history || f.mapping != Folio::Mapping::anon) return;
    const MappedFirst& m = f.first;
    const bool vma_lives = k.vmas.alive(m.vma) && k.vmas[m.vma].birth == m.vma_birth;
    const bool own_lives = k.anon_vmas.alive(m.own) && k.anon_vmas[m.own].birth == m.own_birth;
    put(vma_lives ? vma_(m.vma) : 0, own_lives ? anon_(m.own) : 0);
}

void Canonicalizer::swap(const Kernel& k, Id<SwapEntry> id) {
    const SwapEntry& s = k.swaps[id];
    put(s.folio ? 0 : content(s.byte), s.count, folio_(s.folio));
}

void Canonicalizer::anon_vma(const Kernel& k, Id<AnonVma> id) {
    const AnonVma& a = k.anon_vmas[id];
    put(anon_(a.root), a.tree.empty() ? 0 : anon_(a.parent), a.refcount, a.num_children, a.num_active_vmas);
    if (k.config.layout.keeps_history) put(a.forked);
    for (Id<Avc> v = a.tree.first(k.avcs); v; v = a.tree.next(k.avcs, v)) put(vma_(k.avcs[v].vma));
    put(0);
}

void Canonicalizer::config(const Kernel& k) {
    const Config& c = k.config;
    std::uint64_t rules = 0;
    for (const RuleName& r : rule_names) rules = rules << 1 | c.rules.*r.field;
    put(rules, std::hash<std::string_view>{}(c.layout.name), c.max_map_count, c.stack_guard_gap, c.max_page_sharing,
        c.use_zero_pages, c.smart_scan, c.run, static_cast<std::uint64_t>(k.ksm.zero_pages));
}

std::vector<std::uint64_t> canonical(const Kernel& k, Symmetry symmetry) {
    Canonicalizer c;
    const std::span<const std::uint64_t> form = c.form(k, symmetry);
    return {form.begin(), form.end()};
}

bool same(const Kernel& a, const Kernel& b) { return canonical(a) == canonical(b); }

std::uint64_t hash(std::span<const std::uint64_t> form) { return XXH3_64bits(form.data(), form.size_bytes()); }

} // namespace model
