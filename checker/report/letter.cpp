#include "checker/report/letter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <sstream>

#include "checker/gate/kernel.h"
#include "checker/judge/runner.h"
#include "checker/report/beliefs.h"
#include "checker/report/draw.h"
#include "checker/report/findings.h"
#include "checker/support/quote.h"
#include "model/text/printable.h"

namespace checker::inline report {
namespace {

namespace fs = std::filesystem;
using namespace kernels::uml;
using nlohmann::json;

constexpr std::size_t columns = 72;
constexpr std::size_t most_lines = 60; // of what the kernel printed; log.txt has all

std::string name_of(const std::string& path) { return fs::path(path).filename().string(); }

std::string kernel_of(const Findings& f) {
    std::string text = "Linux " + f.version;
    for (const std::string& p : f.base) text += " with " + name_of(p);
    for (const std::string& p : f.patches) text += " with " + name_of(p);
    return text;
}

const TraceVerdict& verdict_of(const Findings& f) {
    static const TraceVerdict none;
    return f.verdicts.empty() ? none : f.verdicts.front();
}

std::string entry_text(MappedAt at) { return fmt::format("process {} at {:#x}", at.pid, at.page.n * model::PAGE_SIZE); }

// The lost entry that is spoken of: the one of which the effects were tried, else the first.
const LostEntry* spoken_of(const Findings& f) {
    const TraceVerdict& v = verdict_of(f);
    for (const Effect& e : f.effects)
        for (const LostEntry& l : v.lost)
            if (e.lost && l.at == e.at && l.line == e.line) return &l;
    return v.lost.empty() ? nullptr : &v.lost.front();
}

std::size_t entries_lost(const TraceVerdict& v) {
    std::set<MappedAt> all;
    for (const LostEntry& l : v.lost) all.insert(l.at);
    return all.size();
}

std::vector<std::string> about_a_loss(const Findings& f, const LostEntry& lost) {
    const std::size_t others = entries_lost(verdict_of(f)) - 1;
    std::vector<std::string> all{fmt::format(
        "On {}, in the state that line {} below leads to, rmap_walk_ksm() does not find the page-table entry of {}, "
        "which maps a KSM page{}.",
        kernel_of(f), lost.line, entry_text(lost.at),
        others ? fmt::format(" ({} more {} lost in this trace)", others, others == 1 ? "entry is" : "entries are")
               : "")};
    const bool by_all = std::ranges::any_of(
        f.effects, [&](const Effect& e) { return e.lost && e.at == lost.at && e.line == lost.line; });
    if (f.has_reference)
        all.emplace_back("The kernel without the patch does not miss it after the same operations.");
    else if (by_all)
        all.emplace_back(
            "The same walk finds it in the same state while interval trees hand out all of their VMAs, "
            "whatever range is asked for.");
    else
        all.emplace_back(
            "A walk over all VMAs of the anon_vmas finds it in a model of this kernel that is in the same "
            "state.");
    all.emplace_back(lost.lasting == Lasting::stays   ? "Full scans of ksmd with nothing else running do not end that."
                     : lost.lasting == Lasting::heals ? "Full scans of ksmd with nothing else running end that."
                                                      : "Whether full scans of ksmd end that was not seen.");
    return all;
}

std::vector<std::string> about_a_failure(const Findings& f) {
    const TraceVerdict& v = verdict_of(f);
    const std::string& first = v.failed.empty() ? v.complaints.front() : v.failed.front();
    return {fmt::format("On {} this happens in the sequence below: {}.", kernel_of(f),
                        model::printable(first.substr(0, first.find('\n')))),
            f.has_reference ? "On the kernel without the patch the same operations do not lead to that."
                            : "No other kernel was played beside it.",
            "No entry was seen to be lost by rmap_walk_ksm() alone."};
}

std::vector<std::string> about_nothing(const Findings& f) {
    const TraceVerdict& v = verdict_of(f);
    return {fmt::format("On {} nothing is lost in the sequence below.", kernel_of(f)),
            fmt::format("It was looked at {} times, and {} KSM pages with {} entries were seen in all.", v.looks,
                        v.pages, v.entries),
            v.own_misses.empty()
                ? "rmap_walk_ksm() found each of these entries."
                : fmt::format("rmap_walk_ksm() missed {} that {} misses as well.", v.own_misses.size(),
                              f.has_reference ? "the kernel without the patch" : "a walk over all VMAs")};
}

std::string headed(std::string_view head, const std::string& text) {
    return fmt::format("\n{}\n{}\n{}", head, std::string(head.size(), '-'), text);
}

std::string since(const Letter& l) {
    const bool lost = standing_of(l.findings) == Standing::refuted;
    if (!l.no_good.empty()) return folded(fmt::format("The other kernel could not be tried: {}", l.no_good));
    if (!l.good) return folded("No other version was tried.");
    const std::string other = kernel_of(*l.good);
    switch (standing_of(*l.good)) {
    case Standing::holds:
        return folded(
            lost ? fmt::format("The same sequence was played on {}, and nothing is lost there. No version between "
                               "the two was tried.",
                               other)
                 : fmt::format("Nothing is lost on {} either.", other));
    case Standing::refuted:
        return folded(fmt::format("The same sequence was played on {}: {}.", other, findings_summary(*l.good)));
    default: return folded(fmt::format("Of {} it could not be told: {}.", other, why_silent(*l.good)));
    }
}

std::string sequence(const Letter& l) {
    std::string text = folded("A process or * (the machine), what is done, and what it returned in the trace:") + "\n";
    for (const model::Step& s : l.trace.steps)
        text += folded(model::to_text(s), fmt::format("{:>4}  ", s.line ? fmt::to_string(s.line) : "-"));
    return text;
}

// The state in which the entry is lost, or that of the end.
std::string picture(const Letter& l) {
    const LostEntry* lost = spoken_of(l.findings);
    model::Trace until;
    until.path = l.trace.path;
    for (const model::Step& s : l.trace.steps)
        if (!lost || lost->occasion != Occasion::walk || s.line <= lost->line) until.steps.push_back(s);
    RunOptions options;
    options.config = l.findings.config;
    options.judge_at_end = false;
    options.strategies = {&reference()};
    const RunReport report = run_trace(until, options);
    const std::vector<std::string>& off = verdict_of(l.findings).reference_off_model;
    const std::string how = verdict_of(l.findings).looks == 0 ? "The guest's own state was not seen."
                            : off.empty()
                                ? "The guest's VMAs and page-table entries were read at every look, and are these."
                                : "The guest's own state was another one: " + model::printable(off.front());
    return fmt::format("{}\n{}", folded("As the model of this kernel has it. " + how),
                       draw(report.session.machines.front().kernel, {}));
}

std::string printed_by(const std::string& kernel, const kernels::guest::ProgramRun& r) {
    if (!r.not_run.empty()) return folded(fmt::format("{}: not run: {}", kernel, r.not_run));
    std::string text =
        folded(kernel +
               ", as a guest that starts nothing but the C program below (exit 0: found, 1: lost, 4: cannot tell):") +
        "\n";
    std::istringstream lines(r.said);
    std::size_t n = 0;
    for (std::string line; std::getline(lines, line) && n < most_lines; ++n)
        text += folded(model::printable(line), "  ");
    return n < most_lines ? text : text + "  (log.txt has more)\n";
}

std::string printed(const Letter& l) {
    const Findings& f = l.findings;
    if (f.program.empty())
        return folded(f.no_program.empty() ? "No program was tried." : "There is no C program: " + f.no_program);
    std::string text = printed_by(kernel_of(f), f.candidate.program);
    if (f.has_reference) text += "\n" + printed_by("Without the patch", f.reference.program);
    if (l.good && !l.good->program.empty()) text += "\n" + printed_by(kernel_of(*l.good), l.good->candidate.program);
    return text;
}

std::string answer_word(const std::optional<std::int64_t>& answer) {
    if (!answer) return "no answer";
    switch (*answer) {
    case 0: return "done";
    case -EAGAIN: return "EAGAIN";
    case -EBUSY: return "EBUSY";
    case -EFAULT: return "EFAULT";
    default: return fmt::to_string(*answer);
    }
}

std::string tried_words(std::string_view what, const Tried& t) {
    return folded(fmt::format("{}: {}; again at once, while interval trees hand out all VMAs: {}.", what,
                              answer_word(t.own), answer_word(t.by_all)),
                  "  ");
}

std::string failure_words(const Effect& e) {
    const std::string_view after = e.after == Effect::After::killed     ? "the process is killed"
                                   : e.after == Effect::After::unmapped ? "the entry no longer maps the frame"
                                   : e.after == Effect::After::mapped   ? "the entry still maps the frame that failed"
                                                                        : "what became of the entry was not seen";
    std::string told = e.told ? fmt::format("names process {}", e.at.pid)
                       : e.told_by_all
                           ? fmt::format("does not name process {}, as it does while trees hand out all VMAs", e.at.pid)
                           : fmt::format("does not name process {}", e.at.pid);
    if (e.told_elsewhere)
        told += fmt::format(", with {:#x}, which does not map the frame", model::address(*e.told_elsewhere));
    return folded(fmt::format("memory_failure(): {}; {}. collect_procs_ksm() {}.", answer_word(e.failure), after, told),
                  "  ");
}

std::string effects(const Findings& f) {
    if (f.effects.empty())
        return folded("Reclaim, migration and memory failure were not tried: no entry is missed, or none was seen.");
    const Effect& e = f.effects.front();
    return folded(fmt::format("Each tried by itself after the sequence up to line {}, on the page of {}:", e.line,
                              entry_text(e.at))) +
           "\n" + tried_words("reclaim_pages()", e.reclaim) + tried_words("migrate_pages()", e.migration) +
           failure_words(e);
}

std::string without_quotes(std::string_view text) {
    std::string out;
    for (const char c : text)
        if (c != '`') out += c == '\n' ? ' ' : c;
    return out;
}

std::string place(const Findings& f) {
    std::string text = "The function is rmap_walk_ksm() in mm/ksm.c.";
    const Belief* belief = f.patches.empty() ? belief_of(f.strategy) : nullptr; // its comments are those of a release
    if (!f.strategy.empty() && verdict_of(f).not_judged.empty())
        text +=
            f.strategy_differs.empty()
                ? fmt::format(" What its walk misses in this sequence is, entry by entry, what {} of the model misses.",
                              f.strategy)
                : fmt::format(" Its walk is not what {} is in the model: {}.", f.strategy,
                              model::printable(f.strategy_differs.front()));
    std::string said = folded(text);
    if (belief) said += "\n" + folded(without_quotes(belief->said));
    return said;
}

// With the names of files alone: folders mean nothing to who reads a mail.
std::string again(const Letter& l) {
    std::string text = "  rmapcheck gate --kernel TREE --effects";
    const auto add = [&](std::string option, const std::string& path) {
        const std::string words[] = {std::move(option), name_of(path)};
        text += " \\\n" + folded(command_line(words), "      ");
        text.pop_back();
    };
    for (const std::string& p : l.findings.base) add("--base", p);
    for (const std::string& p : l.findings.patches) add("--patch", p);
    add("--trace", l.trace.path);
    return text + "\n";
}

std::string_view verdict_word(const Findings& f) {
    const Standing s = standing_of(f);
    return s == Standing::cannot_tell ? "unknown" : to_string(s);
}

json program_json(const kernels::guest::ProgramRun& r) {
    return {{"exit", r.exit ? json(*r.exit) : json(nullptr)},
            {"said", r.said},
            {"not_run", r.not_run.empty() ? json(nullptr) : json(r.not_run)}};
}

json kernel_json(const Findings& f) {
    json j = findings_json(f).at("kernel");
    j["program"] = f.program.empty() ? json(nullptr) : program_json(f.candidate.program);
    j["program_without_patch"] =
        f.program.empty() || !f.has_reference ? json(nullptr) : program_json(f.reference.program);
    return j;
}

std::string log_of(const Findings& f) {
    std::string text = findings_text(f);
    const auto add = [&](std::string_view whose, const kernels::guest::ProgramRun& r) {
        if (!r.log.empty()) text += fmt::format("\n---- the program on {} ----\n{}", whose, r.log);
        if (!r.not_run.empty()) text += fmt::format("\n---- not run on {}: {}\n", whose, r.not_run);
    };
    add(kernel_of(f), f.candidate.program);
    if (f.has_reference) add("the kernel without the patch", f.reference.program);
    return text;
}

} // namespace

std::string folded(std::string_view text, std::string_view first) {
    const std::string rest(first.size(), ' ');
    std::string out, line(first);
    bool empty = true; // no word stands in the line yet
    const auto end_line = [&] {
        while (!line.empty() && line.back() == ' ') line.pop_back();
        out += line + "\n";
        line = rest;
        empty = true;
    };
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t blank = std::min(text.find_first_of(" \n", at), text.size());
        std::string_view word = text.substr(at, blank - at);
        at = blank + 1;
        if (!empty && line.size() + 1 + word.size() > columns) end_line();
        if (!empty) line += ' ';
        for (; line.size() + word.size() > columns; word.remove_prefix(columns - rest.size())) { // longer than a line
            line += word.substr(0, columns - line.size());
            end_line();
        }
        line += word;
        empty = false;
    }
    end_line();
    return out;
}

std::string letter_subject(const Letter& l) {
    const Findings& f = l.findings;
    const TraceVerdict& v = verdict_of(f);
    const std::string what = standing_of(f) == Standing::holds         ? "nothing is lost"
                             : standing_of(f) == Standing::cannot_tell ? "could not tell"
                             : v.lost.empty()                          ? "an operation on a KSM page fails"
                                                                       : "rmap walk misses a mapping";
    std::string subject =
        model::printable(fmt::format("{}mm/ksm: {} ({})", standing_of(f) == Standing::refuted ? "[BUG] " : "", what,
                                     f.version + (f.patches.empty() ? "" : ", patched")));
    constexpr std::string_view field = "Subject: ";
    if (subject.size() > columns - field.size()) subject = subject.substr(0, columns - field.size() - 3) + "...";
    return subject;
}

std::vector<std::string> letter_sentences(const Letter& l) {
    const Findings& f = l.findings;
    switch (standing_of(f)) {
    case Standing::holds: return about_nothing(f);
    case Standing::refuted: return spoken_of(f) ? about_a_loss(f, *spoken_of(f)) : about_a_failure(f);
    default:
        return {
            fmt::format("Of {} and the sequence below it could not be told whether an entry is lost.", kernel_of(f)),
            fmt::format("The reason: {}.", why_silent(f)), "Nothing below says more than that."};
    }
}

std::string letter_text(const Letter& l) {
    std::string sentences;
    for (const std::string& s : letter_sentences(l)) sentences += (sentences.empty() ? "" : " ") + s;
    std::string text = fmt::format("Subject: {}\n\n{}", letter_subject(l), folded(sentences));
    text +=
        "\n" + folded(fmt::format("This was seen in User-Mode Linux, built from that source{}; the page tables, the "
                                  "walk and page_idle were read, and had to agree.",
                                  l.findings.fixes.empty() ? "" : " (log.txt says what was edited for that)"));
    text += headed("Since when", since(l));
    text += headed("The sequence", sequence(l));
    text += headed("The state", picture(l));
    text += headed("What the kernel printed", printed(l));
    text += headed("What becomes of the page", effects(l.findings));
    text += headed("Where", place(l.findings));
    text += headed("To see it again", folded("With rmapcheck, and the trace that is the sequence above:") + again(l));
    text += "\nFixes:\nReported-by:\nTested-by:\nCc:\n";
    if (!l.findings.program.empty())
        text += fmt::format("\n-- >8 -- reproducer.c -- >8 --\n{}-- 8< -- reproducer.c -- 8< --\n", l.findings.program);
    return text;
}

std::string letter_log(const Letter& l) {
    std::string text = log_of(l.findings);
    if (l.good) text += fmt::format("\n==== the other kernel ====\n{}", log_of(*l.good));
    if (!l.no_good.empty()) text += fmt::format("\n==== the other kernel was not tried: {}\n", l.no_good);
    return text;
}

json letter_json(const Letter& l, const std::vector<std::string>& files) {
    const Findings& f = l.findings;
    return {{"report",
             {{"trace", name_of(l.trace.path)},
              {"verdict", verdict_word(f)},
              {"subject", letter_subject(l)},
              {"sentences", letter_sentences(l)},
              {"no_program", f.no_program.empty() ? json(nullptr) : json(f.no_program)},
              {"no_good", l.no_good.empty() ? json(nullptr) : json(l.no_good)},
              {"kernel", kernel_json(f)},
              {"good", l.good ? kernel_json(*l.good) : json(nullptr)},
              {"files", files}}}};
}

} // namespace checker::inline report
