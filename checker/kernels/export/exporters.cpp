#include "checker/kernels/export/exporters.h"

#include <algorithm>
#include <array>

namespace checker::kernels {

// One file each.
Exporter listing_exporter();
Exporter trace_exporter();
Exporter c_exporter();
Exporter kselftest_exporter();
Exporter syz_exporter();

std::span<const Exporter> exporters() {
    static const std::array all{
        // THE list, in the order in which it is shown.
        listing_exporter(), trace_exporter(), c_exporter(), kselftest_exporter(), syz_exporter(),
    };
    return all;
}

const Exporter* find_exporter(std::string_view name) {
    const auto at = std::ranges::find(exporters(), name, &Exporter::name);
    return at == exporters().end() ? nullptr : &*at;
}

} // namespace checker::kernels
