#include "checker/search/engine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

namespace checker {
namespace {

// Pieces that each worker played, of so many workers.
std::vector<std::vector<std::uint64_t>> played_by(std::size_t workers, const Pieces& pieces, Engine& engine,
                                                  std::uint64_t stop_at = UINT64_MAX) {
    std::vector<std::vector<std::uint64_t>> lists(workers);
    std::vector<Work> work;
    for (auto& list : lists)
        work.emplace_back([&list, &engine, stop_at](std::uint64_t n) {
            list.push_back(n);
            if (n == stop_at) engine.stop(End::settled);
            return 3;
        });
    engine.play(pieces, work, {});
    return lists;
}

TEST(Engine, PlaysEveryPieceOnceAndCountsWhatItWas) {
    for (std::size_t workers : {1u, 2u, 3u}) {
        Engine engine(0);
        std::multiset<std::uint64_t> all;
        for (const auto& list : played_by(workers, {5, 105, 16}, engine)) all.insert(list.begin(), list.end());
        EXPECT_EQ(all.size(), 100u);
        for (std::uint64_t n = 5; n < 105; ++n) EXPECT_EQ(all.count(n), 1u);
        EXPECT_EQ(engine.effort().runs, 100u);
        EXPECT_EQ(engine.effort().operations, 300u);
        EXPECT_EQ(engine.effort().end, End::exhausted);
    }
}

TEST(Engine, OneWorkerPlaysInOrderAndOnTheThreadThatCalls) {
    Engine engine(0);
    std::thread::id ran_on;
    const Work work[] = {[&](std::uint64_t) {
        ran_on = std::this_thread::get_id();
        return 1;
    }};
    EXPECT_TRUE(engine.play({0, 1, 1}, work, {}));
    EXPECT_EQ(ran_on, std::this_thread::get_id());
    Engine another(0);
    EXPECT_EQ(played_by(1, {2, 6, 3}, another).front(), (std::vector<std::uint64_t>{2, 3, 4, 5}));
}

TEST(Engine, StopsAtOnceWhenAWorkerHasSeenEnoughAndTheFirstReasonCounts) {
    Engine engine(0);
    EXPECT_EQ(played_by(1, {0, 1000, 16}, engine, 20).front().back(), 20u);
    engine.stop(End::defect);
    EXPECT_EQ(engine.effort().end, End::settled);
    EXPECT_EQ(engine.effort().runs, 21u);
    EXPECT_TRUE(played_by(1, {0, 10, 1}, engine).front().empty()); // and stays stopped
}

TEST(Engine, KeepsItsTime) {
    Engine engine(0.05);
    const Work work[] = {[](std::uint64_t) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return 1;
    }};
    EXPECT_FALSE(engine.play({}, work, {}));
    EXPECT_EQ(engine.effort().end, End::out_of_time);
    EXPECT_GE(engine.effort().seconds, 0.05);
}

TEST(Engine, TellsOfItsProgressWhileItWorks) {
    Engine engine(0);
    std::vector<std::uint64_t> told;
    const Work work[] = {[&](std::uint64_t) {
        std::this_thread::sleep_for(std::chrono::milliseconds(60));
        return 2;
    }};
    engine.play({0, 5, 1}, work, [&](const SearchEffort& e) { told.push_back(e.operations); });
    ASSERT_FALSE(told.empty());
    EXPECT_LT(told.size(), 5u); // not more than ten times a second
    EXPECT_TRUE(std::ranges::is_sorted(told));
}

TEST(Engine, WhatAWorkerThrowsEndsTheLoopAndIsThrownAgain) {
    for (std::size_t workers : {1u, 3u}) {
        Engine engine(0);
        std::vector<Work> work(workers, [](std::uint64_t n) -> std::uint64_t {
            if (n == 40) throw std::runtime_error("no");
            return 1;
        });
        EXPECT_THROW(engine.play({}, work, {}), std::runtime_error);
        EXPECT_EQ(engine.effort().end, End::defect);
    }
}

} // namespace
} // namespace checker
