// What the corpora say of themselves holds under the rules of every kernel in the table.
#include <gtest/gtest.h>

#include "checker/judge/runner.h"

namespace checker {
namespace {

TEST(EveryVersion, CorporaHold) {
    std::size_t versioned = 0, traces = 0;
    for (const std::string& path : traces_below(RMAPCHECK_SOURCE_DIR "/corpora")) {
        const model::Trace trace = model::load_trace(path);
        ++traces;
        for (const model::Expectation& e : trace.expectations) versioned += !e.versions.empty();
        for (const model::KernelVersion& version : model::kernel_versions()) {
            RunOptions how;
            how.config.rules = version.rules;
            how.judge_at_end = false;
            for (const auto& f : run_trace(trace, how).failures)
                ADD_FAILURE() << path << ":" << f.line << ": under the rules of " << version.name << ": " << f.text;
        }
    }
    EXPECT_GT(traces, 200u);
    EXPECT_GT(versioned, 20u);
}

TEST(EveryVersion, BelowEndsWhatIsSaidOfOthers) {
    const model::Trace trace = model::read_trace(
        "# rmapcheck trace 1\n"
        "1 munmap(0x1000, 0x1000) = 0\n"
        "#= [7.3] ksm pages_shared 1\n"
        "#= [7.3] below\n"
        "1 munmap(0x1000, 0x1000) = -1 ENOMEM\n"
        "#= ksm pages_shared 2\n",
        "test");
    const auto failures = [&](const char* version) {
        RunOptions how;
        how.config.rules = model::find_version(version)->rules;
        return run_trace(trace, how).failures.size();
    };
    EXPECT_EQ(failures("7.2"), 0u);
    EXPECT_EQ(failures("7.3"), 3u);
}

} // namespace
} // namespace checker
