// What exported C programs say as the only program of a guest, beside what the model says of the kernel's walk.
#include <fmt/format.h>

#include "checker/report/pages/pages.h"

namespace checker::inline report {

std::string programs_page(const PageRequest& request) {
    std::vector<std::vector<std::string>> rows, why;
    for (const SourceDocument& d : request.documents)
        for (const nlohmann::json& r : d.json.at("programs")) {
            const std::string patch = r.at("patch"), version = r.at("version");
            const std::string kernel = patch.empty() ? version : version + ", " + patch;
            std::size_t silent = 0;
            for (const auto& [reason, times] : r.at("cannot_tell").items()) {
                silent += times.get<std::size_t>();
                why.push_back({kernel, reason, grouped(times)});
            }
            std::string differ;
            for (const nlohmann::json& name : r.at("differ"))
                differ += (differ.empty() ? "" : ", ") + std::string(name);
            rows.push_back({kernel, r.at("walk"), grouped(r.at("programs")), grouped(r.at("lost")),
                            grouped(r.at("found")), grouped(silent), differ.empty() ? "none" : differ});
        }
    std::string text =
        "Every trace of corpora/found and corpora/explored that `export --to c` takes, compiled by `gcc -O2 -static`,\n"
        "as init of the kernel as User-Mode Linux. Lost and found are the program's words; by the model, the walk\n"
        "misses an entry in the end, or none.\n\n" +
        markdown_table({"kernel", "walk", "programs", "lost", "found", "cannot tell", "other than the model"}, rows);
    if (!why.empty()) text += "\n" + markdown_table({"kernel", "why it cannot tell", "programs"}, why);
    return text;
}

} // namespace checker::inline report
