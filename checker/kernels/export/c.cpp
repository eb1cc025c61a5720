// c: one C file that needs nothing but a C library. It plays the trace with real processes, and asks the kernel that it
// runs on whether the walk finds every entry of the KSM pages in the end: 0 found, 1 lost, 4 cannot tell here.
//
// The program itself is reproducer/*.c, written once; here it gets its tables: what is done, what must come of it, and
// which entries are to be found, all as the model has it.
#include <sys/syscall.h>

#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "checker/facets/lower.h"
#include "checker/judge/ksm_entries.h"
#include "checker/kernels/export/calls.h"
#include "checker/kernels/export/exporters.h"
#include "checker/kernels/export/reproducer.h"
#include "checker/report/draw.h"
#include "model/address_space.h"
#include "model/ops/page_of.h"
#include "model/page_table.h"

namespace checker::kernels {
namespace {

// A row of the table of actions, but for what must come of it.
struct InC {
    std::string operator()(const SystemCall& a) const {
        return fmt::format("{}, {}, {{{}, {:#x}}}", a.after_enomem ? "CALL_AFTER_ENOMEM" : "CALL", a.pid,
                           "SYS_" + name_of_call(a.number), fmt::join(a.arguments, ", "));
    }
    std::string operator()(const FillPages& a) const {
        return fmt::format("FILL, {}, {{{:#x}, {:#x}, {:#x}}}", a.pid, a.address, a.length, a.byte);
    }
    std::string operator()(const ReadPages& a) const {
        return fmt::format("READ, {}, {{{:#x}, {:#x}}}", a.pid, a.address, a.length);
    }
    std::string operator()(const BeginHeap& a) const { return fmt::format("HEAP, {}, {{{:#x}}}", a.pid, a.address); }
    std::string operator()(const ForkProcess& a) const { return fmt::format("FORK, {}, {{{}}}", a.pid, a.child); }
    std::string operator()(const ExitProcess& a) const { return fmt::format("EXIT, {}, {{0}}", a.pid); }
    std::string operator()(const FullScans& a) const { return fmt::format("SCANS, 0, {{{}}}", a.scans); }
    std::string operator()(const WriteSetting& a) const { return fmt::format("SETTING, 0, {{{}}}", a.value); }
    std::string operator()(const ReclaimPage& a) const {
        return fmt::format("RECLAIM, {}, {{{:#x}}}", a.pid, a.address);
    }
    std::string operator()(const DropFromSwapCache& a) const {
        return fmt::format("DROP, {}, {{{:#x}}}", a.pid, a.address);
    }
    std::string operator()(const MigratePage&) const { return {}; } // on one node nothing can be told to migrate
    std::string operator()(const LookAtMachine&) const { return {}; }
};

std::string setting_in_c(const Action& action) {
    const auto* setting = std::get_if<WriteSetting>(&action);
    return setting ? fmt::format("\"{}\"", model::knob_names[static_cast<std::size_t>(setting->knob)]) : "NULL";
}

long value_of(const model::Result& r) {
    return r.error == model::Errno::ok ? static_cast<long>(r.value) : -static_cast<long>(r.error);
}

// What the trace maps at any time, as few ranges as hold it.
class UsedRanges {
  public:
    void add(const model::Kernel& k) {
        for (auto mm = k.processes.first(k.mms); mm; mm = k.processes.next(k.mms, mm))
            for (auto v = model::first_vma(k, mm); v; v = model::next_vma(k, v)) add(k.vmas[v].range);
    }
    std::string table() const {
        std::string text;
        for (const auto& [start, end] : ends_)
            text += fmt::format("\t{{{:#x}, {:#x}}},\n", start * model::PAGE_SIZE, end * model::PAGE_SIZE);
        return text;
    }

  private:
    void add(model::Range r) {
        std::uint64_t start = r.start.n, end = r.end.n;
        auto at = ends_.upper_bound(start);
        if (at != ends_.begin() && std::prev(at)->second >= start) --at;
        while (at != ends_.end() && at->first <= end) {
            start = std::min(start, at->first);
            end = std::max(end, at->second);
            at = ends_.erase(at);
        }
        ends_[start] = end;
    }
    std::map<std::uint64_t, std::uint64_t> ends_; // by start, in pages
};

// A program can only ask for reclaim of everything: is there a page beside this one that would go with it?
bool others_are_in_memory(const model::Kernel& k, const ReclaimPage& a) {
    const auto folio = model::page_of(k, a.pid, a.address);
    for (auto mm = k.processes.first(k.mms); mm; mm = k.processes.next(k.mms, mm)) {
        const auto& table = k.mms[mm].page_table;
        for (auto p = table.first(k.ptes); p; p = table.next(k.ptes, p))
            if (k.ptes[p].kind == model::Pte::Kind::present && k.ptes[p].folio != folio) return true;
    }
    return false;
}

// What can stand in a comment of C.
std::string in_comment(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i == 0 || text[i - 1] == '\n') out += text[i] == '\n' ? " *" : " * ";
        out += text[i];
        const bool splits =
            i + 1 < text.size() && ((text[i] == '*' && text[i + 1] == '/') || (text[i] == '/' && text[i + 1] == '*'));
        if (splits) out += ' ';
    }
    return out;
}

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) out += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
    return out + '"';
}

std::string row_of(const model::Step& step, const Action& action, const model::Result* result) {
    const std::string words = std::visit(InC{}, action);
    if (words.empty())
        throw model::BadInput(fmt::format("{}: no program can make the kernel do just this", model::to_text(step)),
                              "a trace without it; replay and gate --kernel play this one");
    return fmt::format("\t{{{}, {}, {}, {}}},\n", words, result ? value_of(*result) : 0,
                       result ? quoted(model::to_text(step)) : "NULL", setting_in_c(action));
}

std::string entries_of(const model::Trace& trace, const model::Kernel& k) {
    std::vector<KsmEntry> entries;
    read_ksm_entries(k, entries);
    std::map<model::Id<model::Folio>, std::string> rows;
    std::map<model::Id<model::Folio>, std::size_t> number;
    for (const KsmEntry& e : entries)
        rows[e.folio] +=
            fmt::format("\t{{{}, {}, {:#x}}},\n", number.try_emplace(e.folio, number.size() + 1).first->second,
                        e.at.pid, e.at.page.n * model::PAGE_SIZE);
    if (entries.empty())
        throw model::BadInput("no KSM page is mapped in the end: there is nothing to look for",
                              "a trace after which one is",
                              {trace.path, trace.steps.empty() ? 1 : trace.steps.back().line, 1});
    std::string text;
    for (const auto& [folio, of_page] : rows) text += of_page;
    return text;
}

// In plain words: which entries there are, and who loses which of them.
std::string words_about(const Session& session, std::span<const Verdict> verdicts) {
    std::string text = "In the end these walks lose an entry, by the model of rmapcheck:\n";
    bool any = false;
    for (const Verdict& v : verdicts)
        for (const MappedAt& m : v.missed) {
            any = true;
            text += fmt::format(
                "  {}: process {} at {:#x}{}\n", v.strategy->name, m.pid, m.page.n * model::PAGE_SIZE,
                v.lifetime == Lifetime::stays ? ", and ksmd never mends it" : ", until ksmd has scanned again");
        }
    if (!any)
        text = fmt::format("In the end none of the {} walks that rmapcheck knows loses an entry.\n",
                           session.strategies.size());
    return text;
}

// The trace, played by the model and told to a kernel, a step after the other.
class ToldTrace {
  public:
    explicit ToldTrace(const ToExport& what)
        : trace_(what.trace),
          config_(what.config),
          needs_(needs_of(trace_.steps)),
          so_far_{needs_.files, {}},
          session_(start_session(config_)) {
        for (const model::Step& step : trace_.steps) model::at_step(trace_, step, [&] { play_step(step); });
        const std::uint32_t line = trace_.steps.empty() ? 1 : trace_.steps.back().line;
        verdicts_ = judge_all_ksm_pages(session_, line, Lifetimes::find);
    }

    std::string tables() const {
        if (last_pid_ >= most_processes || needs_.files.size() > most_files)
            throw model::BadInput("too many processes or files",
                                  fmt::format("pids below {} and at most {} files", most_processes, most_files),
                                  {trace_.path, 1, 1});
        return fmt::format(
            "static const unsigned nr_processes = {}, nr_files = {};\n"
            "static const word file_size = {:#x};\n"
            "static const word begin_max_page_sharing = {}, begin_use_zero_pages = {:d};\n"
            "static const word begin_smart_scan = {:d};\n"
            "static const struct action actions[] = {{\n{}}};\n"
            "static const struct mapped entries[] = {{\n{}}};\n"
            "static const struct range used[] = {{\n{}}};\n",
            last_pid_, needs_.files.size(), needs_.file_size, config_.max_page_sharing, config_.use_zero_pages,
            config_.smart_scan, actions_, entries_of(trace_, kernel()), used_.table());
    }

    std::string opening() const {
        return fmt::format("{}\nResults are those of the rules of {}.\n\n{}\n{}", words_about(session_, verdicts_),
                           model::describe(config_.rules), model::to_text(trace_), report::draw(kernel(), verdicts_));
    }

  private:
    const model::Kernel& kernel() const { return session_.machines.front().kernel; }

    void play_step(const model::Step& step) {
        const Lowered lowered = lower(step, so_far_);
        if (!lowered.unavailable.empty()) throw model::BadInput(lowered.unavailable, "a trace without it");
        for (const Action& a : lowered.actions)
            if (const auto* reclaim = std::get_if<ReclaimPage>(&a); reclaim && others_are_in_memory(kernel(), *reclaim))
                throw model::BadInput("a program can only ask for reclaim of all pages, and there are others in memory",
                                      "a trace in which the page is the only one");
        const model::Result result = play(session_, step);
        for (const Action& a : lowered.actions)
            if (!std::holds_alternative<LookAtMachine>(a))
                actions_ += row_of(step, a, &a == &lowered.actions.back() ? &result : nullptr);
        used_.add(kernel());
        const model::Kernel& k = kernel();
        for (auto mm = k.processes.first(k.mms); mm; mm = k.processes.next(k.mms, mm))
            last_pid_ = std::max(last_pid_, k.mms[mm].pid);
    }

    const model::Trace& trace_;
    const model::Config& config_;
    Needs needs_;
    SoFar so_far_;
    Session session_;
    std::vector<Verdict> verdicts_;
    std::string actions_;
    UsedRanges used_;
    model::Pid last_pid_ = 1;
};

std::string program(const ToExport& what, std::string_view first_words, AsWhat ending) {
    const ToldTrace told(what);
    return "/*\n" + in_comment(std::string(first_words) + told.opening()) + " */\n" + reproducer(told.tables(), ending);
}

std::string c_program(const ToExport& what) {
    return program(what,
                   "Plays the operations below with real processes, and asks whether rmap_walk_ksm() of the kernel\n"
                   "that this runs on then finds every page-table entry of the merged pages. Exit 0: found; 1: lost;\n"
                   "4: cannot tell here, with the reason. Needs root, and KSM that nobody else uses; its settings are\n"
                   "put back.\n\n"
                   "    gcc -O2 -o lost-entry lost-entry.c && ./lost-entry\n\n",
                   AsWhat::main);
}

std::string kselftest(const ToExport& what) {
    return program(what,
                   "Plays the operations below with real processes, and fails if rmap_walk_ksm() does not find every\n"
                   "page-table entry of the merged pages. A test of tools/testing/selftests/mm; KSM's settings are\n"
                   "put back.\n\n",
                   AsWhat::kselftest);
}

} // namespace

Exporter c_exporter() { return {"c", "a C program that shows the loss on the kernel it runs on", c_program}; }
Exporter kselftest_exporter() { return {"kselftest", "the same as a test of tools/testing/selftests/mm", kselftest}; }

} // namespace checker::kernels
