// The pictures of what guests measured: each kernel by its name, and every sequence counted, whatever became of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checker/report/pages/pages.h"

namespace checker {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

json sequence(std::uint64_t entries, std::vector<std::string> off_model, json not_judged = nullptr) {
    return {{"entries", entries},
            {"off_model", std::move(off_model)},
            {"differences", json::array()},
            {"not_judged", std::move(not_judged)}};
}
json guest(const std::string& version, json traces) {
    return {{"kernel",
             {{"version", version},
              {"base", json::array()},
              {"patches", {"corpora/patches/x.edit"}},
              {"traces", std::move(traces)},
              {"cost",
               {{{"workload", "4000 VMAs of one anon_vma, one process"},
                 {"nanoseconds", 129000},
                 {"not_measured", nullptr}},
                {{"workload", "20000 VMAs of one anon_vma, one process"},
                 {"nanoseconds", 0},
                 {"not_measured", "no page was merged"}},
                {{"workload", "500 VMAs of one anon_vma in each of 8 processes"},
                 {"nanoseconds", 7},
                 {"not_measured", nullptr}}}}}}};
}

std::string page_of(const char* name, const json& document) {
    return page_text(*find_page(name), {"", {{"x.json", document}}});
}

TEST(KernelPlots, CountWhatDiffersAndLeaveOutWhatWasNotJudged) {
    const json traces{sequence(3, {}), sequence(4, {"an entry more"}), sequence(900, {}, "no huge pages")};
    EXPECT_THAT(page_of("campaigns", guest("7.2.13", traces)), HasSubstr("1 of 2"));
    EXPECT_THAT(page_of("campaigns", guest("7.2.13", {sequence(3, {}), sequence(4, {})})), HasSubstr("0 of 2"));
}

TEST(KernelPlots, NameTheKernelWithItsPatches) {
    for (const char* name : {"campaigns", "kernel-walks"}) {
        const std::string text = page_of(name, guest("7.2.13", {sequence(3, {})}));
        EXPECT_THAT(text, HasSubstr("Linux 7.2.13")) << name;
        EXPECT_THAT(text, HasSubstr("x.edit")) << name;
    }
}

// A workload that was not measured has no point, nor has one that is not by VMAs of one process.
TEST(KernelPlots, ShowWhatWasMeasured) {
    const json none = json::array();
    json document = guest("7.3.4", none);
    const std::string one = page_of("kernel-walks", document);
    document["kernel"]["cost"][0]["not_measured"] = "no page was merged";
    const std::string nothing = page_of("kernel-walks", document);
    EXPECT_THAT(one, HasSubstr("Linux 7.3.4"));
    EXPECT_THAT(nothing, Not(HasSubstr("Linux 7.3.4")));
}

} // namespace
} // namespace checker
