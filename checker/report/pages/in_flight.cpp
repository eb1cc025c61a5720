// What kernels as they were released do while an operation is in flight, beside the model.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "checker/report/pages/pages.h"

namespace checker::inline report {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// One kernel's word on a trace, and the model's where it is another.
std::string word_of_kernel(const json& trace) {
    if (!trace.at("not_judged").is_null()) return fmt::format("not played: {}", trace["not_judged"].get<std::string>());
    const json& said = trace.at("in_flight");
    if (said.is_null()) return "nothing was in flight";
    const std::string kernel = said.at("kernel").get<std::string>(), model = said.at("model").get<std::string>();
    if (kernel != model) return fmt::format("{} (model: {})", kernel, model);
    return trace.at("off_model").empty()
               ? kernel
               : fmt::format("{} (differs: {})", kernel, trace["off_model"].front().get<std::string>());
}

bool agrees(const json& trace) { return trace.at("not_judged").is_null() && trace.at("off_model").empty(); }

std::string heading(const json& kernel) {
    std::size_t judged = 0, agreed = 0, stale = 0;
    for (const json& t : kernel.at("traces")) {
        judged += t.at("not_judged").is_null();
        agreed += agrees(t);
        stale += !t.at("stale").empty();
    }
    const json& walk = kernel.at("strategy");
    return fmt::format(
        "* Linux {}, whose walk is `{}` of the model: {} traces played, the model says the same on {}; "
        "{} end in a state of the class `security`.\n",
        kernel.at("version").get<std::string>(), walk.is_null() ? "none" : walk.get<std::string>(), judged, agreed,
        stale);
}

} // namespace

std::string in_flight_page(const PageRequest& request) {
    std::string text =
        "Each trace of `corpora/in-flight` was played by User-Mode Linux: an operation is stopped at the points that\n"
        "the model has, the others act, and it goes on. Compared are every result, the point at which the operation\n"
        "stands after every step, migration entries that are nobody's, and at each look VMAs, entries and walks.\n"
        "A cell has what the kernel answers to what ends an operation in flight, and what its walk misses meanwhile;\n"
        "in parentheses the model's word, where it is another. *Stale*: migration entries that no migration will put\n"
        "back. They name a frame that was freed: the guest ends there, and nothing is played on. Who finds another\n"
        "such state tells security@kernel.org before anybody else.\n\n";
    std::vector<std::string> heads{"trace"};
    std::map<std::string, std::vector<std::string>> rows; // by name of the trace
    for (const SourceDocument& d : request.documents) {
        const json& kernel = d.json.at("kernel");
        text += heading(kernel);
        heads.push_back(kernel.at("version").get<std::string>());
        for (const json& t : kernel.at("traces")) {
            std::vector<std::string>& row = rows[fs::path(t.at("trace").get<std::string>()).stem().string()];
            row.resize(heads.size() - 2);
            row.push_back(word_of_kernel(t));
        }
    }
    std::vector<std::vector<std::string>> table;
    for (auto& [name, row] : rows) {
        row.resize(heads.size() - 1);
        row.insert(row.begin(), fmt::format("`{}`", name));
        table.push_back(std::move(row));
    }
    return text + "\n" + markdown_table(heads, table);
}

} // namespace checker::inline report
