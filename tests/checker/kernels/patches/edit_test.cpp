#include "checker/kernels/patches/edit.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "checker/support/run.h"
#include "checker/walks/walks.h"
#include "model/trace/trace.h"

namespace checker::kernels {
namespace {

constexpr std::string_view source =
    "struct item {\n"
    "\tint age;\n"
    "};\n"
    "\n"
    "static int walk(struct item *i);\n"
    "\n"
    "static int\n"
    "other(struct item *i)\n"
    "{\n"
    "\treturn walk(i);\n"
    "}\n"
    "\n"
    "static int walk(struct item *i)\n"
    "{\n"
    "\tfor (;;)\n"
    "\t\tvisit(i, 0,\n"
    "\t\t      ULONG_MAX);\n"
    "}\n";

std::string edited(const std::string& body, bool* changed = nullptr) {
    const EditScript script = read_edit_script(std::string(edit_header) + "\n" + body, "s.edit");
    std::string text(source);
    for (const Edit& e : script.edits) {
        const Edited done = apply_edit(
            script, e, [&](const std::string& file) { return file == "a.c" ? std::optional(text) : std::nullopt; });
        if (changed) *changed = done.changed;
        if (done.changed) text = done.text;
    }
    return text;
}

std::string complaint(const std::string& body) {
    try {
        edited(body);
    } catch (const model::BadInput& e) {
        return e.what();
    } catch (const model::CannotTell& e) {
        return e.what();
    }
    return "none";
}

TEST(Edit, ReplacesWordsWhateverBlanksAreBetweenThem) {
    const std::string text = edited("in a.c: walk\nreplace \"0, ULONG_MAX\"\n+1,\n+2\n");
    EXPECT_NE(text.find("visit(i, 1,\n2);"), std::string::npos);
    EXPECT_EQ(text.find("ULONG_MAX"), std::string::npos);
}

TEST(Edit, PutsLinesBeforeAndAfterALine) {
    EXPECT_NE(edited("in a.c: struct item\nafter \"int age;\"\n+\tint index;\n").find("\tint age;\n\tint index;\n};"),
              std::string::npos);
    EXPECT_NE(edited("in a.c: struct item\nbefore \"age;\"\n+\tint index;\n").find("{\n\tint index;\n\tint age;"),
              std::string::npos);
    EXPECT_NE(edited("in a.c\nbefore \"static int walk(struct item *i) {\"\n+int x;\n")
                  .find("}\n\nint x;\nstatic int walk(struct item *i)\n{"),
              std::string::npos);
}

TEST(Edit, FindsTheDefinitionAndNotTheDeclaration) {
    EXPECT_NE(edited("in a.c: other\nreplace \"return walk(i);\"\n+return 0;\n").find("return 0;"), std::string::npos);
    EXPECT_EQ(complaint("in a.c: nobody\nreplace \"x\"\n+y\n"), "s.edit:3: a.c has no nobody");
}

TEST(Edit, SaysWhatDoesNotFit) {
    EXPECT_EQ(complaint("in a.c\nreplace \"absent\"\n+x\n"), "s.edit:3: \"absent\" does not occur in a.c");
    EXPECT_EQ(complaint("in a.c\nreplace \"walk(\"\n+x\n"), "s.edit:3: \"walk(\" occurs 3 times in a.c");
    EXPECT_EQ(complaint("in a.c\nreplace \"item\"\n+x\n"), "s.edit:3: \"item\" occurs 4 times in a.c");
    EXPECT_EQ(complaint("in a.c\nreplace \"ite\"\n+x\n"),
              "s.edit:3: \"ite\" does not occur in a.c"); // no part of a word
}

TEST(Edit, TakesTheFirstAlternativeThatIsThere) {
    const std::string by_other =
        edited("in b.c | a.c: nobody | other\nreplace \"absent\" | \"return walk(i);\"\n+return 0;\n");
    EXPECT_NE(by_other.find("{\n\treturn 0;\n}"), std::string::npos);
    const std::string by_way = edited("in a.c: other\nreplace \"absent\"\n+1;\nor before \"return\"\n+\t2;\n");
    EXPECT_NE(by_way.find("{\n\t2;\n\treturn walk(i);\n}"), std::string::npos);
    EXPECT_EQ(by_way.find("1;"), std::string::npos);
}

TEST(Edit, NamesEverythingThatWasLookedFor) {
    EXPECT_EQ(complaint("in a.c: nobody | somebody\nreplace \"x\"\n+y\n"), "s.edit:3: a.c has no nobody or somebody");
    EXPECT_EQ(complaint("in b.c | c.c\nreplace \"x\"\n+y\n"), "s.edit:3: there is no b.c or c.c");
    EXPECT_EQ(complaint("in a.c: walk\nreplace \"one\" | \"two\"\n+y\nor leave \"three\"\n"),
              "s.edit:3: \"one\" or \"two\" or \"three\" does not occur in walk of a.c");
}

TEST(Edit, LeavesWhatIsThereAlready) {
    bool changed = true;
    EXPECT_EQ(edited("in a.c: struct item\nleave \"int age;\"\nor after \"{\"\n+\tint age;\n", &changed), source);
    EXPECT_FALSE(changed);
    EXPECT_EQ(complaint("in a.c\nleave \"absent\"\n"),
              "s.edit:3: \"absent\" does not occur in a.c"); // never in silence
    EXPECT_EQ(complaint("in a.c\nleave \"int age;\"\n+x\n"),
              "s.edit:4:1: text without a place (before, after or replace on a line before it)");
}

// A condition holds up to the next place, and asks the tree, not its version.
TEST(Edit, IsMadeWhereItIsNeeded) {
    bool changed = true;
    EXPECT_EQ(edited("in a.c\nwhere a.c has \"int index;\"\nreplace \"absent\"\n+x\n", &changed), source);
    EXPECT_FALSE(changed);
    EXPECT_EQ(edited("in a.c\nwhere b.c has \"int age;\"\nreplace \"absent\"\n+x\n", &changed), source);
    EXPECT_EQ(complaint("in a.c\nwhere a.c has \"int age;\"\nreplace \"absent\"\n+x\n"),
              "s.edit:4: \"absent\" does not occur in a.c");
    EXPECT_EQ(complaint("in a.c\nwhere a.c has no \"int index;\"\nreplace \"absent\"\n+x\n"),
              "s.edit:4: \"absent\" does not occur in a.c");
    EXPECT_EQ(complaint("in a.c\nwhere a.c has \"int index;\"\nreplace \"age\"\n+x\nin a.c\nreplace \"absent\"\n+x\n"),
              "s.edit:7: \"absent\" does not occur in a.c");
}

TEST(Edit, RefusesWhatIsNoScript) {
    EXPECT_THROW(read_edit_script("# something else\n", "s.edit"), model::BadInput);
    EXPECT_EQ(
        complaint("in a.c\nreplce \"x\"\n"),
        "s.edit:3:1: 'replce \"x\"' is no instruction (in, where, before, after, replace, leave, or and one of these, "
        "or a line that begins with +)");
    EXPECT_EQ(complaint("in a.c\nreplace x\n+y\n"),
              "s.edit:3:9: the words are not in quotes (\"WORDS\", or \"WORDS\" | \"OTHER WORDS\")");
    EXPECT_EQ(complaint("replace \"x\"\n+y\n"), "s.edit:2:1: no file was named before (in FILE)");
    EXPECT_EQ(complaint("in a.c\n+y\n"),
              "s.edit:3:1: text without a place (before, after or replace on a line before it)");
    EXPECT_EQ(complaint("in ../a.c\nreplace \"x\"\n"),
              "s.edit:2:4: '../a.c' leads out of the tree (a path within the tree)");
    EXPECT_EQ(complaint("in a.c\nwhere a.c is \"x\"\n"),
              "s.edit:3:1: the condition has no end (where FILE has [no] \"WORDS\")");
    EXPECT_EQ(
        complaint("in a.c\nor replace \"x\"\n+y\n"),
        "s.edit:3:1: there is nothing that this could be another way of (before, after, replace or leave before it)");
    EXPECT_EQ(complaint("in a.c\n"), "s.edit:2:1: the script changes nothing (before, after or replace)");
}

// What the corpus promises without a kernel: every candidate can be read, says why it is there, changes only mm/ksm.c,
// and names a strategy that exists if it names one.
TEST(Edit, TheCorpusOfPatchesCanBeRead) {
    std::size_t count = 0;
    for (const auto& file : std::filesystem::directory_iterator(RMAPCHECK_SOURCE_DIR "/corpora/patches")) {
        if (file.path().extension() != ".edit") continue;
        const EditScript script = read_edit_script(read_whole(file.path()), file.path());
        EXPECT_FALSE(script.why.empty()) << file.path();
        for (const Edit& e : script.edits) EXPECT_EQ(e.files, std::vector<std::string>{"mm/ksm.c"}) << file.path();
        if (!script.model.empty()) {
            EXPECT_NE(find_strategy(script.model), nullptr) << file.path();
        }
        ++count;
    }
    EXPECT_GE(count, 8u);
}

} // namespace
} // namespace checker::kernels
