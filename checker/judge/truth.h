// The truth: which page-table entries map this folio?
//
// Never use it in a kernel: it reads every page table from end to end. That is why it is right. It knows nothing of
// VMAs, anon_vmas, trees or rmap_items, and shares no code with the walks that it judges.
#pragma once

#include "checker/judge/page_tables.h"

namespace checker::inline judge {

// Every (process, page) that maps the folio, in order.
std::vector<MappedAt> oracle(const PageTables& tables, FolioName folio);

} // namespace checker::inline judge
