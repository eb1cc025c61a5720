// Texts that are nearly right: each reader refuses them in one line, or makes of them what can be used.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "tests/fuzz/readers.h"
#include "tests/tried.h"

namespace fuzz {
namespace {

namespace fs = std::filesystem;

// Short texts: what is changed in them matters more.
std::vector<std::string> seeds_of(const Reader& reader) {
    constexpr std::size_t longest = 4000;
    std::vector<std::string> seeds;
    if (!reader.own.empty()) seeds.emplace_back(reader.own);
    for (const std::string& folder : reader.folders)
        for (const auto& file : fs::directory_iterator(fs::path(RMAPCHECK_SOURCE_DIR) / folder)) {
            const std::string ending = file.path().extension();
            if (ending != ".trace" && ending != ".strace" && ending != ".edit") continue;
            std::ostringstream text;
            text << std::ifstream(file.path()).rdbuf();
            if (text.str().size() <= longest) seeds.push_back(text.str());
        }
    std::ranges::sort(seeds);
    return seeds;
}

class Mutations {
  public:
    explicit Mutations(std::vector<std::string> seeds) : seeds_(std::move(seeds)) {}

    std::string next() {
        std::string text = seeds_[below(seeds_.size())];
        for (std::size_t n = 1 + below(4); n > 0; --n) change(text);
        return text;
    }

  private:
    std::size_t below(std::size_t n) { return n ? random_() % n : 0; }

    void change(std::string& text) {
        static const char* const words[] = {"0",
                                            "-1",
                                            "0xffffffffffffffff",
                                            "18446744073709551616",
                                            "0x7ffffffff000",
                                            "|",
                                            ",",
                                            "(",
                                            ")",
                                            "=",
                                            "\n",
                                            "\r",
                                            "\x1b[31m",
                                            "#= ",
                                            "* ",
                                            "1 ",
                                            "../",
                                            "/",
                                            "\xff\xfe",
                                            "\t",
                                            ":",
                                            "0x10000",
                                            "\"",
                                            "<",
                                            "[7.3] ",
                                            "NULL"};
        const std::size_t at = below(text.size() + 1), length = below(std::min<std::size_t>(40, text.size() - at + 1));
        switch (below(6)) {
        case 0: // a bit
            if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
            break;
        case 1: text.erase(at, length); break;
        case 2: text.insert(below(text.size() + 1), text.substr(at, length)); break;
        case 3: text.insert(at, words[below(std::size(words))]); break;
        case 4: text.replace(at, length, words[below(std::size(words))]); break;
        default: { // a piece of another
            const std::string& other = seeds_[below(seeds_.size())];
            const std::size_t from = below(other.size() + 1);
            text.insert(at, other.substr(from, below(200)));
        }
        }
    }

    std::vector<std::string> seeds_;
    std::mt19937 random_{1};
};

class Mutated : public testing::TestWithParam<Reader> {};
INSTANTIATE_TEST_SUITE_P(, Mutated, testing::ValuesIn(readers().begin(), readers().end()),
                         [](const auto& reader) { return reader.param.name; });

TEST_P(Mutated, IsRefusedInOneLineOrUsed) {
    const Reader& reader = GetParam();
    if (std::string(reader.name) == "mail" && std::system("git --version >/dev/null 2>&1") != 0)
        GTEST_SKIP() << "no git";
    const std::vector<std::string> seeds = seeds_of(reader);
    ASSERT_FALSE(seeds.empty());
    for (const std::string& seed : seeds) EXPECT_EQ(complaint(reader, seed), "") << seed;
    Mutations mutations(seeds);
    for (unsigned n = 0; n < reader.tries; ++n) {
        const std::string text = mutations.next();
        ASSERT_EQ(complaint(reader, text), "") << "mutation " << n << ":\n" << text;
        tried(std::string("a text that is nearly right: ") + reader.name, n + 1);
    }
}

TEST(MutatedTexts, AComplaintIsMade) {
    const Reader broken{"broken", [](std::string_view) { throw std::out_of_range("somewhere"); }, {}, ""};
    EXPECT_EQ(complaint(broken, ""), "somewhere");
}

} // namespace
} // namespace fuzz
