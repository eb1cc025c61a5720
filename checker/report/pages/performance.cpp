// What the benchmarks measured: Google Benchmark's own document as a table.
#include <fmt/format.h>

#include <set>

#include "checker/report/pages/pages.h"

namespace checker::inline report {
namespace {

// Members of a benchmark that are Google Benchmark's own; the others are counters.
const std::set<std::string> not_counters = {"name",
                                            "family_index",
                                            "per_family_instance_index",
                                            "run_name",
                                            "run_type",
                                            "repetitions",
                                            "repetition_index",
                                            "threads",
                                            "iterations",
                                            "real_time",
                                            "cpu_time",
                                            "time_unit",
                                            "label",
                                            "error_occurred",
                                            "error_message"};

} // namespace

std::string performance_page(const PageRequest& request) {
    std::string text =
        "CPU time, because other work may have run beside it. Rates are counters of the benchmark, in a second of "
        "it.\n";
    for (const SourceDocument& d : request.documents) {
        const nlohmann::json& context = d.json.at("context");
        text += fmt::format("\n{} processors at {} MHz, built as {}.\n\n", context.at("num_cpus").get<int>(),
                            context.at("mhz_per_cpu").get<int>(), context.at("library_build_type").get<std::string>());
        std::vector<std::vector<std::string>> rows;
        for (const nlohmann::json& b : d.json.at("benchmarks")) {
            std::string counters;
            for (const auto& [name, value] : b.items())
                if (!not_counters.contains(name) && value.is_number())
                    counters += fmt::format("{}{} {:.6g}", counters.empty() ? "" : ", ", name, value.get<double>());
            const std::string time =
                b.contains("error_message")
                    ? "skipped: " + b["error_message"].get<std::string>()
                    : fmt::format("{:.4g} {}", b.at("cpu_time").get<double>(), b.at("time_unit").get<std::string>());
            rows.push_back({fmt::format("`{}`", b.at("name").get<std::string>()), time, counters});
        }
        text += markdown_table({"benchmark", "CPU time", "counters"}, rows);
    }
    return text;
}

} // namespace checker::inline report
