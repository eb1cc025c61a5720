// Page tables as data, taken out of the machine: all that the oracle gets to see.
#pragma once

#include <vector>

#include "checker/walks/mapped_at.h"

namespace checker::inline judge {

using FolioName = std::uint32_t; // equal where two entries map the same folio

struct PageTable {
    struct Entry {
        Vpn page;
        FolioName folio;
    };
    Pid pid = 0;
    std::vector<Entry> present; // in the order of pages
};
using PageTables = std::vector<PageTable>; // in the order of pids

PageTables page_tables_of(const model::Kernel& k);

} // namespace checker::inline judge
