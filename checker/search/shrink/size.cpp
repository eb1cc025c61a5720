#include "checker/search/shrink/size.h"

#include <algorithm>

#include "checker/facets/smaller.h"

namespace checker::inline search {

bool is_unusual(const model::Step& step) { return count_unusual(step.op) != 0; }

Size size_of(const std::vector<model::Step>& steps) {
    Size s;
    s.order.reserve(steps.size() * 8);
    std::vector<model::Pid> pids;
    for (const model::Step& step : steps) {
        if (std::ranges::find(pids, step.pid) == pids.end()) pids.push_back(step.pid);
        s.flights += static_cast<bool>(step.begins);
        s.operations += 1 + 3 * count_unusual(step.op);
        s.order.push_back(step.op.index());
        s.order.push_back(step.pid);
        s.order.push_back(static_cast<unsigned char>(step.begins.text[0]));
        s.ranks += rank_of(step.op) + append_ranks(step.op, s.order);
        s.order.push_back(step.expected ? step.expected->value + 1 : 0);
    }
    s.processes = pids.size();
    return s;
}

} // namespace checker::inline search
