#include "checker/viewer/recorder.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "checker/viewer/walk_record.h"

namespace checker {
namespace {

const std::string corpora = RMAPCHECK_SOURCE_DIR "/corpora";

std::string after_header_of_data(const std::string& page) {
    const std::size_t begin = page.find("id=\"data\">\n") + 11, end = page.find("</script>", begin);
    return page.substr(begin, end - begin);
}

std::string page_of(const model::Trace& trace, RunOptions how = {}) {
    PageRecorder recorder(trace);
    recorder.watch(how);
    const RunReport report = run_trace(trace, how);
    return recorder.page(report);
}

template <class F> void each_line(const std::string& text, F&& f) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        f(json::parse(text.substr(at, end - at)));
        at = end + 1;
    }
}

// What steps change, put together, is the machine.
void hold_to(const std::map<std::string, json>& objects, const model::Kernel& k) {
    std::map<char, std::size_t> counts;
    for (const auto& [key, o] : objects) ++counts[key[0]];
    EXPECT_EQ(counts['m'], k.mms.live_count());
    EXPECT_EQ(counts['v'], k.vmas.live_count());
    EXPECT_EQ(counts['c'], k.avcs.live_count());
    EXPECT_EQ(counts['a'], k.anon_vmas.live_count());
    EXPECT_EQ(counts['p'], k.ptes.live_count());
    EXPECT_EQ(counts['f'], k.folios.live_count());
    EXPECT_EQ(counts['s'], k.swaps.live_count());
    EXPECT_EQ(counts['i'], k.items.live_count());
    EXPECT_EQ(counts['n'], k.nodes.live_count());
    std::multiset<std::string> vmas, said;
    k.vmas.each([&](model::Id<model::Vma>, const model::Vma& v) {
        std::size_t chain = 0;
        for (auto a = v.chain; a; a = k.avcs[a].next) ++chain;
        vmas.insert(fmt::format("{} {:x} {:x} {:x} {}", k.mms[v.mm].pid, address(v.range.start), address(v.range.end),
                                v.range.pgoff.n, chain));
    });
    for (const auto& [key, o] : objects) {
        if (key[0] != 'v') continue;
        std::size_t chain = 0;
        for (json at = o["chain"]; !at.is_null(); at = objects.at(at.get<std::string>())["next"]) ++chain;
        said.insert(fmt::format("{} {:x} {:x} {} {}", objects.at(o["mm"].get<std::string>())["pid"].get<unsigned>(),
                                o["start"].get<std::uint64_t>(), o["end"].get<std::uint64_t>(),
                                o["pgoff"].get<std::string>(), chain));
    }
    EXPECT_EQ(said, vmas);
    k.items.each([&](model::Id<model::RmapItem>, const model::RmapItem& i) {
        const json& o = objects.at(fmt::format("i{}.{:x}", i.mm.n + 1, i.page.n));
        const bool listed = i.state == model::RmapItem::State::stable;
        EXPECT_EQ(o["state"] == "stable", listed);
        if (listed && i.merged.vma_birth) {
            EXPECT_EQ(o["record"]["index"], hex(linear_page_index(i.merged.range, i.page).n));
        }
    });
}

TEST(PageRecorder, DifferencesOfAllStepsAreTheMachine) {
    for (const std::string& path : traces_below(corpora)) {
        SCOPED_TRACE(path);
        const model::Trace trace = model::load_trace(path);
        StepDifferences differences({&reference()});
        std::map<std::string, json> objects;
        RunOptions how;
        how.strategies = {&reference()};
        how.lifetimes = Lifetimes::leave_open;
        how.judge_at_end = false;
        std::size_t n = 0;
        how.watch = [&](const Session& s, const model::Step&, const model::Result&) {
            const Difference d = differences.next(s.machines.front().kernel, ++n);
            for (const auto& [key, o] : d.was) {
                EXPECT_TRUE(objects.contains(key)) << key;
                if (!d.now.contains(key)) objects.erase(key);
            }
            for (const auto& [key, o] : d.now) {
                EXPECT_TRUE(!objects.contains(key) || objects[key] != o) << key << " is as it was";
                objects[key] = o;
            }
        };
        const RunReport report = run_trace(trace, how);
        if (n) hold_to(objects, report.session.machines.front().kernel);
    }
}

// What a walk tells adds up to what it costs and finds.
TEST(PageRecorder, AWalkTellsAllThatItDoes) {
    std::size_t walks = 0;
    for (const std::string& path : traces_below(corpora)) {
        SCOPED_TRACE(path);
        RunOptions how;
        how.lifetimes = Lifetimes::leave_open;
        const RunReport report = run_trace(model::load_trace(path), how);
        for (const Machine& m : report.session.machines)
            m.kernel.folios.each([&](model::Id<model::Folio> id, const model::Folio&) {
                for (const Strategy* s : m.strategies) {
                    WalkRecord record(m.kernel);
                    const WalkResult told = s->walk(m.kernel, id, &record), alone = s->walk(m.kernel, id);
                    EXPECT_EQ(told.found, alone.found);
                    EXPECT_EQ(told.cost.all, alone.cost.all);
                    if (record.passes.empty()) continue;
                    ++walks;
                    std::uint64_t visited = 0, address = 0, process = 0, more = 0;
                    std::set<std::string> found;
                    for (const json& pass : record.passes)
                        for (const json& item : pass["items"]) {
                            more += item.value("more", std::uint64_t{0});
                            for (const json& v : item["vmas"]) {
                                ++visited;
                                address += v[4] == "other address";
                                process += v[4] == "other process";
                                if (v[4] == "found") found.insert(v[0].dump() + "." + v[3].dump());
                            }
                        }
                    EXPECT_EQ(visited + more, alone.cost.all.visited);
                    EXPECT_EQ(address + process + more, alone.cost.all.skipped_address + alone.cost.all.skipped_mm);
                    if (more == 0) EXPECT_EQ(address, alone.cost.all.skipped_address);
                    EXPECT_EQ(found.size(), alone.found.size());
                }
            });
    }
    EXPECT_GT(walks, 1000u);
}

TEST(PageRecorder, SaysInWhichStepAnEntryIsLost) {
    const model::Trace trace =
        model::load_trace(corpora + "/explored/linear-index-other-item-record-stale-moved.trace");
    std::vector<json> lines;
    each_line(after_header_of_data(page_of(trace)), [&](json line) { lines.push_back(std::move(line)); });
    ASSERT_EQ(lines.size(), 10u); // the header, before, seven steps, the end
    EXPECT_EQ(lines[0]["candidate"], "linear-index");
    for (std::size_t n = 1; n < 7; ++n)
        for (const auto& [key, o] : lines[n]["d"].items()) EXPECT_NE(key[0], 'x') << n << key;
    EXPECT_EQ(lines[7]["d"]["xlinear-index.2.10"]["since"], 6);
    EXPECT_EQ(lines[8]["w"].size(), 1u);
    EXPECT_EQ(lines[8]["w"][0]["runs"].size(), strategies().size());
}

TEST(PageRecorder, NothingInATraceEndsItsScript) {
    model::Trace trace =
        model::read_trace("# rmapcheck trace 1\n# </script><script>alert(1)</script>\n1 fork() = 2\n", "<b>x&y.trace");
    const std::string page = page_of(trace);
    EXPECT_EQ(page.find("alert(1)</script>"), page.npos);
    EXPECT_EQ(page.find("<b>x"), page.npos);
    EXPECT_NE(page.find("&lt;b>x&amp;y.trace"), page.npos);
    for (const char* part : {"@TITLE@", "@CSS@", "@DATA@", "@JS@"}) EXPECT_EQ(page.find(part), page.npos) << part;
}

TEST(PageRecorder, ThePageAsksForNothing) {
    const std::string page = page_of(model::load_trace(corpora + "/history/01-mremap-then-merge.trace"));
    EXPECT_NE(page.find("default-src 'none'"), page.npos);
    std::string left = page;
    const std::string svg = "http://www.w3.org/2000/svg"; // a name, no address
    for (std::size_t at; (at = left.find(svg)) != left.npos;) left.erase(at, svg.size());
    for (const char* word : {"http://", "https://", "fetch(", "XMLHttpRequest", "import(", "src=\""})
        EXPECT_EQ(left.find(word), left.npos) << word;
}

} // namespace
} // namespace checker
