// What a cause means: each of its words as a sentence, the kernels that show it, and its shortest trace.
#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <ranges>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "checker/commands/verb.h"
#include "checker/judge/cause.h"
#include "checker/judge/runner.h"
#include "checker/report/losses.h"

namespace checker::inline commands {
namespace {
namespace fs = std::filesystem;

struct ExplainArguments {
    std::vector<std::string> words;
    std::string corpora;
};

struct Known { // a cause, by its shortest trace
    std::string cause;
    std::vector<std::string> words; // the strategy first
    model::Trace trace;
    std::size_t operations = 0;
};

std::vector<std::string> words_in(const std::string& text) {
    std::vector<std::string> words;
    for (const auto word : std::views::split(text, ' '))
        if (const std::string w(word.begin(), word.end()); !w.empty()) words.push_back(w);
    return words;
}

// Every cause that a trace of the corpora names, in the order of its words.
std::vector<Known> known_causes(const std::string& corpora) {
    std::map<std::string, Known> by_cause;
    for (const std::string& path : traces_below(corpora)) {
        model::Trace trace = model::load_trace(path);
        const std::string cause = cause_of(trace);
        if (cause.empty()) continue;
        strategy_of_cause(trace);
        Known k{cause, words_in(cause), std::move(trace), 0};
        k.operations = operations_without_walks(k.trace);
        const auto at = by_cause.find(cause);
        if (at == by_cause.end())
            by_cause.emplace(cause, std::move(k));
        else if (k.operations < at->second.operations)
            at->second = std::move(k);
    }
    std::vector<Known> all;
    for (auto& [cause, k] : by_cause) all.push_back(std::move(k));
    return all;
}

// The causes that have all of these words; words may also be a trace's name, or be quoted together. A cause of just
// these words stands for itself, whatever others say more.
std::vector<Known> asked_for(std::vector<Known> all, const std::vector<std::string>& given) {
    std::vector<std::string> words;
    for (const std::string& g : given)
        for (std::string& w : words_in(g)) words.push_back(std::move(w));
    const std::set<std::string> wanted(words.begin(), words.end());
    const auto is_named = [&](const Known& k) {
        return words.size() == 1 && fs::path(k.trace.path).stem() == fs::path(words[0]).stem();
    };
    const auto has_all = [&](const Known& k) {
        return std::ranges::all_of(
            wanted, [&](const std::string& w) { return std::ranges::find(k.words, w) != k.words.end(); });
    };
    std::vector<Known> chosen;
    for (Known& k : all) {
        if (is_named(k) || (has_all(k) && k.words.size() == wanted.size())) return {std::move(k)};
        if (has_all(k)) chosen.push_back(std::move(k));
    }
    if (!chosen.empty()) return chosen;
    for (const std::string& w : words)
        if (!find_strategy(w) && sentence_for(w).empty())
            throw model::BadInput(fmt::format("explain {}: no strategy and no fact of a loss", w),
                                  "words of a cause, as `explain` alone lists them");
    throw model::BadInput(fmt::format("explain {}: no trace of the corpora has such a cause", fmt::join(words, " ")),
                          "fewer words, or a cause that `explain` alone lists");
}

struct Shown {
    std::vector<std::string> kernels; // whose rules show it
    Losses losses;                    // under the newest of them
};

Shown shown_by(const Known& k) {
    Shown s;
    for (const model::KernelVersion& version : model::kernel_versions()) {
        Losses l = losses_of(k.trace, strategy_of_cause(k.trace), version);
        if (!l.any()) continue;
        s.losses = std::move(l);
        s.kernels.emplace_back(version.name);
    }
    return s;
}

nlohmann::json as_json(const Known& k) {
    const Shown s = shown_by(k);
    nlohmann::json facts = nlohmann::json::array();
    for (const std::string& w : k.words | std::views::drop(1))
        facts.push_back({{"word", w}, {"sentence", sentence_for(w)}});
    return {{"cause", k.cause},
            {"strategy", k.words.front()},
            {"facts", std::move(facts)},
            {"kernels", s.kernels},
            {"loses", in_words(s.losses)},
            {"lasts", s.losses.lifetime.empty() ? nlohmann::json(nullptr) : nlohmann::json(s.losses.lifetime)},
            {"operations", k.operations},
            {"trace", k.trace.path},
            {"text", model::to_text(k.trace)}};
}

std::string as_text(const Known& k) {
    const Shown s = shown_by(k);
    const Strategy& strategy = strategy_of_cause(k.trace);
    std::string text = fmt::format("{}\n\n  {}: {}\n", k.cause, strategy.name, strategy.idea);
    for (const std::string& w : k.words | std::views::drop(1)) text += fmt::format("  {}: {}\n", w, sentence_for(w));
    text += fmt::format("\nunder the rules of {}\n",
                        s.kernels.empty() ? "no kernel" : fmt::format("{}", fmt::join(s.kernels, ", ")));
    if (s.losses.any())
        text += fmt::format("{}{}{}\n", in_words(s.losses), s.losses.lifetime.empty() ? "" : ", ", s.losses.lifetime);
    return text +
           fmt::format(
               "\nthe shortest known trace, of {} operations ({}):\n\n{}\nrmapcheck run --strategy {} --draw {}\n",
               k.operations, k.trace.path, model::to_text(k.trace), strategy.name, shell_quoted(k.trace.path));
}

int explain(const Shared& shared, const ExplainArguments& o) {
    const std::vector<Known> all = asked_for(known_causes(corpora_folder(o.corpora)), o.words);
    if (shared.json) {
        nlohmann::json causes = nlohmann::json::array();
        for (const Known& k : all) causes.push_back(as_json(k));
        print_result(shared, {{"causes", std::move(causes)}}, "");
    } else if (all.size() == 1) {
        print_result(shared, {}, shared.quiet ? all.front().trace.path + "\n" : as_text(all.front()));
    } else {
        for (const Known& k : all) fmt::print("{:2} operations  {}\n", k.operations, k.cause);
        if (!shared.quiet) fmt::print("rmapcheck explain '{}'\n", all.front().cause);
    }
    return exit_agreement;
}

} // namespace

std::function<int()> setup_explain(CommandLine& line, const Shared& shared) {
    auto o = std::make_shared<ExplainArguments>();
    line.optional_arguments("CAUSE", o->words,
                            "words of a cause, or the name of its trace; none: all causes are listed");
    line.value("--corpora", o->corpora, "folder of traces (default: the one of the source)");
    return [o, &shared] { return explain(shared, *o); };
}

} // namespace checker::inline commands
