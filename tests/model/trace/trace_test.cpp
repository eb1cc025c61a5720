// Trace text in and out: round trips of everything that has a text, the places and words of errors, and garbage.
#include "model/trace/trace.h"
#include "model/trace/unsayable.h"

#include <chrono>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace model {
namespace {

const std::string header = std::string(trace_header) + "\n";

Trace read(const std::string& body) { return read_trace(header + body, "t"); }

std::string complaint(const std::string& body) {
    try {
        read(body);
    } catch (const BadInput& e) {
        return e.what();
    }
    return "accepted";
}

// One of every operation, with fields that differ from their defaults.
std::vector<Step> one_of_each() {
    const Address a{0x10000}, b{0x20000};
    const Length len{0x3000};
    return {
        {1, Mmap{a, len, {prot_read | prot_write}, {map_private | map_fixed | map_anonymous}, {-1}, {0}},
         Result::of(a.v), 0},
        {1, Mmap{a, len, {prot_none}, {map_private}, {7}, {0x2000}}, Result::of(0x7f0000000000), 0},
        {4294967295, Munmap{a, len}, Result(Errno::einval), 0},
        {2, Mprotect{a, len, {prot_read | prot_exec}}, Result{}, 0},
        {2, Madvise{a, len, {madv_mergeable}}, Result{}, 0},
        {2, Madvise{a, len, {77}}, std::nullopt, 0},
        {1, Mremap{a, len, {0x5000}, {mremap_maymove}, {}}, Result::of(b.v), 0},
        {1, Mremap{a, len, {0x5000}, {mremap_maymove | mremap_fixed}, b}, Result::of(b.v), 0},
        {1, Mremap{a, len, len, {mremap_maymove | mremap_dontunmap}, b}, std::nullopt, 0},
        {1, Brk{{0x555555559123}}, Result::of(0x555555559123), 0},
        {1, Mlock{a, len}, Result(Errno::enomem), 0},
        {1, Munlock{a, len}, std::nullopt, 0},
        {1, Prctl{{}, {1}, {2}, {3}, {4}}, Result(Errno::einval), 0},
        {1, Fork{}, Result::of(5000), 0},
        {5000, Exit{}, Result{}, 0},
        {1, Store{a, len, {0xff}}, Result{}, 0},
        {1, Load{a, len}, Result(Errno::efault), 0},
        {0, Ksmd{{4}}, Result{}, 0},
        {0, SetKnob{{KnobName::use_zero_pages}, {1}}, Result(Errno::ebusy), 0},
        {0, SwapOut{{3}, a}, Result(Errno::eagain), 0},
        {0, SwapCacheDrop{{3}, a}, Result(Errno::enoent), 0},
        {0, Migrate{{3}, a}, std::nullopt, 0},
        {0, Walk{{3}, a}, Result{}, 0},
        {0, Advance{{FlightName::of("m")}}, std::nullopt, 0},
        {0, Finish{{FlightName::of("long_name_12345")}}, Result(Errno::eagain), 0},
        {1, Ftruncate{{3}, {0x5000}}, Result{}, 0},
        {1, Fallocate{{3}, {falloc_keep_size}, {0x1000}, {0x2000}}, Result(Errno::eopnotsupp), 0},
        {0, Migrate{{3}, a}, std::nullopt, 0, FlightName::of("m")},
        {1, Mremap{a, len, {0x5000}, {mremap_maymove}, {}}, Result::of(b.v), 0, FlightName::of("v2")},
    };
}

std::vector<ExpectationKind> one_of_each_expectation() {
    const PageAt p{1, 0x12000}, q{2, 0x7ffffffff000};
    const StrategyName s{"linear-index-union"};
    return {
        VmasAre{1, {}},
        VmasAre{2, {{0x1000, 0x3000, "rw-p", 0x10, "A1", {"A2", "A1"}}, {0x3000, 0x4000, "---p", 0, "", {}}}},
        KsmCounterIs{KsmCounter::ksm_zero_pages, -3},
        KsmCounterIs{KsmCounter::stable_node_dups, 12},
        FolioIndexIs{p, 0x12},
        SameFolio{p, q},
        DifferentFolio{p, q},
        ByteIs{p, 0xab},
        PteIs{p, PteWord::ksm_zero},
        Stale{s, {}},
        Stale{s, {p, q}},
        Misses{s, {p, q}},
        Regressed{s, {}},
        Regressed{s, {q}},
        Finds{s},
        Passes{s},
        Heals{s},
        Stays{s},
        Walked{s, 22169, 22168, 0},
        Loop{s, 3, 0, 2},
        AllBelow{},
    };
}

std::vector<VersionBound> some_versions() {
    return {{VersionBound::Kind::is, find_version("6.12")},
            {VersionBound::Kind::at_least, find_version("7.2")},
            {VersionBound::Kind::at_most, find_version("7.3")}};
}

TEST(TraceText, RoundTripsEveryOperation) {
    std::vector<bool> seen(std::variant_size_v<Operation>);
    for (const Step& step : one_of_each()) {
        seen[step.op.index()] = true;
        EXPECT_EQ(read_step(to_text(step), "t"), step) << to_text(step);
    }
    EXPECT_THAT(seen, testing::Each(true)) << "an operation without a row here";
}

TEST(TraceText, RoundTripsEveryExpectation) {
    std::vector<bool> seen(std::variant_size_v<ExpectationKind>);
    for (const ExpectationKind& kind : one_of_each_expectation()) {
        seen[kind.index()] = true;
        for (const std::vector<VersionBound>& versions : {std::vector<VersionBound>{}, some_versions()}) {
            if (versions.empty() && std::holds_alternative<AllBelow>(kind)) continue;
            const Expectation e{1, 0, kind, versions};
            std::string line = to_text(e);
            Trace t = read("* walk(1, 0x1000)\n" + line + "\n");
            ASSERT_EQ(t.expectations.size(), 1U) << line;
            EXPECT_EQ(t.expectations[0], e) << line;
            EXPECT_EQ(t.expectations[0].line, 3U);
        }
    }
    EXPECT_THAT(seen, testing::Each(true)) << "an expectation without a row here";
}

TEST(TraceText, ReadsTheVersionsOfAnExpectation) {
    const auto said = [](const std::string& versions, const char* version) {
        const Trace t = read("1 munmap(0x1000, 0x1000)\n#= " + versions + " ksm pages_shared 0\n");
        return said_of(t.expectations.at(0), find_version(version)->rules);
    };
    EXPECT_TRUE(said("", "6.12"));
    EXPECT_TRUE(said("[7.3]", "7.3"));
    EXPECT_FALSE(said("[7.3]", "7.2"));
    EXPECT_TRUE(said("[ 6.12 , 6.18 ]", "6.18"));
    EXPECT_FALSE(said("[6.12,6.18]", "7.2"));
    EXPECT_TRUE(said("[>=7.2]", "7.2"));
    EXPECT_TRUE(said("[>=7.2]", "7.3"));
    EXPECT_FALSE(said("[>=7.2]", "6.18"));
    EXPECT_TRUE(said("[<=6.18]", "6.12"));
    EXPECT_FALSE(said("[<=6.18]", "7.3"));
    Rules odd = find_version("7.3")->rules;
    odd.mremap_moves_many = false;
    const Trace t = read("1 munmap(0x1000, 0x1000)\n#= [7.3] ksm pages_shared 0\n#= ksm pages_shared 0\n");
    EXPECT_FALSE(said_of(t.expectations.at(0), odd));
    EXPECT_TRUE(said_of(t.expectations.at(1), odd));
    for (const char* wrong : {"[7.1] ksm pages_shared 0", "[>7.2] ksm pages_shared 0", "[7.3 ksm pages_shared 0",
                              "[] ksm pages_shared 0", "[7.2,] ksm pages_shared 0", "[7.3]", "below"})
        EXPECT_THROW(read(std::string("1 munmap(0x1000, 0x1000)\n#= ") + wrong + "\n"), BadInput) << wrong;
    EXPECT_THROW(read("1 munmap(0x1000, 0x1000)\n#=[7.3] ksm pages_shared 0\n"), BadInput);
}

TEST(TraceText, RoundTripsEveryFlag) {
    auto same = [](Operation op) {
        Step step{1, std::move(op), Result::of(0x1000), 0};
        EXPECT_EQ(read_step(to_text(step), "t"), step) << to_text(step);
        EXPECT_EQ(to_text(step).find("|0x"), std::string::npos) << "a flag without its name: " << to_text(step);
    };
    for (const FlagName& f : prot_names) same(Mprotect{{0}, {0}, {f.value}});
    for (const FlagName& f : map_names) same(Mmap{{0}, {0}, {0}, {f.value | map_private}, {-1}, {0}});
    for (const FlagName& f : falloc_names) same(Fallocate{{3}, {f.value}, {0}, {0x1000}});
    for (const FlagName& f : mremap_names) same(Mremap{{0}, {0}, {0}, {f.value}, {8}});
    for (const FlagName& f : advice_names) same(Madvise{{0}, {0}, {f.value}});
    for (const ErrnoName& e : errno_names) {
        Step step{1, Munmap{}, Result(e.value), 0};
        EXPECT_EQ(read_step(to_text(step), "t"), step);
    }
}

TEST(TraceText, KeepsBitsWithoutAName) {
    Step step{1, Mprotect{{0x1000}, {0x1000}, {prot_read | 0x8000}}, std::nullopt, 0};
    EXPECT_EQ(to_text(step), "1 mprotect(0x1000, 0x1000, PROT_READ|0x8000)");
    EXPECT_EQ(read_step(to_text(step), "t"), step);
}

TEST(TraceText, RoundTripsRandomSteps) {
    std::mt19937_64 random(7);
    for (int i = 0; i < 20000; ++i) {
        std::vector<Step> steps = one_of_each();
        Step step = steps[random() % steps.size()];
        std::visit(
            [&]<class Op>(Op& op) {
                auto shake = [&](auto member) {
                    using F = std::remove_cvref_t<decltype(op.*member)>;
                    if constexpr (std::is_same_v<F, Address> || std::is_same_v<F, Length> ||
                                  std::is_same_v<F, FileOffset> || std::is_same_v<F, ProtBits> ||
                                  std::is_same_v<F, AdviceCode> || std::is_same_v<F, Count>)
                        (op.*member).v = random() >> (random() % 64);
                };
                std::apply([&](auto... m) { (shake(m), ...); }, Op::fields);
            },
            step.op);
        if (unsayable(step.op, step.expected)) continue; // a part of a page of a file
        ASSERT_EQ(read_step(to_text(step), "t"), step) << to_text(step);
    }
}

TEST(TraceText, WritesWhatTheDocumentShows) {
    const std::string text =
        header +
        "# Why: address and page offset part company when a range moves and is merged again.\n"
        "1 mmap(0x10000, 0x3000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = 0x10000\n"
        "1 store(0x10000, 0x2000, 0x77)\n"
        "\n"
        "#= vmas 1: 0x10000-0x13000 rw-p 0x10 A1[A1]\n"
        "  # an indented remark\n"
        "* ksmd(4)\n"
        "1 mremap(0x11000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x12000) = 0x12000\n"
        "1 mremap(0x11000, 0x1000, 0x1000, 0) = -1 EFAULT\n"
        "* walk(1, 0x12000)\n"
        "#= misses addr-shift 1:0x12000\n"
        "#= finds naive\n"
        "#======\n"
        "1 fork() = 5000\n";
    Trace trace = read_trace(text, "t");
    EXPECT_EQ(to_text(trace), text);
    EXPECT_EQ(read_trace(to_text(trace), "u"), trace);
    EXPECT_EQ(trace.steps.size(), 7U);
    EXPECT_EQ(trace.remarks.size(), 4U);
    EXPECT_EQ(trace.steps[1].line, 4U);
}

TEST(TraceText, ReadsStracesSpacing) {
    Trace t = read(
        "12  munmap(0x1000, 4096)           = -1 ENOMEM (Cannot allocate memory)\n"
        "\t1 mprotect( 0x1000 , 4096,PROT_READ | 0x2 )\t= 0 \n");
    EXPECT_EQ(t.steps[0], (Step{12, Munmap{{0x1000}, {0x1000}}, Result(Errno::enomem), 0}));
    EXPECT_EQ(t.steps[1], (Step{1, Mprotect{{0x1000}, {0x1000}, {prot_read | prot_write}}, Result{}, 0}));
}

TEST(TraceText, TheWordIndexMayBeLeftOut) {
    EXPECT_EQ(to_text(Expectation{0, 0, FolioIndexIs{{1, 0x1000}, 18}}), "#= folio 1:0x1000 index 18");
    EXPECT_EQ(read("#= folio 1:0x1000 18\n"), read("#= folio 1:0x1000 index 0x12\n"));
    EXPECT_THAT(complaint("#= folio 1:0x1000 inde 18\n"),
                testing::HasSubstr("t:2:19: expected a number, found `inde`"));
}

TEST(TraceText, TextMadeByHandPutsExpectationsNextToTheirStep) {
    Trace t;
    t.steps = {{1, Exit{}, std::nullopt, 0}};
    t.remarks = {{1, "# end", 0}};
    t.expectations = {{1, 0, KsmCounterIs{KsmCounter::pages_shared, 0}}};
    EXPECT_EQ(to_text(t), header + "1 exit()\n#= ksm pages_shared 0\n# end\n");
}

TEST(TraceText, ResultsOfAnyKind) {
    EXPECT_EQ(to_text(Result{}), "0");
    EXPECT_EQ(to_text(Result::of(0x12000)), "0x12000");
    EXPECT_EQ(to_text(Result(Errno::eagain)), "-1 EAGAIN");
}

// The messages themselves are in corpora/malformed; here are places that a file cannot show well.
TEST(TraceErrors, NameThePlace) {
    EXPECT_EQ(complaint("1 exit()\n\n1 exit(\n"), "t:4:8: expected `)`, found the end of the line (exit())");
    EXPECT_EQ(complaint("1 exit)\n"), "t:2:7: expected `(`, found `)` (exit())");
    EXPECT_EQ(complaint("1 exit()"), "accepted") << "the last newline may be missing";
    EXPECT_EQ(complaint("   \n#\n"), "accepted");
    try {
        read("* walk(1)\n");
        FAIL();
    } catch (const BadInput& e) {
        EXPECT_EQ(e.place.file, "t");
        EXPECT_EQ(e.place.line, 2U);
        EXPECT_EQ(e.place.column, 9U);
    }
    try {
        load_trace("/nonexistent/x.trace");
        FAIL();
    } catch (const BadInput& e) {
        EXPECT_STREQ(e.what(),
                     "/nonexistent/x.trace:1:1: cannot be read: No such file or directory (a file with a trace)");
    }
}

TEST(TraceErrors, AreOneShortLine) {
    std::string what = complaint("1 " + std::string(100000, 'q') + "\x01\n");
    EXPECT_LT(what.size(), 400U);
    EXPECT_EQ(what.find('\n'), std::string::npos);
}

// Whatever the bytes: a trace whose text reads back equal, or a BadInput.
TEST(TraceErrors, MutatedTextIsReadOrRefused) {
    std::string seed = header;
    for (const Step& s : one_of_each()) seed += to_text(s) + "\n";
    for (const ExpectationKind& k : one_of_each_expectation())
        seed += "* walk(1, 0x1000)\n" + to_text(Expectation{0, 0, k, some_versions()}) + "\n";
    std::mt19937_64 random(20);
    const std::string bytes = "()[],;:=|*#-0129xfAMPR_ \n\r\t\xff";
    std::size_t refused = 0, accepted = 0;
    for (int i = 0; i < 30000; ++i) {
        std::string text = seed;
        for (std::uint64_t n = random() % 4; n-- > 0;) {
            std::size_t at = header.size() + random() % (text.size() - header.size());
            char byte = random() % 8 ? bytes[random() % bytes.size()] : static_cast<char>(random());
            switch (random() % 3) {
            case 0: text[at] = byte; break;
            case 1: text.insert(at, 1, byte); break;
            default: text.erase(at, 1 + random() % 6); break;
            }
        }
        try {
            Trace t = read_trace(text, "t");
            ASSERT_EQ(read_trace(to_text(t), "t"), t);
            ++accepted;
        } catch (const BadInput&) {
            ++refused;
        }
    }
    EXPECT_GT(refused, 1000U);
    EXPECT_GT(accepted, 1000U);
}

TEST(TraceText, ReadsAMillionLines) {
    std::string text = header;
    for (int i = 0; i < 1000000; ++i) text += "1 mprotect(0x7ffff7a43000, 0x1000, PROT_READ|PROT_WRITE) = 0\n";
    auto begin = std::chrono::steady_clock::now();
    Trace t = read_trace(text, "t");
    std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    EXPECT_EQ(t.steps.size(), 1000000U);
    EXPECT_EQ(t.steps.back().line, 1000001U);
    RecordProperty("milliseconds", static_cast<int>(took.count() * 1000));
}

} // namespace
} // namespace model
