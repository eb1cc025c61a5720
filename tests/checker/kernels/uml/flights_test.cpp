// Operations in flight in guests: what the host makes of what a guest says of them, and one kernel that is stopped at
// its points for every trace of corpora/in-flight.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "checker/gate/kernel.h"
#include "checker/kernels/agent/embedded.h"
#include "checker/kernels/uml/gate_kernel.h"
#include "checker/kernels/uml/points.h"
#include "checker/kernels/uml/verdict.h"
#include "checker/report/findings.h"
#include "model/process.h"
#include "model/versions.h"
#include "tests/checker/kernels/uml/guests.h"

namespace checker::kernels::uml {
namespace {

model::Trace in_flight_trace(const std::string& name) {
    return model::load_trace(root + "/corpora/in-flight/" + name + ".trace");
}

GuestScript script_in_flight(const model::Trace& trace, const std::string& no_points = {}) {
    ScriptOptions how;
    how.config.rules = model::find_version("6.12")->rules; // its walk is the reference
    how.no_points = no_points;
    return script_of(trace, how);
}

// A guest that does and says what the model does.
TraceResult as_the_model_says(const GuestScript& script) {
    TraceResult r;
    r.begun = r.ended = true;
    for (const auto& [number, asked] : script.asked) {
        r.answers[number] = asked.expected.value_or(0);
        if (!asked.point.empty()) r.points[number] = asked.point;
        if (!asked.stale.empty()) r.stale[number] = asked.stale;
    }
    return r;
}

TEST(FlightsInGuests, EveryTraceOfThemIsToldToAGuest) {
    for (const model::Trace& trace : traces_of("in-flight")) EXPECT_EQ(script_in_flight(trace).unplayable, "");
}

TEST(FlightsInGuests, AreToldWithTheirNumberAndTheirPoint) {
    const model::Trace trace = in_flight_trace("migrate-ksm-moved-to-a-fresh-address");
    const GuestScript script = script_in_flight(trace);
    std::vector<std::string> points;
    for (const auto& [number, asked] : script.asked)
        if (!asked.point.empty()) points.push_back(asked.point);
    EXPECT_THAT(points, testing::ElementsAre("loop", "loop", "loop", "unmapped", "over"));
    const auto begins = std::ranges::find(script.records, 1u, &Record::flight);
    ASSERT_NE(begins, script.records.end());
    EXPECT_EQ(begins->verb, Order::migrate);
    EXPECT_EQ(std::ranges::count(script.records, Order::advance, &Record::verb), 3);
    EXPECT_EQ(std::ranges::count(script.records, Order::finish, &Record::verb), 1);
    EXPECT_THAT(script.looks, testing::IsEmpty()); // nothing is played on from a stale entry, nor looked at
}

TEST(FlightsInGuests, AProcessInFlightIsNotLookedAt) {
    model::Kernel k = model::boot({});
    for (const model::Step& s : in_flight_trace("mremap-seen-from-a-walk").steps) {
        if (s.begins.view() == "m") break;
        model::play(k, s);
    }
    EXPECT_FALSE(mmap_lock_is_held(k, model::find_process(k, 1)));
    EXPECT_TRUE(mmap_lock_is_held(k, model::find_process(k, 2)));
    ASSERT_EQ(k.flights.size(), 1u);
    EXPECT_EQ(point_name(k.flights.front()), "copied");
}

TEST(FlightsInGuests, AStaleEntryIsFoundAndHeldToTheModel) {
    const model::Trace trace = in_flight_trace("migrate-ksm-moved-to-a-fresh-address");
    const GuestScript script = script_in_flight(trace);
    const TraceResult same = as_the_model_says(script);
    const TraceVerdict v = judge_trace(script, nullptr, same);
    EXPECT_EQ(v.not_judged, "");
    EXPECT_THAT(v.reference_off_model, testing::IsEmpty());
    ASSERT_EQ(v.own_stale.size(), 1u);
    EXPECT_THAT(v.own_stale[0], testing::HasSubstr("2:0x40000"));
    EXPECT_EQ(v.in_flight.kernel, v.in_flight.model);
    EXPECT_THAT(v.in_flight.kernel, testing::HasSubstr("0, stale: 2:0x40000"));

    TraceResult none = same;
    none.stale.clear();
    EXPECT_THAT(judge_trace(script, nullptr, none).reference_off_model,
                testing::ElementsAre(testing::HasSubstr("stale migration entries: none, in the model: 2:0x40000")));
    // A candidate that leaves one where the reference leaves none has regressed.
    EXPECT_FALSE(judge_trace(script, &same, same).regressed());
    EXPECT_TRUE(judge_trace(script, &none, same).regressed());
}

TEST(FlightsInGuests, AnotherPointIsNotAsTheModelSays) {
    const model::Trace trace = in_flight_trace("reclaim-ksm-moved-behind-its-walk");
    const GuestScript script = script_in_flight(trace);
    TraceResult r = as_the_model_says(script);
    const auto at = std::ranges::find(r.points, "unmapped", &std::pair<const std::uint64_t, std::string>::second);
    ASSERT_NE(at, r.points.end());
    at->second = "loop";
    EXPECT_THAT(judge_trace(script, nullptr, r).reference_off_model,
                testing::Contains(testing::HasSubstr("it stands at loop, in the model at unmapped")));
    at->second = "waits";
    r.waits.insert(at->first);
    EXPECT_THAT(judge_trace(script, nullptr, r).reference_off_model,
                testing::Contains(testing::HasSubstr("no answer: it waits, the model says 0")));
}

TEST(FlightsInGuests, AKernelWithoutPointsPlaysNone) {
    const model::Trace trace = in_flight_trace("migrate-ksm");
    EXPECT_THAT(script_in_flight(trace, "the words are not there").unplayable,
                testing::HasSubstr("line 8: operations cannot be stopped here: the words are not there"));
}

// Linux 7.3 as released, held at the points of the model: it answers and ends as the model does, in every trace.
TEST(GateKernel, StopsOperationsInFlight) {
    if (const std::string why = no_kernel_here("debian-7.3"); !why.empty()) GTEST_SKIP() << why;
    if (!model::find_version("7.3")) GTEST_SKIP() << "the model has no rules of Linux 7.3 to hold the guest to";
    const Room room;
    GuestOptions o = quick_options(room, {"debian-7.3", "", ""});
    o.traces = traces_of("in-flight");
    const Findings f = gate_kernel(o);
    std::size_t stale = 0;
    for (const TraceVerdict& v : f.verdicts) {
        EXPECT_EQ(v.not_judged, "") << v.name;
        EXPECT_THAT(v.reference_off_model, testing::IsEmpty()) << v.name;
        EXPECT_THAT(v.complaints, testing::IsEmpty()) << v.name;
        stale += !v.own_stale.empty();
    }
    EXPECT_GE(stale, 4u) << findings_text(f);
}

} // namespace
} // namespace checker::kernels::uml
