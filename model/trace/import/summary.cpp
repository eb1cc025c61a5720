#include "model/trace/import/summary.h"

#include <vector>

#include <fmt/format.h>

namespace model {

void prepend_summary(ImportResult& r) {
    std::vector<Remark> top;
    auto say = [&](std::string text) { top.push_back({0, std::move(text), 0}); };
    say(fmt::format("# Imported from a log of strace: {} calls kept, {} stores added, {} processes.", r.calls, r.stores,
                    r.processes));
    for (const auto& [reason, n] : r.left_out) say(fmt::format("# left out: {:6} {}", n, reason));
    say("");
    r.trace.remarks.insert(r.trace.remarks.begin(), top.begin(), top.end());
}

} // namespace model
