// Page tables as data, taken out of the machine: all that the oracle gets to see.
#pragma once

#include <compare>
#include <vector>

#include "model/kernel.h"

namespace checker {

using model::Pid;
using model::Vpn;

// A page-table entry by its place: this process, this page.
struct MappedAt {
    Pid pid = 0;
    Vpn page;

    friend auto operator<=>(const MappedAt&, const MappedAt&) = default;
};

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

} // namespace checker
