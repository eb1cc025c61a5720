#include "checker/kernels/sight/kernel_memory.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cinttypes>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

namespace checker::kernels {
namespace {

// Every jump of a program lands on an instruction of it, and its last one leaves.
void expect_jumps_inside(const BpfProgram& program) {
    ASSERT_FALSE(program.empty());
    EXPECT_EQ(program.back().code, BPF_JMP | BPF_EXIT);
    for (std::size_t i = 0; i < program.size(); ++i) {
        const int operation = program[i].code & 0xf0;
        if ((program[i].code & 7) != BPF_JMP || operation == BPF_CALL || operation == BPF_EXIT) continue;
        const long to = static_cast<long>(i) + 1 + program[i].off;
        EXPECT_GE(to, 0);
        EXPECT_LT(to, static_cast<long>(program.size()));
        EXPECT_NE(program[i].off, 0) << "jump " << i << " that was never given a place to land";
    }
}

TEST(Reader, JumpsOnlyInsideItself) {
    expect_jumps_inside(program_that_reads(3));
    expect_jumps_inside(program_that_lists_vmas(KernelTypes{}));
}

// A process that does nothing: one's own VMAs change with every allocation.
class Sleeper {
  public:
    Sleeper() : pid_(fork()) {
        if (pid_ != 0) return;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;) pause();
    }
    Sleeper(const Sleeper&) = delete;
    Sleeper& operator=(const Sleeper&) = delete;
    ~Sleeper() {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    pid_t pid() const { return pid_; }

  private:
    pid_t pid_;
};

// What one may not do here skips; what the verifier of this kernel refuses fails.
class KernelMemoryTest : public testing::Test {
  protected:
    void SetUp() override {
        auto opened = KernelMemory::open();
        if (!opened) {
            const std::string why = opened.error().reason;
            const bool refused =
                why.find("cannot be loaded") != std::string::npos && why.find("not permitted") == std::string::npos;
            if (refused) FAIL() << why;
            GTEST_SKIP() << why;
        }
        memory_ = std::make_unique<KernelMemory>(*std::move(opened));
    }
    std::unique_ptr<KernelMemory> memory_;
};

TEST_F(KernelMemoryTest, ListsTheVmasThatProcMapsLists) {
    const Sleeper sleeper;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> shown;
    std::ifstream maps("/proc/" + std::to_string(sleeper.pid()) + "/maps");
    for (std::string line; std::getline(maps, line);) {
        std::uint64_t start = 0, end = 0;
        ASSERT_EQ(std::sscanf(line.c_str(), "%" SCNx64 "-%" SCNx64, &start, &end), 2);
        if (line.find("[vsyscall]") == std::string::npos) shown.emplace_back(start, end); // is no VMA
    }
    const std::vector<VmaHandle> listed = memory_->vmas(sleeper.pid());
    ASSERT_EQ(listed.size(), shown.size());
    for (std::size_t i = 0; i < listed.size(); ++i) {
        EXPECT_EQ(listed[i].start, shown[i].first);
        EXPECT_EQ(listed[i].end, shown[i].second);
        EXPECT_EQ(listed[i].mm, listed.front().mm);
    }
    memory_->forget(sleeper.pid());
}

TEST_F(KernelMemoryTest, ReadsWhatIsThereAndSaysWhatIsNot) {
    const Sleeper sleeper;
    const std::vector<VmaHandle> listed = memory_->vmas(sleeper.pid());
    ASSERT_GT(listed.size(), 3u);
    std::vector<KernelPointer> at;
    while (at.size() <= 2 * ReaderArea::max_slots) // more than one round
        for (const VmaHandle& v : listed) at.push_back(v.vma);
    at[1] = 8; // no address of the kernel
    const KernelTypes& types = memory_->types();
    const auto bytes = memory_->read(at, ReaderSlot::max_length);
    ASSERT_EQ(bytes.size(), at.size());
    EXPECT_TRUE(bytes[1].empty());
    for (std::size_t i = 0; i < at.size(); ++i) {
        if (i == 1) continue;
        ASSERT_EQ(bytes[i].size(), ReaderSlot::max_length);
        EXPECT_EQ(field<std::uint64_t>(bytes[i], types.vma.vm_start), listed[i % listed.size()].start);
        EXPECT_EQ(field<std::uint64_t>(bytes[i], types.vma.vm_mm), listed.front().mm);
    }
    EXPECT_TRUE(memory_->read({}, 8).empty());
}

} // namespace
} // namespace checker::kernels
