// The mail about a finding, of made-up evidence: what was measured is in it, and what was not is said.
#include "checker/report/letter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <sstream>

#include "checker/report/beliefs.h"
#include "tests/document.h"

namespace checker::inline report {
namespace {

using namespace kernels::uml;
using testing::HasSubstr;
using testing::Not;

constexpr MappedAt entry{2, model::Vpn{0x10}};

model::Trace a_trace() {
    return model::read_trace(
        std::string(model::trace_header) +
            "\n1 mmap(0x10000, 0x2000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = 0x10000\n"
            "1 store(0x10000, 0x2000, 0x77) = 0\n"
            "1 fork() = 2\n"
            "1 madvise(0x10000, 0x2000, MADV_MERGEABLE) = 0\n"
            "* ksmd(2) = 0\n"
            "* walk(1, 0x10000) = 0\n",
        "some/folder/a.trace");
}

// One trace, in which the walk of this version misses an entry from line 7 on.
Findings losing(const std::string& version = "7.3.4") {
    Findings f;
    f.tree = "/a/folder/of/somebody/linux";
    f.version = version;
    f.strategy = "linear-index";
    TraceVerdict& v = f.verdicts.emplace_back();
    v.name = "a.trace";
    v.looks = v.pages = 2;
    v.lost = {{7, Occasion::walk, entry, Lasting::stays}, {7, Occasion::end, entry, Lasting::stays}};
    Effect& e = f.effects.emplace_back();
    e.line = 7;
    e.at = entry;
    e.lost = true;
    e.reclaim = {-EAGAIN, 0};
    e.failure = -EBUSY;
    e.after = Effect::After::mapped;
    e.told = true;
    e.told_elsewhere = model::Vpn{0x11};
    f.program = "int main(void) { return 0; }\n";
    f.candidate.program.exit = 1;
    f.candidate.program.said =
        "a line of the kernel that is longer than what a line of a mail may be, by some words\nexit 1\n";
    return f;
}

Findings whole(const std::string& version = "6.12.117") {
    Findings f = losing(version);
    f.verdicts.front().lost.clear();
    f.effects.clear();
    return f;
}

// Lines without their ends and indentation, so that it does not matter where they are folded.
std::string flat(const std::string& text) {
    std::istringstream words(text);
    std::string out;
    for (std::string word; words >> word;) out += (out.empty() ? "" : " ") + word;
    return out;
}

std::size_t longest_line(const std::string& text) {
    std::istringstream lines(text);
    std::size_t longest = 0;
    for (std::string line; std::getline(lines, line);) longest = std::max(longest, line.size());
    return longest;
}

TEST(Letter, SaysWhatHappensInThreeSentences) {
    const model::Trace trace = a_trace();
    Findings f = losing();
    EXPECT_THAT(letter_sentences({trace, f, nullptr, {}}),
                testing::ElementsAre(
                    "On Linux 7.3.4, in the state that line 7 below leads to, rmap_walk_ksm() does not find the "
                    "page-table entry of process 2 at 0x10000, which maps a KSM page.",
                    HasSubstr("while interval trees hand out all of their VMAs"), HasSubstr("do not end that")));
    f.effects.clear(); // then the walk over all VMAs was not asked
    f.verdicts.front().lost.front().lasting = Lasting::unknown;
    f.verdicts.front().lost.push_back({9, Occasion::walk, {1, model::Vpn{0x11}}, Lasting::heals});
    const auto others = letter_sentences({trace, f, nullptr, {}});
    EXPECT_THAT(others[0], HasSubstr("(1 more entry is lost"));
    EXPECT_THAT(others[1], HasSubstr("in a model"));
    EXPECT_THAT(others[2], HasSubstr("was not seen"));
    f.has_reference = true;
    f.patches = {"/home/somebody/fix.patch"};
    EXPECT_THAT(letter_sentences({trace, f, nullptr, {}})[0], HasSubstr("On Linux 7.3.4 with fix.patch, in"));
    EXPECT_THAT(letter_sentences({trace, f, nullptr, {}})[1], HasSubstr("without the patch does not miss it"));
}

TEST(Letter, SpeaksOfFailuresAndOfNothingLost) {
    const model::Trace trace = a_trace();
    Findings f = losing();
    f.verdicts.front().lost.clear();
    f.verdicts.front().failed = {"line 5: a page is not migrated"};
    EXPECT_THAT(letter_sentences({trace, f, nullptr, {}})[0], HasSubstr("below: line 5: a page is not migrated."));
    EXPECT_THAT(letter_subject({trace, f, nullptr, {}}), HasSubstr("fails (7.3.4)"));
    const Findings good = whole();
    EXPECT_EQ(letter_sentences({trace, good, nullptr, {}}).size(), 3u);
    EXPECT_EQ(letter_subject({trace, good, nullptr, {}}), "mm/ksm: nothing is lost (6.12.117)");
    Findings same = whole();
    same.same_kernel = true;
    EXPECT_THAT(letter_sentences({trace, same, nullptr, {}})[1], HasSubstr("byte for byte"));
    EXPECT_THAT(letter_subject({trace, same, nullptr, {}}), HasSubstr("could not tell"));
}

TEST(Documents, OfAReport) {
    const model::Trace trace = a_trace();
    const Findings lost = losing(), good = whole();
    hand_over("report-kernel.refuted", letter_json({trace, lost, &good, {}}, {"mail.txt", "summary.json"}));
    hand_over("report-kernel.holds", letter_json({trace, good, nullptr, "it does not build"}, {}));
    EXPECT_EQ(letter_json({trace, good, nullptr, {}}, {}).at("report").at("verdict"), "holds");
}

TEST(Letter, HasNoLineOfMoreThan72Columns) {
    const model::Trace trace = a_trace();
    Findings f = losing();
    f.patches = {std::string(100, 'x') + ".patch"};
    f.verdicts.front().reference_off_model = {std::string(200, 'y')};
    f.program = "short;\n";
    const Findings good = whole();
    EXPECT_LE(longest_line(letter_text({trace, f, &good, {}})), 72u);
    EXPECT_LE(longest_line(letter_text({trace, whole(), nullptr, std::string(300, 'z')})), 72u);
    EXPECT_EQ(longest_line(folded("a " + std::string(200, 'b') + " c", "   ")), 72u);
    EXPECT_EQ(folded("one two", "  "), "  one two\n");
}

TEST(Letter, HasWhatWasMeasured) {
    const model::Trace trace = a_trace();
    const Findings f = losing(), good = whole();
    const std::string text = letter_text({trace, f, &good, {}}), words = flat(text);
    EXPECT_THAT(text, testing::StartsWith("Subject: [BUG] mm/ksm: rmap walk misses a mapping (7.3.4)\n\n"));
    EXPECT_THAT(words, HasSubstr("played on Linux 6.12.117, and nothing is lost there"));
    EXPECT_THAT(words, HasSubstr("5 1 madvise(0x10000, 0x2000, MADV_MERGEABLE) = 0"));
    EXPECT_THAT(text, HasSubstr("K1: rmap_items"));
    EXPECT_THAT(words,
                HasSubstr("reclaim_pages(): EAGAIN; again at once, while interval trees hand out all VMAs: done."));
    EXPECT_THAT(words, HasSubstr("migrate_pages(): no answer;"));
    EXPECT_THAT(words, HasSubstr("memory_failure(): EBUSY; the entry still maps the frame that failed."));
    EXPECT_THAT(words, HasSubstr("names process 2, with 0x11000, which does not map the frame"));
    EXPECT_THAT(words, HasSubstr("entry by entry, what linear-index of the model misses"));
    EXPECT_THAT(words, HasSubstr("one page has one linear index"));
    EXPECT_THAT(text, HasSubstr("\nFixes:\nReported-by:\n"));
    EXPECT_THAT(text, HasSubstr("-- >8 -- reproducer.c -- >8 --\nint main(void) { return 0; }\n--"));
    EXPECT_THAT(text, Not(HasSubstr("/folder/")));
}

TEST(Letter, SaysWhatWasNotTried) {
    const model::Trace trace = a_trace();
    Findings f = whole("7.3.4");
    f.program.clear();
    f.no_program = "line 6: no program can make the kernel do just this";
    const std::string words = flat(letter_text({trace, f, nullptr, {}}));
    EXPECT_THAT(words, HasSubstr("No other version was tried."));
    EXPECT_THAT(words, HasSubstr("There is no C program: line 6: no program can"));
    EXPECT_THAT(words, HasSubstr("Reclaim, migration and memory failure were not tried"));
    EXPECT_THAT(words, Not(HasSubstr(">8")));
    EXPECT_THAT(flat(letter_text({trace, f, nullptr, "it does not build"})),
                HasSubstr("not be tried: it does not build"));
    Findings silent = losing();
    silent.candidate.program.not_run = "there is no gcc here";
    EXPECT_THAT(flat(letter_text({trace, silent, nullptr, {}})), HasSubstr("not run: there is no gcc here"));
}

TEST(Letter, LogAndSummaryHaveBothKernels) {
    const model::Trace trace = a_trace();
    Findings f = losing(), good = whole();
    f.candidate.program.log = "BUG: a line of its log\n";
    const std::string log = letter_log({trace, f, &good, {}});
    EXPECT_THAT(log, HasSubstr("BUG: a line of its log\n"));
    EXPECT_THAT(log, HasSubstr("the other kernel"));
    const nlohmann::json report = letter_json({trace, f, &good, {}}, {"mail.txt"}).at("report");
    EXPECT_EQ(report.at("verdict"), "refuted");
    EXPECT_EQ(report.at("kernel").at("program").at("exit"), 1);
    EXPECT_EQ(report.at("good").at("verdict"), "holds");
    EXPECT_EQ(report.at("trace"), "a.trace");
    EXPECT_TRUE(report.at("no_good").is_null());
}

TEST(Letter, KnowsWhatReleasesTakeForGranted) {
    EXPECT_NE(belief_of("naive"), nullptr);
    EXPECT_EQ(belief_of("two-pass"), nullptr);
}

} // namespace
} // namespace checker::inline report
