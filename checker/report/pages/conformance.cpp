// What the running kernel and the model agree on.
#include <fmt/format.h>

#include "checker/report/pages/pages.h"

namespace checker::inline report {

std::string conformance_page(const PageRequest& request) {
    std::string text =
        "The corpora, each operation played by the kernel and by the model and compared. What a level holds is in\n"
        "[../guide.md](../guide.md).\n\n";
    std::vector<std::vector<std::string>> rows;
    std::string reasons;
    for (const SourceDocument& d : request.documents) {
        const nlohmann::json& live = d.json.at("live");
        if (live.contains("skipped") && live["skipped"].is_string()) {
            rows.push_back({"", "", "", "", "", "", "", "skipped: " + live["skipped"].get<std::string>()});
            continue;
        }
        rows.push_back({live.at("kernel").get<std::string>(), live.at("level").get<std::string>(),
                        grouped(live.at("traces")), grouped(live.at("agree")), grouped(live.at("differ")),
                        grouped(live.at("skipped_traces")), grouped(live.at("operations")), grouped(live.at("walks"))});
        std::vector<std::vector<std::string>> skipped;
        for (const auto& [reason, count] : live.at("reasons").items()) skipped.push_back({reason, grouped(count)});
        if (!skipped.empty())
            reasons += fmt::format("\n## {}: skipped, and why\n\n{}", live["kernel"].get<std::string>(),
                                   markdown_table({"reason", "traces"}, skipped));
    }
    return text +
           markdown_table({"kernel", "level", "traces", "agree", "differ", "skipped", "operations", "walks"}, rows) +
           reasons;
}

} // namespace checker::inline report
