// What was tried on the program with rough hands, how often, and what it lost: records of tests and of libFuzzer.
#include <fmt/format.h>

#include "checker/report/pages/pages.h"

namespace checker::inline report {

std::string tried_page(const PageRequest& request) {
    std::string text =
        "Lost is a wrong answer, a crash, or a machine, a file or a verdict that is not as it should be afterwards.\n";
    for (const SourceDocument& d : request.documents) {
        const nlohmann::json& tried = d.json.at("tried");
        std::vector<std::vector<std::string>> rows;
        for (const nlohmann::json& t : tried.at("tests"))
            rows.push_back({t.at("what").get<std::string>(), grouped(t.at("times")), grouped(t.at("lost"))});
        if (!rows.empty())
            text += "\n## By the tests, each time that they run\n\n" + markdown_table({"what", "times", "lost"}, rows);
        rows.clear();
        for (const nlohmann::json& f : tried.at("fuzzed"))
            rows.push_back({f.at("target").get<std::string>(), grouped(f.at("inputs")),
                            f.at("seconds").is_null() ? "not to its end" : grouped(f["seconds"]),
                            grouped(f.at("lost"))});
        if (!rows.empty())
            text += "\n## By libFuzzer, with sanitizers\n\n" +
                    markdown_table({"what is read", "inputs", "seconds", "lost"}, rows);
    }
    return text;
}

} // namespace checker::inline report
