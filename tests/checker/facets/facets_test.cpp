// What holds of the facets of every operation, a new one included.
#include <gtest/gtest.h>

#include <set>

#include "checker/facets/choices.h"
#include "checker/facets/draw.h"
#include "checker/facets/effects.h"
#include "checker/facets/smaller.h"
#include "checker/search/random/generate.h"
#include "model/trace/trace.h"

namespace checker {
namespace {

const ValuesInUse values{{0x10000, 0x11000, 0x12000}, {0x1000, 0x2000}, {1, 2}};

// Every operation can be drawn, and what is drawn is written and read again.
TEST(Facets, WhatIsDrawnCanBeWrittenAndRead) {
    Random random(1);
    const model::Kernel k = model::boot();
    const DrawScope scope;
    Mix mix = draw_mix(random, scope);
    mix.files = mix.strange = 30;
    model::Pid last_pid = 1;
    for (std::size_t kind = 0; kind < operation_kinds; ++kind)
        for (int i = 0; i < 200; ++i) {
            Draft d{random, k, scope, mix, last_pid};
            d.by_kernel = is_by_kernel(kind);
            d.wrong = i % 4 == 0;
            if (!d.by_kernel) d.mm = draw_process(random, k);
            model::Step step;
            step.pid = d.by_kernel ? 0 : 1;
            draw_operation(d, kind, false, step);
            EXPECT_EQ(step.op.index(), kind);
            EXPECT_EQ(d.by_kernel, by_kernel(step.op));
            if (step.expected) EXPECT_TRUE(kernel_chooses(step.op)) << to_text(step);
            step.expected.reset();
            if (!kernel_chooses(step.op)) EXPECT_EQ(model::read_step(to_text(step), "drawn"), step) << to_text(step);
        }
}

// The values worth a try come simple ones first; a value has one rank; those that are called simpler are.
TEST(Facets, SimpleValuesComeFirst) {
    for (std::size_t kind = 0; kind < operation_kinds; ++kind)
        with_operation(kind, [&]<class Op>() {
            const model::Operation op = Op{};
            for (std::size_t field = 0; field < field_count(op); ++field) {
                auto rank = [&](const model::Operation& o) {
                    std::vector<std::uint64_t> ranks;
                    append_ranks(o, ranks);
                    return ranks[field];
                };
                std::vector<std::uint64_t> all, simpler;
                each_value(op, field, values, Try::all, [&](const auto& o) { all.push_back(rank(o)); });
                each_value(op, field, values, Try::simpler, [&](const auto& o) { simpler.push_back(rank(o)); });
                EXPECT_TRUE(std::ranges::is_sorted(all)) << Op::name << " field " << field;
                EXPECT_EQ(std::ranges::adjacent_find(all), all.end()) << Op::name << " field " << field;
                EXPECT_TRUE(std::ranges::all_of(simpler, [&](std::uint64_t r) { return r < rank(op); })) << Op::name;
                EXPECT_TRUE(std::ranges::includes(all, simpler));
            }
        });
}

TEST(Facets, UsualArgumentsAreUsual) {
    std::uint64_t seen = 0;
    each_operation(values, [&](const model::Operation& op) {
        model::Operation usual = op;
        make_usual(usual);
        EXPECT_LE(count_unusual(usual), count_unusual(op)) << to_text(op);
        EXPECT_LE(count_unusual(op), usual_operations()[op.index()] ? 1u : 2u) << to_text(op);
        ++seen;
    });
    EXPECT_GT(seen, 100u);
}

// Exhaustive search plays no operation twice, and none outside of its bounds.
TEST(Facets, ChoicesAreWithinBoundsAndDiffer) {
    Bounds b;
    b.files = 1;
    for (std::size_t kind = 0; kind < operation_kinds; ++kind) {
        std::set<std::string> seen;
        std::size_t choices = 0;
        each_choice(kind, b, 1, [&](const model::Operation& op) {
            ++choices;
            seen.insert(to_text(op));
            for (const ByteRange& r : ranges_of(op)) EXPECT_LE(r.start, b.base + b.pages * model::PAGE_SIZE);
        });
        EXPECT_EQ(seen.size(), choices) << operation_names()[kind];
        EXPECT_GE(choices, 1u) << operation_names()[kind];
    }
}

// What the kernel chose, said in the arguments, needs no result.
TEST(Facets, PinnedOperationsKeepTheirPlace) {
    for (std::string_view line : {"1 mmap(0, 0x1000, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x20000",
                                  "1 mremap(0x10000, 0x1000, 0x2000, MREMAP_MAYMOVE) = 0x20000"}) {
        model::Step step = model::read_step(line, "test");
        EXPECT_TRUE(kernel_chooses(step.op));
        pin(step.op, step.expected->value);
        EXPECT_FALSE(kernel_chooses(step.op)) << to_text(step);
        EXPECT_NE(to_text(step.op).find("0x20000"), std::string::npos);
    }
}

TEST(Facets, AnOperationNamesWhatItMayChange) {
    const auto changed = [](const char* line, std::uint64_t result) {
        return changed_ranges(model::read_step(line, "test").op, model::Result::of(result));
    };
    const ByteRanges moved = changed("1 mremap(0x10000, 0x1000, 0x3000, MREMAP_MAYMOVE) = 0x20000", 0x20000);
    ASSERT_EQ(moved.size(), 3u);
    EXPECT_EQ(moved[0].length, 0x3000u); // it may have grown where it was
    EXPECT_EQ(moved[2].start, 0x20000u);
    EXPECT_EQ(moved[2].length, 0x3000u);
    EXPECT_EQ(changed("1 munmap(0x10000, 0x1000)", 0).size(), 1u);
    for (const auto& [name, changes] : {std::pair{"1 munlock(0x10000, 0x1000)", true},
                                        {"1 load(0x10000, 0x1000)", false},
                                        {"* ksmd(1)", false},
                                        {"1 mprotect(0x10000, 0x1000, PROT_READ)", true}})
        EXPECT_EQ(changes_mappings(model::read_step(name, "test").op), changes) << name;
}

} // namespace
} // namespace checker
