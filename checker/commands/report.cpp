#include <fmt/format.h>

#include <fstream>
#include <memory>

#include "checker/commands/verb.h"
#include "checker/report/pages/pages.h"
#include "model/trace/trace.h"

namespace checker::inline commands {
namespace {

struct ReportOptions {
    std::string page, corpora;
    std::vector<std::string> from;
};

SourceDocument read_document(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw model::InputError(path, 1, 1, "cannot be read", "a document that a verb printed with --json");
    SourceDocument d{path, nlohmann::json::parse(file, nullptr, false)};
    if (d.json.is_discarded())
        throw model::InputError(path, 1, 1, "not JSON", "a document that a verb printed with --json");
    return d;
}

int make_page(const Shared& shared, const ReportOptions& options) {
    const ReportPage& page = *find_page(options.page);
    if (page.member.empty() && !options.from.empty())
        throw UsageError(fmt::format("--from: the page {} is made from the corpora (no --from)", page.name));
    if (!page.member.empty() && options.from.empty())
        throw UsageError(fmt::format("--page {} needs --from FILE (what `{}` printed)", page.name, page.command));
    PageRequest request;
    request.corpora = corpora_folder(options.corpora);
    for (const std::string& path : options.from) request.documents.push_back(read_document(path));
    const std::string text = page_text(page, request);
    if (shared.json)
        fmt::print("{}\n", nlohmann::json{{"page", page.name}, {"text", text}}.dump(2));
    else
        fmt::print("{}", text);
    return exit_agreement;
}

} // namespace

std::function<int()> setup_report(CommandLine& line, const Shared& shared) {
    auto options = std::make_shared<ReportOptions>();
    Allowed pages;
    for (const ReportPage& page : report_pages()) pages.words.emplace_back(page.name);
    options->page = report_pages().front().name;
    line.value("--page", options->page, "which page of docs/reports to print", pages);
    line.repeated("--from", options->from, "a JSON document that the page is made from");
    line.value("--corpora", options->corpora, "folder of traces (default: the one of the source)");
    return [options, &shared] { return make_page(shared, *options); };
}

} // namespace checker::inline commands
