#include "checker/viewer/differences.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "model/ksm.h"

namespace checker::inline viewer {

using namespace model;

std::string hex(std::uint64_t n) { return fmt::format("{:x}", n); }

std::string StepDifferences::key(const Kernel&, Id<Mm> id) { return fmt::format("m{}", id.n + 1); }
std::string StepDifferences::key(const Kernel& k, Id<Vma> id) { return vmas_(k.vmas[id].birth); }
std::string StepDifferences::key(const Kernel&, Id<Avc> id) { return fmt::format("c{}", id.n + 1); }
std::string StepDifferences::key(const Kernel& k, Id<AnonVma> id) { return anon_vmas_(k.anon_vmas[id].birth); }
std::string StepDifferences::key(const Kernel&, Id<Folio> id) { return fmt::format("f{}", id.n + 1); }
std::string StepDifferences::key(const Kernel&, Id<SwapEntry> id) { return fmt::format("s{}", id.n + 1); }
std::string StepDifferences::key(const Kernel& k, Id<StableNode> id) { return nodes_(k.nodes[id].birth); }
std::string StepDifferences::key(const Kernel& k, Id<RmapItem> id) {
    if (is_lead(k.items[id])) return fmt::format("l{}", id.n + 1);
    return fmt::format("i{}.{:x}", k.items[id].mm.n + 1, k.items[id].page.n);
}
// An entry does not say whose it is: the page table does that it is in.
std::string StepDifferences::key(const Kernel& k, Id<Pte> id) {
    Id<Pte> root = id;
    while (const Id<Pte> up = Treap<ByPage>::up_of(k.ptes, root)) root = up;
    Id<Mm> owner;
    for (Id<Mm> m = k.processes.first(k.mms); m && !owner; m = k.processes.next(k.mms, m))
        if (k.mms[m].page_table.root == root) owner = m;
    return fmt::format("p{}.{:x}", owner.n + 1, k.ptes[id].page.n);
}

json StepDifferences::value(const Kernel&, const Mm& o) {
    return {{"pid", o.pid},
            {"exited", o.exited},
            {"mergeable", o.vm_mergeable},
            {"merge_any", o.merge_any},
            {"brk", o.brk ? json{o.start_brk, o.brk} : json(nullptr)}};
}

namespace {

std::string letters_of(std::uint64_t flags) {
    std::string text;
    for (const VmFlagLetters& f : vm_flag_letters)
        if (flags & f.value) text += (text.empty() ? "" : " ") + std::string(f.letters);
    return text;
}

std::string_view word_for(Pte::Kind kind) {
    constexpr std::string_view words[] = {"zero", "ksm_zero", "present", "swap", "migration", "guard"};
    return words[static_cast<std::size_t>(kind)];
}

} // namespace

json StepDifferences::value(const Kernel& k, const Vma& o) {
    return {{"mm", key(k, o.mm)},
            {"start", address(o.range.start)},
            {"end", address(o.range.end)},
            {"flags", letters_of(o.flags)},
            {"file", o.file < 0 ? json(nullptr) : json(o.file)},
            {"pgoff", hex(o.range.pgoff.n)},
            {"vm_pgoff", hex(vm_pgoff(o.range).n)},
            {"anon_vma", key_or_null(k, o.anon_vma)},
            {"chain", key_or_null(k, o.chain)}};
}

json StepDifferences::value(const Kernel& k, const Avc& o) {
    auto child = [](std::uint32_t n) { return n == UINT32_MAX ? json(nullptr) : json(fmt::format("c{}", n + 1)); };
    return {{"vma", key(k, o.vma)},           {"anon_vma", key(k, o.anon_vma)},
            {"next", key_or_null(k, o.next)}, {"first", hex(o.offsets.first.n)},
            {"last", hex(o.offsets.last.n)},  {"subtree_last", hex(o.subtree_last.n)},
            {"left", child(o.in_tree.left)},  {"right", child(o.in_tree.right)}};
}

json StepDifferences::value(const Kernel& k, const AnonVma& o) {
    return {{"root", key_or_null(k, o.root)},
            {"parent", key_or_null(k, o.parent)},
            {"refcount", o.refcount},
            {"num_children", o.num_children},
            {"num_active_vmas", o.num_active_vmas},
            {"tree", key_or_null(k, o.tree.root)}};
}

json StepDifferences::value(const Kernel& k, const Pte& o) {
    json j{{"address", address(o.page)}, {"kind", word_for(o.kind)}};
    if (o.folio) j["frame"] = key(k, o.folio);
    if (o.swap) j["swap"] = key(k, o.swap);
    if (o.exclusive) j["exclusive"] = true;
    return j;
}

json StepDifferences::value(const Kernel& k, const Folio& o) {
    json j{{"ksm", o.mapping == Folio::Mapping::ksm}, {"byte", o.byte}, {"mapcount", o.mapcount}};
    if (o.mapping == Folio::Mapping::anon) {
        j["anon_vma"] = o.anon_vma ? json(anon_vmas_(o.anon_vma_birth)) : json(nullptr);
        j["index"] = hex(o.index.n);
        j["exclusive"] = o.exclusive;
    } else if (o.mapping == Folio::Mapping::file) {
        j["file"] = o.file ? json(k.files[o.file].number) : json(nullptr);
        j["index"] = hex(o.index.n);
    } else {
        j["node"] = key_or_null(k, o.node);
    }
    if (o.migrating) j["migrating"] = o.migrating;
    if (o.locked) j["locked"] = true;
    if (o.swap) j["swap"] = key(k, o.swap);
    return j;
}

json StepDifferences::value(const Kernel& k, const SwapEntry& o) {
    return {{"count", o.count}, {"byte", o.byte}, {"frame", key_or_null(k, o.folio)}};
}

json StepDifferences::value(const Kernel& k, const RmapItem& o) {
    constexpr std::string_view states[] = {"not in a tree", "unstable", "stable"};
    json j{{"mm", key(k, o.mm)},
           {"address", address(o.page)},
           {"state", states[static_cast<std::size_t>(o.state)]},
           {"node", o.head_birth ? json(nodes_(o.head_birth)) : json(nullptr)}};
    if (o.state != RmapItem::State::stable) return j;
    j["anon_vma"] = key_or_null(k, o.anon_vma);
    j["next"] = key_or_null(k, o.next);
    const MergeRecord& m = o.merged;
    if (!m.vma_birth) return j;
    j["record"] = {{"vma", vmas_(m.vma_birth)},
                   {"start", address(m.range.start)},
                   {"vm_pgoff", hex(vm_pgoff(m.range).n)},
                   {"index", hex(linear_page_index(m.range, o.page).n)}};
    for (const Strategy* s : strategies_)
        if (s->stored.word) j["stored"][std::string(s->name)] = hex(stored_word(*s, k, o));
    return j;
}

json StepDifferences::value(const Kernel& k, const StableNode& o) {
    return {{"byte", o.byte},
            {"frame", key_or_null(k, o.folio)},
            {"items", key_or_null(k, o.hlist)},
            {"length", o.rmap_hlist_len}};
}

json StepDifferences::once(const Kernel& k) {
    const KsmCounters c = ksm_counters(k);
    json flights = json::array();
    for (const Flight& f : k.flights) flights.push_back({f.name.view(), describe(k, f)});
    return {{"full_scans", k.ksm.seqnr},
            {"pages_shared", c.pages_shared},
            {"pages_sharing", c.pages_sharing},
            {"run", k.config.run},
            {"max_page_sharing", k.config.max_page_sharing},
            {"smart_scan", k.config.smart_scan},
            {"use_zero_pages", k.config.use_zero_pages},
            {"flights", flights}};
}

namespace {

// Do the objects that this one names have the names' old meaning?
template <class T> bool same_birth(const Pool<T>& was, const Pool<T>& is, Id<T> id) {
    if (!id) return true;
    return was.alive(id) && is.alive(id) && was[id].birth == is[id].birth;
}
template <class T> bool same_names(const Kernel&, const Kernel&, const T&) { return true; }
bool same_names(const Kernel& was, const Kernel& is, const Vma& o) {
    return same_birth(was.anon_vmas, is.anon_vmas, o.anon_vma);
}
bool same_names(const Kernel& was, const Kernel& is, const Avc& o) {
    return same_birth(was.vmas, is.vmas, o.vma) && same_birth(was.anon_vmas, is.anon_vmas, o.anon_vma);
}
bool same_names(const Kernel& was, const Kernel& is, const AnonVma& o) {
    return same_birth(was.anon_vmas, is.anon_vmas, o.root) && same_birth(was.anon_vmas, is.anon_vmas, o.parent);
}
bool same_names(const Kernel& was, const Kernel& is, const Folio& o) { return same_birth(was.nodes, is.nodes, o.node); }
bool same_names(const Kernel& was, const Kernel& is, const RmapItem& o) {
    return same_birth(was.anon_vmas, is.anon_vmas, o.anon_vma);
}

// A quick no: what differs in bytes only, as the links of trees do, is found equal as a value.
template <class T> bool same_bytes(const T& a, const T& b) {
    static_assert(std::is_trivially_copyable_v<T>);
    return std::memcmp(&a, &b, sizeof(T)) == 0;
}

} // namespace

template <class T>
void StepDifferences::compare(const Pool<T>& was, const Kernel& before, const Pool<T>& is, const Kernel& after,
                              Difference& d) {
    const std::size_t slots = std::max(was.capacity(), is.capacity());
    for (std::uint32_t n = 0; n < slots; ++n) {
        const Id<T> id{n};
        const bool lived = was.alive(id), lives = is.alive(id);
        if (lived && lives && same_bytes(was[id], is[id]) && same_names(before, after, is[id])) continue;
        if (lived) d.was.emplace(key(before, id), value(before, was[id]));
        if (lives) d.now.emplace(key(after, id), value(after, is[id]));
    }
}

// Of each rmap_item, the step in which its record was made.
void StepDifferences::date_records(Difference& d, std::size_t step) {
    for (const auto& [key, old] : d.was)
        if (old.contains("record") && !d.now.contains(key)) recorded_in_.erase(key);
    for (auto& [key, object] : d.now) {
        if (!object.contains("record")) continue;
        const auto old = d.was.find(key);
        const bool kept = old != d.was.end() && old->second.contains("record") &&
                          old->second["record"] == object["record"] && old->second["node"] == object["node"];
        if (!kept) recorded_in_[key] = step;
    }
    for (auto* side : {&d.was, &d.now})
        for (auto& [key, object] : *side)
            if (const auto at = recorded_in_.find(key); object.contains("record") && at != recorded_in_.end())
                object["record"]["step"] = at->second;
}

Difference StepDifferences::next(const Kernel& k, std::size_t step) {
    Difference d;
    compare(before_.mms, before_, k.mms, k, d);
    compare(before_.vmas, before_, k.vmas, k, d);
    compare(before_.anon_vmas, before_, k.anon_vmas, k, d);
    compare(before_.avcs, before_, k.avcs, k, d);
    compare(before_.ptes, before_, k.ptes, k, d);
    compare(before_.folios, before_, k.folios, k, d);
    compare(before_.swaps, before_, k.swaps, k, d);
    compare(before_.nodes, before_, k.nodes, k, d);
    compare(before_.items, before_, k.items, k, d);
    json now = once(k);
    if (now != once_) {
        if (!once_.is_null()) d.was.emplace("k", std::move(once_));
        d.now.emplace("k", now);
    }
    once_ = std::move(now);
    for (auto at = d.now.begin(); at != d.now.end();) {
        const auto old = d.was.find(at->first);
        const bool same = old != d.was.end() && old->second == at->second;
        if (same) d.was.erase(old);
        at = same ? d.now.erase(at) : std::next(at);
    }
    date_records(d, step);
    before_ = k;
    return d;
}

} // namespace checker::inline viewer
