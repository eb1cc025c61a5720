// The manual page and the completions: made of the options, and accepted by those who read them.
#include "checker/commands/manual.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "checker/support/files.h"
#include "checker/support/run.h"
#include "tests/run_here.h"

namespace checker::inline commands {
namespace {
namespace fs = std::filesystem;

const std::vector<VerbHelp> two_verbs{
    {"run",
     "play traces: all",
     {{{"TRACE"}, true, true, {}, "", ""}},
     {{{"--color"}, true, false, {"auto", "never"}, "when", "auto"}}},
    {"walks", "list 'them'", {}, {{{"-q", "--quiet"}, false, false, {}, "no [progress]", ""}}},
};

TEST(Manual, NamesEveryOptionWithItsDefault) {
    const std::string page = manual_page("1.2", two_verbs);
    EXPECT_NE(page.find(".B rmapcheck run\n[\\fIOPTION\\fR]... TRACE\n"), std::string::npos) << page;
    EXPECT_NE(page.find(".B \\-\\-color auto|never\nwhen (default: auto)\n"), std::string::npos) << page;
    EXPECT_NE(page.find(".B \\-q, \\-\\-quiet\nno [progress]\n"), std::string::npos) << page;
}

TEST(Manual, QuotesWhatShellsWouldRead) {
    EXPECT_NE(zsh_completion(two_verbs).find("'run:play traces\\: all'"), std::string::npos);
    EXPECT_NE(zsh_completion(two_verbs).find("'walks:list '\\''them'\\'''"), std::string::npos);
    EXPECT_NE(zsh_completion(two_verbs).find("'*--quiet[no \\[progress\\]]'"), std::string::npos);
}

// What the script would offer for these words, the last of which is being typed.
std::string offered(const std::string& words) {
    const std::string folder = (fs::temp_directory_path() / "rmapcheck-manual-XXXXXX").string();
    std::string room = folder;
    EXPECT_NE(mkdtemp(room.data()), nullptr);
    const std::string program = RMAPCHECK_BINARY;
    const std::string script = "source <('" + program + "' --manual bash); COMP_WORDS=(" + words +
                               "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _rmapcheck; echo \"${COMPREPLY[*]}\"";
    const ProgramEnd end = run_here({"bash", "-c", script}, room, room + "/log");
    EXPECT_TRUE(end.good());
    const std::string text = tail_of(room + "/log", 5);
    fs::remove_all(room);
    return text.substr(0, text.find('\n'));
}

TEST(Manual, CompletesInBash) {
    EXPECT_EQ(offered("rmapcheck explo"), "explore");
    EXPECT_EQ(offered("rmapcheck run --dr"), "--draw");
    EXPECT_EQ(offered("rmapcheck run --color al"), "always");
}

} // namespace
} // namespace checker::inline commands
