// What README.md shows is what the program prints: each block behind a line `<!-- output: ARGUMENTS -->`, to the
// letter.
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

namespace {

std::string printed(const std::string& arguments) {
    const std::string command = "cd '" RMAPCHECK_SOURCE_DIR "' && '" RMAPCHECK_BINARY "' " + arguments + " 2>/dev/null";
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    std::string text;
    char piece[4096];
    while (std::size_t n = std::fread(piece, 1, sizeof piece, pipe.get())) text.append(piece, n);
    return text;
}

TEST(Readme, ShowsWhatTheProgramPrints) {
    std::ifstream file(RMAPCHECK_SOURCE_DIR "/README.md");
    const std::string mark = "<!-- output: ", end = " -->";
    std::size_t blocks = 0;
    for (std::string line; std::getline(file, line);) {
        if (line.rfind(mark, 0) != 0) continue;
        const std::string arguments = line.substr(mark.size(), line.size() - mark.size() - end.size());
        ASSERT_TRUE(std::getline(file, line) && line == "```text") << arguments;
        std::string shown;
        while (std::getline(file, line) && line != "```") shown += line + "\n";
        EXPECT_EQ(shown, printed(arguments)) << arguments;
        ++blocks;
    }
    EXPECT_GE(blocks, 2u);
}

} // namespace
