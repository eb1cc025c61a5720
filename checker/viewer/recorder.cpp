#include "checker/viewer/recorder.h"

#include <algorithm>

#include "checker/facets/effects.h"
#include "checker/judge/truth.h"
#include "checker/report/json.h"
#include "checker/viewer/parts.h"
#include "checker/viewer/walk_record.h"
#include "model/ops/page_of.h"

namespace checker::inline viewer {
namespace {

// What a page holds at most, so that it can be opened.
constexpr std::uint64_t most_looked_at = 200'000'000; // page-table entries, for what is lost after each step
constexpr std::size_t most_events = 400'000;          // of walks
constexpr std::size_t most_walks_at_end = 200;        // of pages of which nothing is lost

// Of JSON that stands in a page: no text in it may end the script that holds it.
std::string in_page(const json& document) {
    std::string text = document.dump(-1, ' ', false, json::error_handler_t::replace), out;
    out.reserve(text.size());
    for (const char c : text)
        if (c == '<')
            out += "\\u003c";
        else
            out += c;
    return out;
}

json entries_json(const std::vector<MappedAt>& entries) {
    json list = json::array();
    for (MappedAt e : entries) list.push_back({e.pid, model::address(e.page)});
    return list;
}

std::vector<const Strategy*> with_reference(std::vector<const Strategy*> chosen) {
    if (chosen.empty())
        for (const Strategy& s : strategies()) chosen.push_back(&s);
    if (std::ranges::find(chosen, &reference()) == chosen.end()) chosen.insert(chosen.begin(), &reference());
    return chosen;
}

} // namespace

PageRecorder::PageRecorder(const model::Trace& trace) : trace_(trace), differences_(with_reference({})) {}

void PageRecorder::watch(RunOptions& options) {
    strategies_ = with_reference(options.strategies);
    rules_ = model::describe(options.config.rules);
    const Session start = start_session(options.config, options.strategies);
    for (const Machine& m : start.machines) {
        std::vector<const Strategy*> judged = m.strategies;
        if (&m == &start.machines.front() && std::ranges::find(judged, &reference()) == judged.end())
            judged.insert(judged.begin(), &reference());
        StateJudge judge(std::move(judged));
        watched_.push_back({KsmEntries(judge.kind()), std::move(judge)});
    }
    json line{{"t", "before the first operation"}, {"d", json::object()}};
    for (const auto& [key, object] : differences_.next(start.machines.front().kernel, 0).now) line["d"][key] = object;
    lines_ = in_page(line) + "\n";
    options.watch = [this](const Session& s, const model::Step& played, const model::Result& r) { step(s, played, r); };
}

std::size_t PageRecorder::number_of(const Cause& cause) {
    const std::string text = std::string(cause.strategy->name) + ": " + to_text(cause);
    const auto [at, is_new] = causes_.try_emplace(text, causes_.size());
    if (is_new) cause_list_.push_back({{"cause", to_text(cause)}, {"words", explained(cause)}});
    return at->second;
}

// What walks would lose if they walked now: an object of its own for each entry and strategy, whose key begins with x.
void PageRecorder::write_losses(const Session& session, const model::Operation& op, json& line) {
    if (losses_until_ != SIZE_MAX) return;
    if (looked_at_ > most_looked_at) {
        losses_until_ = steps_ - 1;
        for (const auto& [key, object] : lost_) line["g"].push_back(key);
        return;
    }
    std::map<std::string, json> lost;
    for (std::size_t n = 0; n < watched_.size(); ++n) {
        const model::Kernel& k = session.machines[n].kernel;
        watched_[n].entries.read(k, op);
        looked_at_ += k.ptes.live_count() + 10;
        for (const Disagreement& d : watched_[n].judge.judge(k, watched_[n].entries.now())) {
            const std::string key = "x" + std::string(d.cause.strategy->name) + "." + std::to_string(d.entry.pid) +
                                    "." + hex(d.entry.page.n);
            json object{{"strategy", d.cause.strategy->name},
                        {"pid", d.entry.pid},
                        {"address", model::address(d.entry.page)},
                        {"cause", number_of(d.cause)},
                        {"since", steps_}};
            if (const auto known = lost_.find(key); known != lost_.end()) object["since"] = known->second["since"];
            lost.emplace(key, std::move(object));
        }
    }
    for (const auto& [key, object] : lost_)
        if (!lost.contains(key)) line["g"].push_back(key);
    for (const auto& [key, object] : lost)
        if (const auto known = lost_.find(key); known == lost_.end() || known->second != object)
            line["d"][key] = object;
    lost_ = std::move(lost);
}

void PageRecorder::step(const Session& session, const model::Step& step, const model::Result& result) {
    ++steps_;
    const model::Kernel& before = differences_.before();
    const model::Operation is = before.flights.empty() ? step.op : model::stands_for(before, step.op);
    json line{{"t", to_text(step)}, {"n", step.line}, {"d", json::object()}};
    if (!step.expected && (result.error != model::Errno::ok || result.value)) line["r"] = model::to_text(result);
    for (; remark_ < trace_.remarks.size() && trace_.remarks[remark_].before < steps_; ++remark_)
        if (trace_.remarks[remark_].before + 1 == steps_ && steps_ > 1)
            line["c"].push_back(trace_.remarks[remark_].text);
    Difference d = differences_.next(session.machines.front().kernel, steps_);
    for (auto& [key, object] : d.now) line["d"][key] = std::move(object);
    for (const auto& [key, object] : d.was)
        if (!line["d"].contains(key)) line["g"].push_back(key);
    write_losses(session, is, line);
    if (const std::optional<AskedPage> asked = asked_page(step.op)) {
        json walk = walk_of(session, {asked->pid, model::vpn(asked->address)}, step.line);
        if (!walk.is_null()) line["w"] = json::array({std::move(walk)});
    }
    lines_ += in_page(line) + "\n";
}

// Every strategy on the page at this entry. Null if there is none.
json PageRecorder::walk_of(const Session& session, MappedAt page, std::uint32_t line) {
    json runs = json::array();
    json mapped = nullptr, frame = nullptr;
    bool ksm = false;
    for (const Machine& m : session.machines) {
        const model::Id<model::Folio> folio = model::page_of(m.kernel, page.pid, model::address(page.page));
        if (!folio) continue;
        const std::vector<MappedAt> truth = oracle(page_tables_of(m.kernel), folio.n);
        const bool first = &m == &session.machines.front();
        if (first) {
            mapped = entries_json(truth);
            frame = "f" + std::to_string(folio.n + 1);
            ksm = m.kernel.folios[folio].mapping == model::Folio::Mapping::ksm;
        }
        for (const Strategy* s : strategies_) {
            const bool here = std::ranges::find(m.strategies, s) != m.strategies.end();
            if (!here && !(first && s == &reference())) continue;
            if (!s->kind->walks_others && !s->kind->is(m.kernel.folios[folio])) continue;
            WalkRecord record(m.kernel);
            Verdict v = verdict_on(*s, s->walk(m.kernel, folio, &record), truth,
                                   reference(*s->kind).walk(m.kernel, folio).found);
            v.at = line;
            v.page = page;
            json run{{"verdict", to_json(v)}};
            events_ += record.events;
            if (events_ <= most_events)
                run["passes"] = std::move(record.passes);
            else
                ++walks_left_out_;
            if (!first) run["layout"] = m.kernel.config.layout.name;
            runs.push_back(std::move(run));
        }
    }
    if (runs.empty()) return nullptr;
    return {{"page", {page.pid, model::address(page.page)}},
            {"mapped", mapped},
            {"frame", frame},
            {"ksm", ksm},
            {"runs", std::move(runs)}};
}

json PageRecorder::walks_at_end(const RunReport& report) {
    json walks = json::array();
    const std::span<const Verdict> end = std::span(report.verdicts).last(report.at_end);
    std::size_t whole = 0;
    for (std::size_t n = 0; n < end.size();) {
        const MappedAt page = end[n].page;
        bool missed = false;
        for (; n < end.size() && end[n].page == page; ++n) missed = missed || !end[n].missed.empty();
        if (!missed && ++whole > most_walks_at_end) {
            ++walks_left_out_;
            continue;
        }
        json walk = walk_of(report.session, page, end.front().at);
        if (!walk.is_null()) walks.push_back(std::move(walk));
    }
    return walks;
}

// The strategy that the page shows first: the one that the trace is about, else the kernel's own if it loses anything,
// else the first that does.
std::string PageRecorder::candidate(const RunReport& report) const {
    for (const model::Expectation& e : trace_.expectations)
        if (const auto* r = std::get_if<model::Regressed>(&e.kind); r && !r->entries.empty())
            for (const Strategy* s : strategies_)
                if (s->name == r->strategy.v && s != &reference()) return std::string(s->name);
    const Strategy* found = nullptr;
    for (const Verdict& v : report.verdicts) {
        if (!refutes(v) || v.strategy == &reference()) continue;
        if (!found || v.strategy->name == model::default_version().shipped_walk) found = v.strategy;
    }
    if (!found) found = find_strategy(model::default_version().shipped_walk);
    if (std::ranges::find(strategies_, found) == strategies_.end()) found = strategies_.back();
    return std::string(found->name);
}

json PageRecorder::header(const RunReport& report) {
    json list = json::array(), verdicts = json::array(), failures = json::array(), why = json::array();
    for (const Strategy* s : strategies_) {
        json asks = json::array();
        for (const Ask& a : s->asks) asks.push_back(a.words);
        list.push_back({{"name", s->name},
                        {"idea", s->idea},
                        {"asks", asks},
                        {"stores", s->stored.words},
                        {"claim", s == &reference() ? "reference" : to_string(s->claim)}});
    }
    for (const Verdict& v : report.verdicts) verdicts.push_back(to_json(v));
    for (const Mismatch& f : report.failures) failures.push_back({{"at", f.line}, {"text", f.text}});
    for (const SecurityFinding& f : report.security)
        failures.push_back({{"at", f.line},
                            {"text", "security: where " + std::string(f.strategy->name) +
                                         " drives, migration entries are left behind"}});
    if (report.unfinished)
        failures.push_back({{"at", 0}, {"text", "not played to its end: " + report.unfinished->wrong}});
    for (const model::Remark& r : trace_.remarks)
        if (r.before == 0) why.push_back(r.text);
    return {{"trace", trace_.path},
            {"rules", rules_},
            {"why", why},
            {"steps", steps_},
            {"at_end", report.at_end},
            {"strategies", list},
            {"reference", reference().name},
            {"candidate", candidate(report)},
            {"verdicts", verdicts},
            {"failures", failures},
            {"causes", cause_list_},
            {"walks_left_out", walks_left_out_},
            {"losses_until", losses_until_ == SIZE_MAX ? json(nullptr) : json(losses_until_)}};
}

std::string PageRecorder::page(const RunReport& report) {
    json end{{"t", "the end: every KSM page is walked"}, {"d", json::object()}};
    end["w"] = walks_at_end(report);
    if (report.at_end) lines_ += in_page(end) + "\n";
    std::string title;
    for (const char c : trace_.path.substr(trace_.path.rfind('/') + 1))
        title += c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string(1, c);
    return in_template(title, in_page(header(report)) + "\n" + lines_);
}

} // namespace checker::inline viewer
