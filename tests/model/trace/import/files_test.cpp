// Calls of a log about files, and mappings that are shared through them.
#include "model/trace/import/files.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/trace/import/strace.h"

namespace model::import_files_test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Pair;

const ImportOptions nothing_added{.touch = 0, .final_scans = 0, .walks = 0};

std::vector<std::string> imported(const std::string& log) {
    std::vector<std::string> lines;
    for (const Step& s : import_strace(log, "log", nothing_added).trace.steps) lines.push_back(to_text(s));
    return lines;
}

TEST(StraceFiles, SharedMappingsAreOfFiles) {
    EXPECT_THAT(imported("1 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, 5, 0) = 0x10000\n"
                         "1 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, -1, 0) = 0x20000\n"
                         "1 mremap(0x20000, 0, 4096, MREMAP_MAYMOVE) = 0x30000\n"
                         "1 ftruncate(5, 100) = 0\n"
                         "1 fallocate(5, FALLOC_FL_KEEP_SIZE|FALLOC_FL_PUNCH_HOLE, 1, 9000) = 0\n"
                         "1 fallocate(5, 0, 1, 4096) = 0\n"),
                ElementsAre("1 mmap(0, 0x1000, PROT_READ|PROT_WRITE, MAP_SHARED, 3, 0) = 0x10000",
                            "1 mmap(0, 0x1000, PROT_READ|PROT_WRITE, MAP_SHARED, 4, 0) = 0x20000",
                            "1 mremap(0x20000, 0, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x30000) = 0x30000",
                            "1 ftruncate(3, 0x1000) = 0",
                            "1 fallocate(3, FALLOC_FL_KEEP_SIZE|FALLOC_FL_PUNCH_HOLE, 0x1000, 0x1000) = 0",
                            "1 fallocate(3, 0, 0, 0x2000) = 0"));
    const ImportResult r = import_strace("1 brk(NULL) = 0x5000\n1 ftruncate(5, 0) = 0\n", "log", nothing_added);
    EXPECT_THAT(r.left_out, Contains(Pair("call on a file that is not mapped: ftruncate", 1U)));
}

} // namespace
} // namespace model::import_files_test
