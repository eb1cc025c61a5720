// The sources are in the order that CMakeLists.txt and docs/architecture.md promise, but for the exceptions that
// exceptions.txt lists with their reasons. Of each check is also shown that it can fail.
#include "tests/tidy/tidy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "tests/tidy/source.h"

namespace tidy {
namespace {

const Tree& sources() {
    static const Tree tree = tree_of(RMAPCHECK_SOURCE_DIR);
    return tree;
}

struct Check {
    const char* name;
    Complaints (*check)(const Tree&);
};
constexpr std::array checks{Check{"rooms", check_rooms},           Check{"columns", check_columns},
                            Check{"lengths", check_lengths},       Check{"types", check_type_names},
                            Check{"reached", check_reached},       Check{"files", check_named_files},
                            Check{"options", check_named_options}, Check{"operations", check_operations}};

void expect_none(const Complaints& complaints) {
    for (const Complaint& c : complaints) ADD_FAILURE() << c.where << ": " << c.what;
}

class Tidy : public testing::TestWithParam<Check> {};
INSTANTIATE_TEST_SUITE_P(, Tidy, testing::ValuesIn(checks), [](const auto& check) { return check.param.name; });

TEST_P(Tidy, Holds) {
    expect_none(left_of(GetParam().check(sources()), GetParam().name,
                        read_exceptions(sources().at("tests/tidy/exceptions.txt"))));
}

TEST(TidyExceptions, AreOfChecksThatThereAreAndHaveReasons) {
    const Exceptions e = read_exceptions(sources().at("tests/tidy/exceptions.txt"));
    expect_none(e.malformed);
    for (const auto& line : e.lines)
        EXPECT_TRUE(std::any_of(checks.begin(), checks.end(), [&](const Check& c) { return c.name == line.check; }))
            << "line " << line.number << ": no check " << line.check;
}

TEST(TidyExceptions, AreAskedForWhatTheyExceptAndGoWhenNotNeeded) {
    const Complaints two{{"a.h:1", "is wrong", "a.h"}, {"b.h:1", "is wrong", "b.h"}};
    const Exceptions e =
        read_exceptions("# why\ncolumns a.h: a table\ncolumns c.h: no more\nlengths b.h: of another\n");
    EXPECT_TRUE(e.malformed.empty());
    const Complaints left = left_of(two, "columns", e);
    ASSERT_EQ(left.size(), 2u);
    EXPECT_EQ(left[0].where, "b.h:1");
    EXPECT_EQ(left[1].where, "tests/tidy/exceptions.txt:3");
    EXPECT_EQ(read_exceptions("columns a.h\n").malformed.size(), 1u);
    EXPECT_EQ(read_exceptions("columns a.h: \n").malformed.size(), 1u);
}

// Says which files clang-format would change. (Version 14 with --dry-run complains of what it would not change.)
std::string unformatted(const std::string& files) {
    const std::string command =
        "cd " RMAPCHECK_SOURCE_DIR " && for f in " + files +
        "; do clang-format --style=file:.clang-format \"$f\" | cmp -s - \"$f\" || echo \"$f\"; done";
    FILE* out = popen(command.c_str(), "r");
    std::string text;
    for (int c; out && (c = std::fgetc(out)) != EOF;) text += static_cast<char>(c);
    if (!out || pclose(out) != 0) text += "clang-format cannot be run\n";
    return text;
}

class TidyFormat : public testing::Test {
  protected:
    void SetUp() override {
        if (std::system("clang-format --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no clang-format";
    }
};

TEST_F(TidyFormat, IsThatOfClangFormat) {
    std::string files;
    for (const auto& [path, text] : sources())
        if (path.ends_with(".h") || path.ends_with(".cpp") || path.ends_with(".cc")) files += " '" + path + "'";
    EXPECT_EQ(unformatted(files), "");
}

TEST_F(TidyFormat, IsNotThatOfAnyText) {
    const std::string path = testing::TempDir() + "unformatted.cpp";
    std::ofstream(path) << "int  x ;\n";
    EXPECT_EQ(unformatted(path), path + "\n");
    std::remove(path.c_str());
}

// Each check on made-up files: what it must accept, and what it must not.
std::vector<std::string> what(const Complaints& all) {
    std::vector<std::string> texts;
    for (const Complaint& c : all) texts.push_back(c.where + ": " + c.what);
    return texts;
}

using Texts = std::vector<std::string>;

constexpr const char* two_rooms = "rmapcheck_room(model model fmt::fmt)\nrmapcheck_room(walks checker/walks model)\n";

TEST(TidyFails, WhereARoomIncludesWhatItDoesNotLinkTo) {
    const Tree good{{"CMakeLists.txt", two_rooms},
                    {"checker/walks/a.cpp", "#include \"model/b.h\"\n"},
                    {"model/b.h", "#include <vector>\n"}};
    EXPECT_EQ(what(check_rooms(good)), Texts{});
    Tree bad = good;
    bad["model/b.h"] = "\n#include \"checker/walks/a.h\"\n";
    bad["checker/walks/a.h"] = "#include \"model/none.h\"\n";
    bad["checker/judge/c.cpp"] = "";
    bad["CMakeLists.txt"] += "rmapcheck_room(gate checker/gate later)\nrmapcheck_room(later checker/later)\n";
    EXPECT_EQ(what(check_rooms(bad)),
              (Texts{"CMakeLists.txt: room gate links to later, which is no room before it",
                     "checker/judge/c.cpp: is in no room of CMakeLists.txt",
                     "checker/walks/a.h:1: includes what does not exist: model/none.h",
                     "model/b.h:2: room model includes checker/walks/a.h, but does not link to its room"}));
    EXPECT_EQ(check_rooms({{"CMakeLists.txt", ""}}).size(), 1u);
}

TEST(TidyFails, WhereALineIsLong) {
    const std::string full(120, 'x'), umlauts = std::string(119, 'x') + "ü", over(121, 'x');
    const Tree tree{{"model/a.h", full + "\n" + umlauts + "\n" + over + "\n"},
                    {"docs/a.md", "| " + over + " |\n```\n" + over + "\n```\n" + over + "\n"},
                    {"a.txt", over}};
    EXPECT_EQ(what(check_columns(tree)),
              (Texts{"docs/a.md:5: has 121 columns (at most 120)", "model/a.h:3: has 121 columns (at most 120)"}));
}

TEST(TidyFails, WhereAFileOrAFunctionOrARoomIsLong) {
    const auto lines = [](std::size_t n) {
        std::string text;
        while (n-- > 0) text += "    x();\n";
        return text;
    };
    const Tree good{
        {"CMakeLists.txt", two_rooms}, {"model/a.cpp", "void f() {\n" + lines(58) + "}\n"}, {"model/b.h", lines(499)}};
    EXPECT_EQ(what(check_lengths(good)), Texts{});
    Tree bad{{"CMakeLists.txt", two_rooms},
             {"model/a.cpp", "int x;\nvoid f(\n    int) {\n" + lines(59) + "}\n"},
             {"model/b.h", lines(500)}};
    for (char c = 'b'; c < 'k'; ++c) bad["checker/walks/" + std::string(1, c) + ".h"] = lines(499);
    for (char c = 'k'; c < 'm'; ++c)
        bad["model/" + std::string(1, c) + ".h"] = lines(499); // of the model more is expected
    EXPECT_EQ(what(check_lengths(bad)),
              (Texts{"model/a.cpp:2: f has 62 lines (at most 60)", "model/b.h: has 500 lines (at most 499)",
                     "CMakeLists.txt: room walks has 4491 lines (at most 4000)"}));
}

TEST(TidyFails, WhereTwoTypesHaveOneName) {
    const Tree good{
        {"model/a.h", "namespace a {\nstruct A {\n    struct In {};\n};\nstruct A;\n}\n"},
        {"model/b.h", "namespace b {\nstruct B {\n    struct In {};\n};\n}\ntemplate <> struct hash<A> {};\n"}};
    EXPECT_EQ(what(check_type_names(good)), Texts{});
    Tree bad = good;
    bad["checker/c.h"] = "enum class A : int { x };\n";
    EXPECT_EQ(what(check_type_names(bad)), Texts{"model/a.h:2: A is also at checker/c.h:1"});
}

TEST(TidyFails, WhereNoTestReachesASource) {
    const Tree good{{"model/a.cpp", "#include \"model/a.h\"\n#include \"model/e.h\"\n"},
                    {"model/b.cpp", ""},
                    {"model/e.cpp", "#include \"model/e.h\"\n"},
                    {"model/a.h", ""},
                    {"tests/model/other_test.cpp", "#include \"model/a.h\"\n"},
                    {"tests/model/b_test.cpp", ""}};
    EXPECT_EQ(what(check_reached(good)), Texts{});
    Tree bad = good;
    bad["model/c.cpp"] = "#include \"model/d.h\"\n";
    EXPECT_EQ(what(check_reached(bad)),
              Texts{"model/c.cpp: no tests/model/c_test.cpp, and no test leads to model/d.h"});
}

TEST(TidyFails, WhereAFileOrAnOptionThatIsNamedIsNotThere) {
    const Tree tree{
        {"docs/a.md",
         "`docs/a.md:3`, `corpora/`, `model/b`, `model/*`, and `docs/none.md`.\n`--known`, `--unknown`, a -- b\n"},
        {"model/b.h", "int docs; // see docs/gone.md\n"},
        {"corpora/x.trace", ""},
        {"checker/c.cpp", "add(\"--known\")\n"}};
    EXPECT_EQ(what(check_named_files(tree)),
              (Texts{"docs/a.md:1: docs/none.md does not exist", "model/b.h:1: docs/gone.md does not exist"}));
    EXPECT_EQ(what(check_named_options(tree)), Texts{"docs/a.md:2: no source spells the option --unknown"});
}

TEST(TidyFails, WhereAnOperationIsKnownByName) {
    const std::string list = "using Operation = std::variant<Mmap,\n  Walk>;\n";
    const Tree good{{"model/ops.h", list},
                    {"model/ops/mmap.cpp", "Result apply(Context c, const Mmap& op) {}\n"},
                    {"checker/facets/a.cpp", "std::get_if<model::Walk>(&op);\n"},
                    {"checker/a.cpp", "model::Walk{}; get<Walker>(x); // get_if<Walk>\n"}};
    EXPECT_EQ(what(check_operations(good)), Texts{});
    Tree bad = good;
    bad["checker/a.cpp"] =
        "f(std::get_if<model::Walk>(&op));\nvoid f(const Mmap& op);\nstd::holds_alternative<Walk>(x)\n";
    EXPECT_EQ(what(check_operations(bad)), (Texts{"checker/a.cpp:1: knows Walk by its name (a facet should)",
                                                  "checker/a.cpp:2: knows Mmap by its name (a facet should)",
                                                  "checker/a.cpp:3: knows Walk by its name (a facet should)"}));
    EXPECT_EQ(check_operations({}).size(), 1u);
}

TEST(TidySource, SeesFunctionsAndTypesAsTheyAre) {
    const auto seen = [](std::string_view text) {
        Texts all;
        for (const Definition& d : definitions(text))
            all.push_back(d.name + " " + std::to_string(d.first) + "-" + std::to_string(d.last) +
                          (d.kind == Definition::Kind::type ? " type" : "") + (d.member ? " member" : ""));
        return all;
    };
    EXPECT_EQ(
        seen("// void no() {\nconst char* s = \"{\"; const char* r = R\"x({{)x\"; int n = 1'000;\nvoid f() {\n}\n"),
        Texts{"f 3-4"});
    EXPECT_EQ(seen("struct A : B {\n    A() : b{1}, c{2} {\n        if (x) {\n        }\n    }\n    int g(int a = {}) "
                   "{ return 1; }\n};\n"),
              (Texts{"A 2-5 member", "g 6-6 member", "A 1-7 type"}));
    EXPECT_EQ(seen("template <class T>\nbool operator()(const T& t) {\n    return [] { return 1; }();\n}\n"),
              Texts{"operator 1-4"});
    EXPECT_EQ(seen("const int table[] = {\n    1,\n};\nauto l = [](int) {\n};\nenum { a, b };\n"), Texts{" 6-6 type"});
}

} // namespace
} // namespace tidy
