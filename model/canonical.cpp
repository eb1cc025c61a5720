#include "model/canonical.h"

#include "model/page_table.h"

namespace model {
namespace {

// Gives names in the order of first meeting; 0 is "none".
template <class T> class Namer {
  public:
    explicit Namer(std::size_t capacity) : names_(capacity, 0) {}
    std::uint64_t operator()(Id<T> id) {
        if (!id) return 0;
        std::uint32_t& name = names_[id.n];
        if (!name) {
            met_.push_back(id);
            name = static_cast<std::uint32_t>(met_.size());
        }
        return name;
    }
    const std::vector<Id<T>>& met() const { return met_; }

  private:
    std::vector<std::uint32_t> names_;
    std::vector<Id<T>> met_;
};

class Writer {
  public:
    explicit Writer(const Kernel& k)
        : k_(k), mm_(k.mms.capacity()), vma_(k.vmas.capacity()), anon_(k.anon_vmas.capacity()),
          folio_(k.folios.capacity()), swap_(k.swaps.capacity()), node_(k.nodes.capacity()) {}

    std::vector<std::uint64_t> write() {
        for (Id<Mm> m = k_.processes.first(k_.mms); m; m = k_.processes.next(k_.mms, m)) mm_(m);
        put(mm_.met().size());
        for (Id<Mm> m = k_.ksm.slots_first; m; m = k_.mms[m].slot_next) put(mm_(m)); // names the exited ones too
        put(0);
        for (std::size_t i = 0; i < mm_.met().size(); ++i) vmas(mm_.met()[i]);
        for (std::size_t i = 0; i < mm_.met().size(); ++i) process(mm_.met()[i]);
        stable_tree();
        for (std::size_t i = 0; i < folio_.met().size() || i < swap_.met().size(); ++i) { // each leads to the other
            if (i < folio_.met().size()) folio(folio_.met()[i]);
            if (i < swap_.met().size()) swap(swap_.met()[i]);
        }
        for (std::size_t i = 0; i < anon_.met().size(); ++i) anon_vma(anon_.met()[i]);
        config();
        return std::move(out_);
    }

  private:
    void put(std::uint64_t v) { out_.push_back(v); }
    template <class... V> void put(std::uint64_t first, V... more) {
        put(first);
        put(static_cast<std::uint64_t>(more)...);
    }

    void vmas(Id<Mm> mm) {
        for (Id<Vma> v = k_.mms[mm].vmas.first(k_.vmas); v; v = k_.mms[mm].vmas.next(k_.vmas, v)) vma_(v);
    }

    void process(Id<Mm> id) {
        const Mm& mm = k_.mms[id];
        put(mm.pid, mm.exited, mm.vm_mergeable, mm.merge_any, static_cast<std::uint64_t>(mm.ksm_zero_pages), mm.brk,
            mm.start_brk.n);
        for (Id<Vma> v = mm.vmas.first(k_.vmas); v; v = mm.vmas.next(k_.vmas, v)) {
            const Vma& vma = k_.vmas[v];
            put(vma.range.start.n, vma.range.end.n, vma.range.pgoff.n, vma.flags, static_cast<std::uint32_t>(vma.file),
                anon_(vma.anon_vma));
            for (Id<Avc> a = vma.chain; a; a = k_.avcs[a].next) put(anon_(k_.avcs[a].anon_vma));
            put(0);
        }
        put(~std::uint64_t{0});
        for (Id<Pte> p = mm.page_table.first(k_.ptes); p; p = mm.page_table.next(k_.ptes, p)) {
            const Pte& pte = k_.ptes[p];
            put(pte.page.n, static_cast<std::uint64_t>(pte.kind), pte.exclusive, folio_(pte.folio), swap_(pte.swap));
        }
        put(~std::uint64_t{0});
        for (Id<RmapItem> i = mm.items.first(k_.items); i; i = mm.items.next(k_.items, i)) item(k_.items[i]);
        put(~std::uint64_t{0});
    }

    void item(const RmapItem& i) {
        put(i.page.n, static_cast<std::uint64_t>(i.state), i.scan_word, anon_(i.anon_vma));
        const bool head_lives = i.head && k_.nodes.alive(i.head) && k_.nodes[i.head].birth == i.head_birth;
        put(head_lives ? node_(i.head) : 0);
        const MergeRecord& m = i.merged;
        const bool vma_lives = m.vma_birth && k_.vmas.alive(m.vma) && k_.vmas[m.vma].birth == m.vma_birth;
        put(vma_lives ? vma_(m.vma) + 1 : m.vma_birth ? 1 : 0, m.vm_pgoff.n, m.linear.n, m.remapped);
    }

    void stable_tree() {
        for (const StablePlace& p : k_.ksm.stable) {
            put(p.byte, p.chain, p.dups.size());
            for (Id<StableNode> n : p.dups) {
                const StableNode& node = k_.nodes[n];
                put(node_(n), folio_(node.folio));
                for (Id<RmapItem> i = node.hlist; i; i = k_.items[i].next) put(mm_(k_.items[i].mm), k_.items[i].page.n);
                put(0);
            }
        }
        put(~std::uint64_t{0});
    }

    void folio(Id<Folio> id) {
        const Folio& f = k_.folios[id];
        const bool anon_lives = f.anon_vma && k_.anon_vmas.alive(f.anon_vma);
        put(static_cast<std::uint64_t>(f.mapping), f.exclusive, f.byte, anon_lives ? anon_(f.anon_vma) : 0, node_(f.node),
            f.index.n, f.mapcount, swap_(f.swap));
    }

    void swap(Id<SwapEntry> id) {
        const SwapEntry& s = k_.swaps[id];
        put(s.folio ? 0 : s.byte, s.count, folio_(s.folio));
    }

    void anon_vma(Id<AnonVma> id) {
        const AnonVma& a = k_.anon_vmas[id];
        put(anon_(a.root), a.tree.empty() ? 0 : anon_(a.parent), a.refcount, a.num_children, a.num_active_vmas);
        for (Id<Avc> v = a.tree.first(k_.avcs); v; v = a.tree.next(k_.avcs, v)) put(vma_(k_.avcs[v].vma));
        put(0);
    }

    void config() {
        const Config& c = k_.config;
        put(static_cast<std::uint64_t>(c.version), static_cast<std::uint64_t>(c.layout), c.max_map_count, c.stack_guard_gap,
            c.max_page_sharing, c.use_zero_pages, c.smart_scan, c.run, static_cast<std::uint64_t>(k_.ksm.zero_pages));
    }

    const Kernel& k_;
    std::vector<std::uint64_t> out_;
    Namer<Mm> mm_;
    Namer<Vma> vma_;
    Namer<AnonVma> anon_;
    Namer<Folio> folio_;
    Namer<SwapEntry> swap_;
    Namer<StableNode> node_;
};

} // namespace

std::vector<std::uint64_t> canonical(const Kernel& k) { return Writer(k).write(); }

bool same(const Kernel& a, const Kernel& b) { return canonical(a) == canonical(b); }

std::uint64_t hash(const std::vector<std::uint64_t>& form) {
    std::uint64_t h = form.size();
    for (std::uint64_t v : form) { // splitmix64's mixing step, chained
        h = (h ^ v) + 0x9e3779b97f4a7c15u;
        h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
        h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
        h ^= h >> 31;
    }
    return h;
}

} // namespace model
