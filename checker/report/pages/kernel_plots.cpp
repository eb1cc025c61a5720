// Pictures of what guests measured: the same walks on each kernel, and how far kernel and model were compared.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "checker/report/pages/pages.h"
#include "checker/report/plot.h"

namespace checker::inline report {
namespace {

using nlohmann::json;

// "20000 VMAs of one anon_vma, one process": how many; nothing of a workload of another form, which has no place on
// this axis.
double vmas_of_one_process(const std::string& workload) {
    const bool has_place = workload.ends_with(" VMAs of one anon_vma, one process");
    return has_place ? std::strtod(workload.c_str(), nullptr) : 0;
}

std::string name_of_kernel(const json& kernel) {
    std::string name = "Linux " + kernel.at("version").get<std::string>();
    for (const char* with : {"base", "patches"})
        for (const json& patch : kernel.at(with)) {
            const std::string path = patch.is_string() ? patch.get<std::string>() : patch.dump();
            name += ", " + path.substr(path.rfind('/') + 1);
        }
    return name;
}

} // namespace

std::string kernel_walks_page(const PageRequest& request) {
    Plot plot{"Time of one walk of a KSM page with two mappings, in a guest",
              {"VMAs of the anon_vma", true},
              {"µs", true},
              {}};
    for (const SourceDocument& d : request.documents) {
        const json& kernel = d.json.at("kernel");
        PlotLine line{name_of_kernel(kernel), {}};
        for (const json& walk : kernel.at("cost")) {
            const double vmas = vmas_of_one_process(walk.at("workload"));
            if (vmas > 0 && walk.at("not_measured").is_null())
                line.points.emplace_back(vmas, walk.at("nanoseconds").get<double>() / 1000);
        }
        plot.lines.push_back(std::move(line));
    }
    return svg(plot);
}

std::string campaigns_page(const PageRequest& request) {
    Plot plot{"Entries of KSM pages on which kernel and model were compared",
              {"sequences played in a guest"},
              {"entries"},
              {}};
    for (const SourceDocument& d : request.documents) {
        const json& kernel = d.json.at("kernel");
        PlotLine line{{}, {{0, 0}}};
        double played = 0, entries = 0;
        std::size_t differ = 0;
        const std::size_t every = std::max<std::size_t>(kernel.at("traces").size() / 50, 1);
        for (const json& trace : kernel.at("traces")) {
            if (!trace.at("not_judged").is_null()) continue;
            entries += trace.at("entries").get<double>();
            differ += !trace.at("off_model").empty() || !trace.at("differences").empty();
            if (static_cast<std::size_t>(++played) % every == 0) line.points.emplace_back(played, entries);
        }
        line.name = fmt::format("{}: {} of {} differ", name_of_kernel(kernel), differ, played);
        plot.lines.push_back(std::move(line));
    }
    return svg(plot);
}

} // namespace checker::inline report
