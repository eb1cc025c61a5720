// Kinds of folios that strategies walk. To add one: its file, which says which folios it is about and how a plan is
// carried out for them, and its line here.
#pragma once

#include <string_view>
#include <vector>

#include "checker/walks/mapped_at.h"
#include "model/rmap.h"

namespace checker::inline walks {

struct Strategy;

// What one walk of one strategy found.
struct WalkResult {
    std::vector<MappedAt> found; // entries that map the folio, in order, each once
    model::WalkCost cost;
    bool touched_freed_vma = false; // in a kernel: a use after free
};

struct Kind {
    std::string_view name;
    bool (*is)(const model::Folio&); // of this kind
    // Folios of other kinds are walked as the kernel walks them: in these the strategy has no say.
    WalkResult (*walk)(const model::Kernel&, model::Id<model::Folio>, const Strategy&);
};

extern const Kind ksm; // kinds/ksm.cpp

// What the strategy finds stored in an rmap_item. Where the machine has it in the union, the scanner may have written
// over it.
std::uint64_t stored_word(const Strategy& s, const model::Kernel& k, const model::RmapItem& item);

} // namespace checker::inline walks
