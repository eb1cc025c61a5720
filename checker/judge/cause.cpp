#include "checker/judge/cause.h"

#include <algorithm>

#include "checker/facets/effects.h"
#include "model/address_space.h"
#include "model/ksm.h"
#include "model/page_table.h"

namespace checker::inline judge {

using namespace model;

namespace {

struct Words {
    std::string_view word, sentence;
};
// By fact, then by value; a value of 0 says nothing.
constexpr std::array<std::array<Words, 6>, fact_count> fact_words{{
    {{{"out-of-reach", "no rmap_item leads the reference to the entry"},
      {"regressed", "the reference finds the entry and this walk does not"},
      {"freed-vma", "the walk reads a VMA that was freed"},
      {"over-bound", "the walk visits more VMAs than its bound allows"},
      {"lost", "no rmap_item leads the reference to the entry, and this walk claims to find every one"},
      {"unfound", "the kernel's own walk does not find the entry"}}},
    {{{"own-item", "the reference gets there by the rmap_item of this process and address"},
      {"other-item", "the reference gets there by the rmap_item of another process with the same address"}}},
    {{{"record-true", "the linear index recorded at merge is the one that the VMA gives the address"},
      {"record-stale", "the linear index recorded at merge is not the one that the VMA gives the address now"}}},
    {{{"word-intact", "the offset kept in the union is what was recorded"},
      {"word-overwritten", "the scanner has written into the offset kept in the union"}}},
    {{{"offset-is-address", "the VMA gives the address its own page number for an offset"},
      {"offset-is-foreign", "the VMA's offset at the address is not address >> PAGE_SHIFT"}}},
    {{{"base-inside", "the recorded vm_pgoff is an offset of the VMA that maps the page"},
      {"base-outside", "the recorded vm_pgoff is not an offset of the VMA that maps the page"}}},
    {{{"anonymous", "the memory is anonymous"},
      {"file", "the memory is a private mapping of a file"},
      {"shared", "the memory is a shared mapping of a file"}}},
    {{{"merged", "ksmd merged the page into this entry"},
      {"upgraded", "the page was shared by fork when ksmd made it a KSM page for another of its sharers"},
      {"forked", "fork copied the entry from the parent"},
      {"moved", "mremap moved the entry without unsharing it"},
      {"swapped-in", "the KSM page came back from the swap cache"}}},
    {{{"no-item", "this process has no rmap_item for the address"},
      {"item-elsewhere", "the rmap_item of this process and address is not on the page's list"},
      {"item-listed", "the rmap_item of this process and address is on the page's list"}}},
    {{{"address-unknown", "no rmap_item of the page has this address"},
      {"address-known", "an rmap_item of the page has this address, but its anon_vma does not lead to the VMA"},
      {"no-node", "the KSM page has no stable node any more"}}},
    {{{"scanned", "ksmd will visit the entry: its VMA is mergeable"},
      {"not-scanned", "ksmd will not visit the entry: its VMA is not mergeable"}}},
    {{{"replaced", "another VMA holds the address that the freed one held"},
      {"unmapped", "nothing is mapped at the address that the freed VMA held"}}},
    {{{"at-a-point", "it ends when the operations in flight are over"}}},
    {{{"own", "the page's anon_vma is the own one of the VMA"},
      {"inherited", "the VMA has the page's anon_vma from a parent"}}},
    {{{"linked-at-write", "the VMA got the page's anon_vma at its first write"},
      {"linked-by-split", "the VMA is the new piece of a split"},
      {"linked-by-move", "the VMA is what mremap made"},
      {"linked-by-fork", "the VMA is what fork made"},
      {"linked-by-join", "the VMA was unwritten, and took the anon_vma over from what it merged with"}}},
}};

Cause select(const Strategy& s, const Facts& all, std::uint8_t kind) {
    Cause c;
    c.strategy = &s;
    for (Fact fact : s.facts) c.facts[static_cast<std::size_t>(fact)] = all[static_cast<std::size_t>(fact)];
    c.facts[static_cast<std::size_t>(Fact::kind)] = kind;
    return c;
}

template <class F> std::string joined(const Cause& cause, const char* separator, F&& text) {
    std::string out;
    for (std::size_t i = 0; i < fact_count; ++i) {
        if (!cause.facts[i]) continue;
        if (!out.empty()) out += separator;
        out += text(fact_words[i][cause.facts[i] - 1u]);
    }
    return out;
}

} // namespace

std::string to_text(const Cause& cause) {
    return joined(cause, " ", [](const Words& w) { return w.word; });
}

std::string explained(const Cause& cause) {
    return joined(cause, "; ", [](const Words& w) { return w.sentence; });
}

std::string_view sentence_for(std::string_view word) {
    for (const auto& values : fact_words)
        for (const Words& w : values)
            if (w.word == word && !word.empty()) return w.sentence;
    return {};
}

Arrival arrival_by(const Operation& op, const Kernel& after, MappedAt entry, Id<Folio> folio) {
    switch (brought(op)) {
    case Brought::by_copy: return Arrival::forked;
    case Brought::by_move: return Arrival::moved;
    case Brought::from_swap: return Arrival::swapped_in;
    case Brought::by_merging: break;
    }
    const Id<RmapItem> own = item_of(after, find_process(after, entry.pid), entry.page);
    const Id<StableNode> node = after.folios[folio].node;
    return own && node && listed_at(after, after.items[own], node) ? Arrival::merged : Arrival::upgraded;
}

Cause cause_of_miss(const Kernel& k, const Strategy& s, Id<Folio> folio, MappedAt entry, Arrival arrival) {
    const Facts all = s.kind->facts(k, folio, entry, arrival);
    if (s.kind != &ksm) return select(s, all, is_reference(s) ? 6 : 2);
    const bool led = all[static_cast<std::size_t>(Fact::leads)];
    return select(s, all, is_reference(s) ? 1 : led ? 2 : 5);
}

Cause cause_of_cost(const Strategy& s) {
    Cause c;
    c.strategy = &s;
    c.facts[static_cast<std::size_t>(Fact::kind)] = kind_over_bound;
    return c;
}

Cause cause_of_freed_vma(const Kernel& k, const Strategy& s, Id<Folio> folio) {
    return select(s, s.kind->facts_of_freed(k, folio), 3);
}

Cause at_a_point(Cause cause, bool is) {
    cause.facts[static_cast<std::size_t>(Fact::moment)] = is;
    return cause;
}

bool disagrees(const Kernel& k, const Strategy& s, MappedAt entry) {
    return is_missed(k, s, entry) &&
           (is_reference(s) || s.claim == Claim::exact || !is_missed(k, reference(*s.kind), entry));
}

bool is_missed(const Kernel& k, const Strategy& s, MappedAt entry) {
    const Id<Mm> mm = find_process(k, entry.pid);
    const Id<Pte> pte = mm ? pte_at(k, mm, entry.page) : Id<Pte>::none();
    if (!pte || k.ptes[pte].kind != Pte::Kind::present) return false;
    const Id<Folio> folio = k.ptes[pte].folio;
    if (s.kind != &ksm && !s.kind->is(k.folios[folio])) return false;
    return !std::ranges::binary_search(s.walk(k, folio).found, entry);
}

bool asks_for_arrival(const Strategy& s) { return std::ranges::find(s.facts, Fact::arrival) != s.facts.end(); }

} // namespace checker::inline judge
