#include "properties/proofs/ledger.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "checker/mend/loss.h"

namespace properties::proofs {
namespace {

// How bad an answer is for a theorem: a refuted one is worse than one that is open.
int badness(Answer a) {
    switch (a) {
    case Answer::proved: return 0;
    case Answer::unknown: return 1;
    case Answer::timeout: return 2;
    case Answer::vacuous: return 3;
    case Answer::refuted: return 4;
    case Answer::error: return 5;
    }
    return 5;
}

void worsen(Entry& e, Answer a, const std::string& reason) {
    if (badness(a) <= badness(e.answer)) return;
    e.answer = a;
    e.reason = reason;
}

std::string says(const Asked& a) {
    std::string text = a.query + ": " + std::string(to_string(a.outcome.answer));
    if (!a.outcome.reason.empty()) text += " (" + a.outcome.reason + ")";
    for (const auto& [name, value] : a.outcome.values.of) text += " " + name + "=" + value;
    return text;
}

Asked ask_about(Entry& e, const Query& q, const Settings& settings) {
    Asked a{q.name, ask(q, settings)};
    e.seconds += a.outcome.seconds;
    e.size += a.outcome.size;
    return a;
}

void settle_break(Entry& e, const Break& b, const Settings& settings, const Replayer& replayer) {
    BreakEntry out{b.operation, b.premise, b.left_out, ask_about(e, b.query, settings), {}, {}};
    const Answer a = out.asked.outcome.answer;
    if (a == Answer::refuted) {
        out.trace = b.trace(out.asked.outcome.values);
        if (replayer) out.replay = replayer(b, out.trace, strategy_of(*e.theorem));
        if (!out.shown())
            worsen(e, Answer::error, b.query.name + ": the refutation does not replay: " + out.replay.why_not);
    } else if (a == Answer::proved)
        worsen(e, Answer::error, b.query.name + ": the premise is not needed");
    else
        worsen(e, a, says(out.asked));
    e.breaks.push_back(std::move(out));
}

Entry settle(const Theorem& t, const Settings& settings, const Replayer& replayer) {
    Entry e;
    e.theorem = &t;
    e.answer = Answer::proved;
    for (const Query& q : t.queries()) {
        e.asked.push_back(ask_about(e, q, settings));
        worsen(e, e.asked.back().outcome.answer, says(e.asked.back()));
    }
    if (e.asked.empty()) worsen(e, Answer::error, "it asks nothing");
    e.control = ask_about(e, t.control(), settings);
    const Answer control = e.control.outcome.answer;
    const bool open = control == Answer::unknown || control == Answer::timeout; // no word against the theorem
    if (control != Answer::refuted)
        worsen(e, open ? control : Answer::error, "the control is not refuted: " + says(e.control));
    if (t.breaks)
        for (const Break& b : t.breaks()) settle_break(e, b, settings, replayer);
    return e;
}

// Said where the newest kernel does not show it.
std::string rules_of(const Replay& r) {
    if (!r.version || r.version == &model::default_version()) return "";
    return fmt::format(" (rules of {})", r.version->name);
}

nlohmann::json json_of(const Asked& a) {
    nlohmann::json j{{"name", a.query},
                     {"answer", to_string(a.outcome.answer)},
                     {"seconds", a.outcome.seconds},
                     {"size", a.outcome.size}};
    if (!a.outcome.reason.empty()) j["reason"] = a.outcome.reason;
    if (a.outcome.answer == Answer::refuted) j["values"] = a.outcome.values.of;
    return j;
}

nlohmann::json json_of(const BreakEntry& b) {
    nlohmann::json missed = nlohmann::json::array();
    for (const checker::MappedAt& m : b.replay.missed)
        missed.push_back({{"pid", m.pid}, {"address", model::address(m.page)}});
    nlohmann::json j = json_of(b.asked);
    j.update({{"operation", b.operation},
              {"premise", b.premise},
              {"replays", b.replay.shows_miss},
              {"rules", b.replay.version ? std::string(b.replay.version->name) : ""},
              {"missed", missed},
              {"touched_freed_vma", b.replay.touched_freed_vma},
              {"left_out", checker::names_of(b.left_out)},
              {"trace", b.trace}});
    return j;
}

} // namespace

Ledger prove(std::span<const Theorem* const> theorems, const Settings& settings, const Replayer& replayer,
             const checker::Tell& progress) {
    const auto start = std::chrono::steady_clock::now();
    Ledger ledger{solver_version(), settings, std::vector<Entry>(theorems.size()), 0};
    std::atomic<std::size_t> next{0};
    std::exception_ptr failure; // of a thread: the first that failed
    std::once_flag failed;
    std::mutex one_tells;
    std::size_t done = 0;
    if (progress) progress({"proving", 0, theorems.size(), "theorems"});
    auto work = [&] {
        try {
            for (std::size_t n; (n = next++) < theorems.size();) {
                ledger.entries[n] = settle(*theorems[n], settings, replayer);
                const std::scoped_lock lock(one_tells);
                ++done;
                if (progress)
                    progress({"proving", done, theorems.size(), "theorems", -1, std::string(theorems[n]->name)});
            }
        } catch (...) {
            std::call_once(failed, [&] { failure = std::current_exception(); });
        }
    };
    std::vector<std::jthread> others;
    const std::size_t processors = std::max(1u, std::thread::hardware_concurrency());
    for (std::size_t n = 1; n < std::min(processors, theorems.size()); ++n) others.emplace_back(work);
    work();
    others.clear(); // joins
    if (failure) std::rethrow_exception(failure);
    ledger.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return ledger;
}

Answer worst(const Ledger& ledger) {
    Answer a = Answer::proved;
    for (const Entry& e : ledger.entries)
        if (badness(e.answer) > badness(a)) a = e.answer;
    return a;
}

std::string to_text(const Ledger& ledger, bool quiet) {
    std::size_t width = 20;
    for (const Entry& e : ledger.entries) width = std::max(width, e.theorem->name.size());
    std::string out =
        fmt::format("{}, seed {}\n\n{:<{}} {:<8} {:>7} {:>7} {:>8} {:>7}  {}\n", ledger.solver, ledger.settings.seed,
                    "theorem", width, "answer", "queries", "needed", "size", "time", "control");
    std::size_t queries = 0, premises = 0;
    for (const Entry& e : ledger.entries) {
        const auto shown =
            std::count_if(e.breaks.begin(), e.breaks.end(), [](const BreakEntry& b) { return b.shown(); });
        out +=
            fmt::format("{:<{}} {:<8} {:>7} {:>7} {:>8} {:>6.2f}s  {}\n", e.theorem->name, width, to_string(e.answer),
                        e.asked.size(), e.breaks.empty() ? "-" : fmt::format("{}/{}", shown, e.breaks.size()), e.size,
                        e.seconds, to_string(e.control.outcome.answer));
        if (!e.reason.empty()) out += "    " + e.reason + "\n";
        queries += e.asked.size() + 1 + e.breaks.size();
        premises += e.breaks.size();
    }
    out += fmt::format(
        "\n{} theorems, {} questions, {:.2f} s. needed: premises shown to be needed by a trace that replays, of {}.\n",
        ledger.entries.size(), queries, ledger.seconds, premises);
    if (quiet) return out;
    for (const Entry& e : ledger.entries) {
        out += fmt::format("\n{}\n  {}.\n  if: {}.\n", e.theorem->name, e.theorem->sentence, e.theorem->premises);
        for (const BreakEntry& b : e.breaks)
            out += fmt::format("  {:<9} needs: {} [{}]\n", b.operation, b.premise,
                               b.shown() ? "else " + b.replay.command + " misses" + rules_of(b.replay)
                                         : "not shown: " + b.replay.why_not);
    }
    return out;
}

namespace {

nlohmann::json mends_json(const Theorem& t) {
    nlohmann::json mends = nlohmann::json::array();
    if (t.mends)
        for (const Mend& m : t.mends())
            mends.push_back({{"pieces", checker::names_of(m.set)}, {"goal", checker::name_of(m.goal)}});
    return mends;
}

} // namespace

nlohmann::json to_json(const Ledger& ledger) {
    nlohmann::json theorems = nlohmann::json::array();
    for (const Entry& e : ledger.entries) {
        nlohmann::json queries = nlohmann::json::array(), breaks = nlohmann::json::array();
        for (const Asked& a : e.asked) queries.push_back(json_of(a));
        for (const BreakEntry& b : e.breaks) breaks.push_back(json_of(b));
        nlohmann::json j{{"name", e.theorem->name},
                         {"sentence", e.theorem->sentence},
                         {"premises", e.theorem->premises},
                         {"answer", to_string(e.answer)},
                         {"seconds", e.seconds},
                         {"size", e.size},
                         {"queries", std::move(queries)},
                         {"control", json_of(e.control)},
                         {"breaks", std::move(breaks)},
                         {"strategy", nullptr},
                         {"mends", mends_json(*e.theorem)},
                         {"reason", e.reason}};
        if (const std::string_view s = strategy_of(*e.theorem); !s.empty()) j["strategy"] = s;
        theorems.push_back(std::move(j));
    }
    return {
        {"solver", ledger.solver},   {"seed", ledger.settings.seed},       {"timeout_ms", ledger.settings.timeout_ms},
        {"seconds", ledger.seconds}, {"answer", to_string(worst(ledger))}, {"theorems", std::move(theorems)}};
}

} // namespace properties::proofs
