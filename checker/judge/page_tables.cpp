#include "checker/judge/page_tables.h"

namespace checker::inline judge {

PageTables page_tables_of(const model::Kernel& k) {
    PageTables all;
    for (auto mm = k.processes.first(k.mms); mm; mm = k.processes.next(k.mms, mm)) {
        PageTable table{k.mms[mm].pid, {}};
        const auto& entries = k.mms[mm].page_table;
        for (auto p = entries.first(k.ptes); p; p = entries.next(k.ptes, p))
            if (k.ptes[p].kind == model::Pte::Kind::present)
                table.present.push_back({k.ptes[p].page, k.ptes[p].folio.n});
        all.push_back(std::move(table));
    }
    return all;
}

} // namespace checker::inline judge
