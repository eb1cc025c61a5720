// Patches as people send them. Where git am has a word, ours is the same.
#include "checker/kernels/patches/mail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "checker/support/run.h"

namespace checker::kernels {
namespace {
using testing::HasSubstr;
using testing::Not;

const std::string diff =
    "diff --git a/mm/ksm.c b/mm/ksm.c\n"
    "index 1..2 100644\n"
    "--- a/mm/ksm.c\n"
    "+++ b/mm/ksm.c\n"
    "@@ -1,3 +1,3 @@ here\n"
    " one\n"
    "-two\n"
    "+zwei = 2\n"
    "\n"
    "@@ -9 +9,2 @@\n"
    " nine\n"
    "+ten\n"
    "\\ No newline at end of file\n";
const std::string quoted =
    "  diff --git a/mm/ksm.c b/mm/ksm.c\n  --- a/mm/ksm.c\n  +++ b/mm/ksm.c\n"
    "  @@ -1,3 +1,4 @@\n   one\n  +#error this is only text\n";
const std::string head = "From: A <a@example.org>\nSubject: [PATCH] a change\n";

bool no_git() { return !has_program("git"); }

TEST(Mail, OfADiffEverythingIsTaken) { EXPECT_EQ(diffs_of(diff, "x"), diff); }

TEST(Mail, OfADescriptionNothingIs) {
    EXPECT_EQ(
        diffs_of("commit 123\nAuthor: A\n\n    It is so:\n\n" + quoted + "\n---\n a | 1 +\n\n" + diff + "-- \n2.25.1\n",
                 "x"),
        diff);
    EXPECT_EQ(diffs_of("no change\n--- and no file\n", "x"), "");
}

TEST(Mail, CarriageReturnsOfALetterAreNotOfThePatch) {
    std::string sent;
    for (const char c : diff) sent += c == '\n' ? std::string("\r\n") : std::string(1, c);
    EXPECT_EQ(diffs_of(sent, "x"), diff);
    const std::string within = "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\r\n+y\r\n";
    EXPECT_EQ(diffs_of(within, "x"), within);
}

TEST(Mail, TheDescriptionOfAMailIsNotApplied) {
    if (no_git()) GTEST_SKIP() << "git is missing";
    const std::string mail =
        head + "\nIt is so:\n\n" + quoted + "\nSigned-off-by: A\n---\n f | 1 +\n\n" + diff + "-- \n2.25.1\n\n";
    EXPECT_EQ(diffs_of(mail, "x"), diff);
    const std::string box = "From 1 Mon Sep 17 00:00:00 2001\n";
    EXPECT_EQ(diffs_of(box + head + "\nA cover letter.\n\n" + box + mail + box + mail, "x"), diff + diff);
}

TEST(Mail, WordsOfMimeAreReadWithoutCase) {
    if (no_git()) GTEST_SKIP() << "git is missing";
    std::string coded;
    for (const char c : diff) coded += c == '=' ? std::string("=3D") : std::string(1, c);
    for (const char* word : {"quoted-printable", "QUOTED-PRINTABLE", "Quoted-Printable"})
        EXPECT_EQ(
            diffs_of(head + "MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\ncontent-transfer-encoding: " +
                         word + "\n\nText.\n---\n" + coded,
                     "x"),
            diff);
}

TEST(Mail, OfTwoFormsThePlainOneIsTaken) {
    if (no_git()) GTEST_SKIP() << "git is missing";
    for (const char* type : {"text/html", "TEXT/HTML"}) {
        const std::string mail =
            head + "MIME-Version: 1.0\nContent-Type: multipart/alternative;\n boundary=\"=_abc\"\n\n" +
            "--=_abc\nContent-Type: text/plain; charset=UTF-8\n\nText.\n---\n" + diff +
            "\n--=_abc\nContent-Type: " + type + "; charset=UTF-8\n\n<pre>\n---\n" + diff + "</pre>\n\n--=_abc--\n";
        EXPECT_EQ(diffs_of(mail, "x"), diff);
    }
}

NamedFiles named(const std::string& d, std::set<std::string> tree = {"mm/ksm.c"}) {
    return files_of(d, "the.patch", [&](const std::string& f) { return tree.contains(f); });
}

TEST(Mail, FilesAreNamedAsTheTreeHasThem) {
    EXPECT_EQ(named(diff).names, std::set<std::string>{"mm/ksm.c"});
    EXPECT_EQ(named(diff).strip, 1u);
    const std::string plain = "--- mm/ksm.c\t2026-01-01\n+++ mm/ksm.c\n@@ -1 +1 @@\n-a\n+b\n";
    EXPECT_EQ(named(plain).names, std::set<std::string>{"mm/ksm.c"});
    EXPECT_EQ(named(plain).strip, 0u);
    EXPECT_EQ(named("--- linux-6.12/mm/ksm.c\n+++ linux/mm/ksm.c\n@@ -1 +1 @@\n-a\n+b\n").strip, 1u);
    EXPECT_EQ(named("--- /dev/null\n+++ b/new.c\n@@ -0,0 +1 @@\n+b\n").names, std::set<std::string>{"new.c"});
    const std::string moved = "diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n";
    EXPECT_EQ(named(moved).names, (std::set<std::string>{"x", "y"}));
    // What looks like a name in a hunk is text.
    EXPECT_EQ(named("--- a/mm/ksm.c\n+++ b/mm/ksm.c\n@@ -1,2 +1,2 @@\n--- a/../other\n+++ /etc/passwd\n x\n").names,
              std::set<std::string>{"mm/ksm.c"});
}

std::string refused(const std::string& d) {
    try {
        named(d);
    } catch (const model::BadInput& bad) {
        return bad.what();
    }
    return {};
}

TEST(Mail, NothingOutsideTheTreeIsNamed) {
    EXPECT_THAT(refused("--- a/../x\n+++ b/../x\n@@ -1 +1 @@\n-a\n+b\n"),
                HasSubstr("the.patch: 'a/../x' leads out of the tree"));
    EXPECT_THAT(refused("--- /etc/passwd\n+++ /etc/passwd\n@@ -1 +1 @@\n-a\n+b\n"), HasSubstr("leads out"));
    EXPECT_THAT(refused("--- a//etc/passwd\n+++ b//etc/passwd\n@@ -1 +1 @@\n-a\n+b\n"), HasSubstr("leads out"));
    EXPECT_THAT(refused("diff --git a/x b/y\nrename from x\nrename to ../y\n"), HasSubstr("leads out"));
    EXPECT_THAT(
        refused("diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+/etc/passwd\n"),
        HasSubstr("symbolic link"));
    EXPECT_THAT(refused("diff --git a/l b/l\nindex 1..2 120000\n--- a/l\n+++ b/l\n@@ -1 +1 @@\n-x\n+/etc/passwd\n"),
                HasSubstr("symbolic link"));
    EXPECT_EQ(refused(diff), "");
}

} // namespace
} // namespace checker::kernels
