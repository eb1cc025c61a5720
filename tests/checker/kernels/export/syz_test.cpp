// `export --to syz`: what it writes is in the grammar of syzkaller's programs, and it refuses what they cannot say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "checker/judge/runner.h"
#include "checker/kernels/export/exporters.h"

namespace checker::kernels {
namespace {

using testing::HasSubstr;

const std::string root = RMAPCHECK_SOURCE_DIR;
const std::string two_pages =
    "1 mmap(0x10000, 0x2000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n"
    "1 store(0x10000, 0x2000, 0x77)\n"
    "1 madvise(0x10000, 0x2000, MADV_MERGEABLE)\n";

std::string in_syz(const model::Trace& trace) { return find_exporter("syz")->text({trace, {}}); }
std::string in_syz(const std::string& lines) {
    return in_syz(model::read_trace(std::string(model::trace_header) + "\n" + lines, "test"));
}
std::string refusal(const std::string& lines) {
    try {
        in_syz(lines);
    } catch (const model::BadInput& bad) {
        return bad.what();
    }
    return {};
}

TEST(ExportSyz, SaysWhatTheProcessDoes) {
    const std::string text = in_syz(two_pages +
                                    "* ksmd(2)\n1 mremap(0x11000, 0x1000, 0x1000, "
                                    "MREMAP_MAYMOVE|MREMAP_FIXED, 0x20000)\n1 load(0x20000, 0x1000)\n");
    EXPECT_THAT(text, HasSubstr("\nmunmap(&(0x7f0000000000/0xff0000)=nil, 0xff0000)\n"));
    EXPECT_THAT(text, HasSubstr("\nmmap(&(0x7f0000000000/0x2000)=nil, 0x2000, 0x3, 0x32, 0xffffffffffffffff, 0x0)\n"));
    EXPECT_THAT(text, HasSubstr("\nwrite(0xffffffffffffffff, &(0x7f0000001000)=\"77\", 0x1)\n"));
    EXPECT_THAT(text, HasSubstr("\nmadvise(&(0x7f0000000000/0x2000)=nil, 0x2000, 0xc)\n"));
    EXPECT_THAT(text, HasSubstr("='/sys/kernel/mm/ksm/run\\x00', 0x1, 0x0)\n"));
    EXPECT_THAT(text, HasSubstr("\nmremap(&(0x7f0000001000/0x1000)=nil, 0x1000, 0x1000, 0x3, "
                                "&(0x7f0000010000/0x1000)=nil)\n"));
    EXPECT_THAT(text, HasSubstr("\nmadvise(&(0x7f0000010000/0x1000)=nil, 0x1000, 0x16)\n"));
}

TEST(ExportSyz, StatesWhereTheKernelChose) {
    EXPECT_THAT(in_syz("1 mmap(0, 0x1000, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x30000\n"),
                HasSubstr("mmap(&(0x7f0000000000/0x1000)=nil, 0x1000, 0x1, 0x100032, 0xffffffffffffffff, 0x0)\n"));
    EXPECT_THAT(in_syz(two_pages + "1 mremap(0x10000, 0x2000, 0x1000, MREMAP_MAYMOVE) = 0x10000\n"),
                HasSubstr("mremap(&(0x7f0000000000/0x2000)=nil, 0x2000, 0x1000, 0x0, "));
    EXPECT_THAT(in_syz("1 mmap(0x10000, 0x1000, PROT_READ, MAP_PRIVATE|MAP_FIXED, 3, 0)\n"),
                HasSubstr("0x12, r0, 0x0)"));
}

TEST(ExportSyz, MergesAllOfAProcess) {
    EXPECT_THAT(in_syz(two_pages + "1 prctl(PR_SET_MEMORY_MERGE, 1, 0, 0, 0)\n"),
                HasSubstr("\nprctl$auto_PR_SET_MEMORY_MERGE(0x43, 0x1, 0x0, 0x0, 0x0)\n"));
}

TEST(ExportSyz, RefusesWhatItCannotSay) {
    EXPECT_THAT(refusal("1 fork() = 2\n"), HasSubstr("test:2:1: a program of syzkaller has one process"));
    EXPECT_THAT(refusal(two_pages + "* ksmd(2)\n* migrate(1, 0x10000)\n"), HasSubstr("test:6:1: no program"));
    EXPECT_THAT(refusal(two_pages + "* ksmd(2)\n* swap_out(1, 0x10000)\n"), HasSubstr("mapped once"));
    EXPECT_THAT(refusal(two_pages + "1 munmap(0x40000000, 0x1000)\n"), HasSubstr("test:5:1: 0x40000000 is too far"));
    EXPECT_THAT(refusal(two_pages + "1 mlock(0x10001, 0x1000)\n"), HasSubstr("not the begin of a page"));
    EXPECT_THAT(refusal("1 brk(0x10000)\n"), HasSubstr("test:2:1: a program of syzkaller does not choose"));
}

// A line of the grammar on the page "Program syntax" of syzkaller, as far as it is used here.
bool in_the_grammar(const std::string& line) {
    static const std::string number = "0x[0-9a-f]+", variable = "r[0-9]+",
                             data = "(\"[0-9a-f]*\"|'[^'\\\\]*(\\\\x00)?'|nil|\\{" + number + ", " + number + "\\})",
                             pointer = "&\\(" + number + "(/" + number + ")?\\)=" + data,
                             argument = "(" + number + "|" + variable + "|" + pointer + ")";
    static const std::regex whole("#.*|(" + variable + " = )?[a-zA-Z_0-9$]+\\(" + argument + "(, " + argument +
                                  ")*\\)");
    return std::regex_match(line, whole);
}

TEST(ExportSyz, IsInTheGrammar) {
    std::size_t written = 0, refused = 0;
    for (const char* folder : {"/corpora/found", "/corpora/explored", "/corpora/strategies", "/corpora/operations"})
        for (const std::string& path : traces_below(root + folder)) {
            std::string text;
            try {
                text = in_syz(model::load_trace(path));
            } catch (const model::BadInput&) {
                ++refused;
                continue;
            }
            ++written;
            std::istringstream lines(text);
            for (std::string line; std::getline(lines, line);)
                EXPECT_TRUE(in_the_grammar(line)) << path << "\n" << line;
        }
    EXPECT_GT(written, 10u);
    EXPECT_GT(refused, 10u);
}

} // namespace
} // namespace checker::kernels
