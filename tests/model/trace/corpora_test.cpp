// Every file of corpora/malformed is refused with its stated message; every other trace of the corpora survives the
// round trip; the recorded workloads play with the results that the kernel gave.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "model/trace/trace.h"

namespace model {
namespace {

namespace fs = std::filesystem;
const fs::path root = RMAPCHECK_SOURCE_DIR;

std::string contents(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<fs::path> traces_in(const fs::path& folder) {
    std::vector<fs::path> found;
    for (const fs::directory_entry& e : fs::recursive_directory_iterator(folder))
        if (e.path().extension() == ".trace") found.push_back(e.path());
    std::sort(found.begin(), found.end());
    return found;
}

TEST(Corpora, MalformedTracesAreRefusedWithTheirMessage) {
    std::vector<fs::path> traces = traces_in(root / "corpora/malformed");
    EXPECT_GE(traces.size(), 25U);
    for (const fs::path& path : traces) {
        std::string expected = contents(fs::path(path).replace_extension(".expected"));
        ASSERT_FALSE(expected.empty()) << path << " has no message beside it";
        std::string name = fs::relative(path, root).string();
        try {
            read_trace(contents(path), name);
            ADD_FAILURE() << name << " is accepted";
        } catch (const BadInput& e) {
            EXPECT_EQ(std::string(e.what()) + "\n", expected);
        }
    }
}

TEST(Corpora, EveryOtherTraceSurvivesTheRoundTrip) {
    for (const fs::path& path : traces_in(root / "corpora")) {
        if (path.parent_path().filename() == "malformed") continue;
        Trace trace = load_trace(path.string());
        EXPECT_EQ(read_trace(to_text(trace), path.string()), trace) << path;
        EXPECT_EQ(to_text(read_trace(to_text(trace), path.string())), to_text(trace)) << path;
    }
}

TEST(Corpora, WorkloadsPlayWithTheResultsOfTheKernel) {
    std::vector<fs::path> traces = traces_in(root / "corpora/workloads");
    EXPECT_GE(traces.size(), 3U);
    for (const fs::path& path : traces) {
        EXPECT_LT(fs::file_size(path), 300000U) << path;
        Kernel k = boot();
        std::size_t walks = 0, stated = 0;
        for (const Step& step : load_trace(path.string()).steps) {
            Result got = play(k, step);
            walks += std::holds_alternative<Walk>(step.op);
            if (!step.expected) continue;
            ++stated;
            ASSERT_EQ(got, *step.expected) << path << ':' << step.line << ": " << to_text(step);
        }
        EXPECT_GT(walks, 8U) << path;
        EXPECT_GT(stated, 100U) << path;
        EXPECT_GT(ksm_counters(k).pages_sharing, 0U) << path;
    }
}

} // namespace
} // namespace model
