#include "checker/kernels/export/exporters.h"

#include <algorithm>
#include <array>

namespace checker::kernels {

// One file each.
Exporter listing_exporter(), trace_exporter();

std::span<const Exporter> exporters() {
    // THE list, in the order in which it is shown.
    static const std::array all{listing_exporter(), trace_exporter()};
    return all;
}

const Exporter* find_exporter(std::string_view name) {
    const auto at = std::ranges::find(exporters(), name, &Exporter::name);
    return at == exporters().end() ? nullptr : &*at;
}

} // namespace checker::kernels
