#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "checker/commands/verb.h"
#include "checker/report/json.h"

#ifndef RMAPCHECK_SOURCE_DIR
#define RMAPCHECK_SOURCE_DIR "."
#endif

namespace checker::inline commands {

std::vector<const Strategy*> chosen_strategies(const Shared& shared, const model::KernelVersion& version) {
    std::vector<const Strategy*> chosen;
    for (const std::string& name : shared.strategy) {
        const Strategy* s = find_strategy(name == "shipped" ? version.shipped_walk : name);
        if (!s) {
            std::string names;
            for (const auto list : {every_strategy(), mending_strategies()})
                for (const Strategy& each : list) names += std::string(each.name) + ", ";
            throw model::BadInput(fmt::format("--strategy {}: no such walk strategy", name), names + "shipped");
        }
        chosen.push_back(s);
    }
    return chosen;
}

namespace {

OperationSet set_of(const std::vector<std::string>& names) {
    OperationSet set;
    for (const std::string& name : names) {
        const std::size_t i = operation_index(name);
        if (i == operation_kinds)
            throw model::BadInput("there is no operation " + name,
                                  fmt::format("{}", fmt::join(operation_names(), ", ")));
        set.set(i);
    }
    return set;
}

} // namespace

OperationSet chosen_operations(const std::vector<std::string>& ops, const std::vector<std::string>& without) {
    OperationSet set = ops.empty() ? ~OperationSet{} : set_of(ops);
    set &= ~set_of(without);
    if (set.none()) throw model::BadInput("--ops and --without leave no operation", "at least one");
    return set;
}

bool use_color(const Shared& shared) {
    if (shared.color != "auto") return shared.color == "always";
    const char* no_color = std::getenv("NO_COLOR");
    return !(no_color && *no_color) && isatty(STDOUT_FILENO);
}

bool show_progress(const Shared& shared) { return !shared.quiet && isatty(STDERR_FILENO); }

void print_result(const Shared& shared, const nlohmann::json& document, const std::string& text) {
    fmt::print("{}", shared.json ? json_text(document) + "\n" : text);
}

std::string corpora_folder(const std::string& given) {
    namespace fs = std::filesystem;
    if (!given.empty()) {
        if (!fs::is_directory(given))
            throw model::BadInput(fmt::format("--corpora {}: not a folder", given), "one that holds traces");
        return given;
    }
    std::error_code unknown;
    const fs::path program = fs::read_symlink("/proc/self/exe", unknown);
    const std::string installed = (program.parent_path().parent_path() / "share/rmapcheck/corpora").string();
    for (const std::string& folder : {std::string("corpora"), std::string(RMAPCHECK_SOURCE_DIR "/corpora"), installed})
        if (fs::is_directory(folder)) return folder;
    throw model::BadInput("the corpora are not here", "give their folder with --corpora");
}

} // namespace checker::inline commands
