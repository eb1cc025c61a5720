// Kinds of folios that strategies walk. To add one: its file, which says which folios it is about and how a plan is
// carried out for them, and its line here.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "checker/walks/facts.h"
#include "checker/walks/mapped_at.h"
#include "model/rmap.h"

namespace checker::inline walks {

struct Ask;
struct Strategy;

// What one walk of one strategy found.
struct WalkResult {
    std::vector<MappedAt> found; // entries that map the folio, in order, each once
    model::WalkCost cost;
    bool touched_freed_vma = false; // in a kernel: a use after free
};

// Looks on while a strategy walks: the very walk that is judged, step by step.
class WalkWatch {
  public:
    virtual ~WalkWatch() = default;
    // A question of the plan begins: another only where those before found too few.
    virtual void ask(const Ask& ask) = 0;
    // Next is this rmap_item, of which that is asked; in the second round those of other processes are looked for. A
    // question to a VMA that was freed has no tree.
    virtual void item(model::Id<model::RmapItem> item, const model::TreeQuery& query, bool search_new_forks) = 0;
    // The tree gives this VMA, where that page is looked at. Does it map the folio there? Only asked ones can.
    virtual void given(model::Id<model::Vma> vma, Vpn page, model::Given what, bool maps) = 0;
};

struct Kind {
    std::string_view name;
    std::string_view page;           // "KSM page": one of them
    bool (*is)(const model::Folio&); // of this kind
    // Folios of other kinds are walked as the kernel walks them: in these the strategy has no say.
    // Nobody is told of the walk of those.
    WalkResult (*walk)(const model::Kernel&, model::Id<model::Folio>, const Strategy&, WalkWatch*);
    // All that can be said of an entry of such a folio that a walk loses, and of a walk that reads a freed VMA.
    Facts (*facts)(const model::Kernel&, model::Id<model::Folio>, MappedAt, Arrival);
    Facts (*facts_of_freed)(const model::Kernel&, model::Id<model::Folio>);
    // Does a `walk` of a page of another kind ask its strategies, too? They walk it as the kernel does.
    bool walks_others = false;
    // What explore plays where nobody says which operations; none: what changes what a walk of a KSM page meets.
    std::vector<std::string_view> explored{};
};

// What there is to say of KSM pages (kinds/ksm_facts.cpp); of a freed VMA: the one in which the page was merged.
Facts facts_of_ksm(const model::Kernel& k, model::Id<model::Folio> folio, MappedAt entry, Arrival arrival);
Facts facts_of_freed_merge_vma(const model::Kernel& k, model::Id<model::Folio> folio);

extern const Kind ksm;         // kinds/ksm.cpp
extern const Kind anon;        // kinds/anon.cpp
extern const Kind file_backed; // kinds/file.cpp
// THE list.
std::span<const Kind* const> kinds();

// Are the VMAs of this anon_vma of a file? All of them are, or none. Others have one offset only.
bool is_of_file(const model::Kernel& k, model::Id<model::AnonVma> anon_vma);

// The rmap_item of this process and page; none if there is none.
model::Id<model::RmapItem> item_of(const model::Kernel& k, model::Id<model::Mm> mm, Vpn page);

// What the strategy finds stored in an rmap_item. Where the machine has it in the union, the scanner may have written
// over it.
std::uint64_t stored_word(const Strategy& s, const model::Kernel& k, const model::RmapItem& item);

} // namespace checker::inline walks
