#include "checker/judge/truth.h"

namespace checker::inline judge {

std::vector<MappedAt> oracle(const PageTables& tables, FolioName folio) {
    std::vector<MappedAt> mapped;
    for (const PageTable& table : tables)
        for (const PageTable::Entry& entry : table.present)
            if (entry.folio == folio) mapped.push_back({table.pid, entry.page});
    return mapped;
}

} // namespace checker::inline judge
