#include "checker/report/draw.h"

#include <gtest/gtest.h>

#include "checker/judge/runner.h"

namespace checker {
namespace {

const std::string map_three =
    "# rmapcheck trace 1\n"
    "1 mmap(0x10000, 0x3000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n";

// The picture after all steps, with what the last one changed.
std::string picture_after(const std::string& steps, bool color = false) {
    const model::Trace trace = model::read_trace(map_three + steps, "t");
    model::Kernel k = model::boot({});
    for (const model::Step& step : trace.steps) model::play(k, step);
    return draw(k, {}, Palette{color}, last_change(trace, trace.steps.size(), {}));
}

bool has_line(const std::string& picture, const std::string& line) {
    return ("\n" + picture).find("\n" + line + "\n") != std::string::npos;
}

TEST(DrawnChange, ACellThatChangedIsMarked) {
    const std::string p = picture_after("1 store(0x10000, 0x1000, 0x77)\n1 store(0x11000, 0x1000, 0x66)\n");
    EXPECT_TRUE(has_line(p, "    maps    77 66*.")) << p; // an entry of nothing was there
    EXPECT_TRUE(has_line(p, "    offset  10 11 12")) << p;
    EXPECT_TRUE(has_line(p, "  0x10000-0x13000 rw-  A1[A1]")) << p;
    EXPECT_NE(p.find("by the last operation,\n line 4, 1 store(0x11000, 0x1000, 0x66))"), p.npos) << p;
}

TEST(DrawnChange, AMoveIsANewVmaWithTheOldOffsets) {
    const std::string p = picture_after(
        "1 store(0x10000, 0x3000, 0x77)\n"
        "1 mremap(0x12000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x20000)\n");
    EXPECT_TRUE(has_line(p, "+ 0x10000-0x12000 rw-  A1[A1]")) << p; // the split made it
    EXPECT_TRUE(has_line(p, "- 0x10000-0x13000 rw-  A1[A1]")) << p;
    EXPECT_TRUE(has_line(p, "+ 0x20000-0x21000 rw-  A1[A1]")) << p;
    EXPECT_TRUE(has_line(p, "    offset  12+")) << p;
    EXPECT_TRUE(has_line(p, "    maps    77+")) << p;
}

TEST(DrawnChange, AVmaThatStaysAndIsNotAsItWasIsMarked) {
    const std::string p = picture_after("1 madvise(0x10000, 0x3000, MADV_MERGEABLE)\n");
    EXPECT_TRUE(has_line(p, "* 0x10000-0x13000 rw- mg  no anon_vma")) << p;
}

TEST(DrawnChange, WhatIsGoneIsSaid) {
    const std::string unmapped = picture_after("1 store(0x10000, 0x3000, 0x77)\n1 munmap(0x10000, 0x3000)\n");
    EXPECT_TRUE(has_line(unmapped, "- 0x10000-0x13000 rw-  A1[A1]")) << unmapped;
    const std::string ended = picture_after("1 fork() = 2\n2 exit()\n");
    EXPECT_TRUE(has_line(ended, "- process 2")) << ended;
    const std::string forked = picture_after("1 fork() = 2\n");
    EXPECT_TRUE(has_line(forked, "+ process 2")) << forked;
    const std::string merged =
        "1 madvise(0x10000, 0x3000, MADV_MERGEABLE)\n1 store(0x10000, 0x2000, 0x77)\n* ksmd(2)\n";
    EXPECT_TRUE(has_line(picture_after(merged), "+ 1:0x10000  A1  0x10"));
    const std::string unmerged = picture_after(merged + "1 madvise(0x10000, 0x3000, MADV_UNMERGEABLE)\n");
    EXPECT_NE(unmerged.find("rmap_items of pages that are no KSM pages any more\n- 1:"), unmerged.npos) << unmerged;
}

TEST(DrawnChange, AWalkIsNoChange) {
    const std::string steps = "1 store(0x10000, 0x1000, 0x77)\n1 store(0x11000, 0x1000, 0x66)\n";
    EXPECT_EQ(picture_after(steps + "* walk(1, 0x10000)\n* walk(1, 0x11000)\n"), picture_after(steps));
    const std::string nothing = picture_after(steps + "1 load(0x10000, 0x1000)\n");
    EXPECT_NE(nothing.find("changed nothing that is shown"), nothing.npos) << nothing;
    EXPECT_FALSE(last_change(model::read_trace(map_three, "t"), 0, {}));
}

TEST(DrawnChange, ColourAddsNothingButColour) {
    const std::string steps = "1 store(0x10000, 0x3000, 0x77)\n1 munmap(0x10000, 0x2000)\n",
                      plain = picture_after(steps);
    std::string colored = picture_after(steps, true);
    EXPECT_NE(colored.find("\033[32m"), colored.npos);
    for (std::size_t at; (at = colored.find('\033')) != colored.npos;)
        colored.erase(at, colored.find('m', at) - at + 1);
    EXPECT_EQ(colored, plain);
}

TEST(DrawnChange, FitsAMail) {
    for (const std::string& path : traces_below(RMAPCHECK_SOURCE_DIR "/corpora/found")) {
        const model::Trace trace = model::load_trace(path);
        const RunReport r = run_trace(trace, {});
        const std::string p = draw(r.session.machines.front().kernel, r.verdicts, {}, last_change(trace, r.played, {}));
        std::size_t start = 0;
        for (std::size_t end; (end = p.find('\n', start)) != p.npos; start = end + 1)
            EXPECT_LE(end - start, 72u) << path << ": " << p.substr(start, end - start);
    }
}

} // namespace
} // namespace checker
