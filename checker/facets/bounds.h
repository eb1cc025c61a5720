// What the operations of an exhaustive search are made of.
#pragma once

#include <cstdint>
#include <vector>

#include "model/config.h"
#include "model/flags.h"

namespace checker::inline facets {

// Smart scan counts how often a page was looked at: with it, states that are alike otherwise differ for 256 passes.
inline model::Config without_smart_scan() {
    model::Config c;
    c.smart_scan = false;
    return c;
}

struct Bounds {
    unsigned processes = 2; // alive at a time
    unsigned pages = 3;     // of address space, the same for every process
    unsigned files = 0;     // that can be mapped
    bool shared = false;    // also MAP_SHARED
    unsigned contents = 1;  // that a page can be filled with
    unsigned flights = 0;   // operations in flight at a time
    unsigned scans = 2;     // ksmd runs once to so often in one operation
    std::uint64_t base = 0x10000;
    std::vector<std::uint64_t> prots{model::prot_read | model::prot_write, model::prot_read};
    std::vector<std::uint64_t> advice{model::madv_mergeable, model::madv_unmergeable, model::madv_dontneed};
    model::Config config = without_smart_scan();
};

} // namespace checker::inline facets
