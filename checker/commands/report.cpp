#include <fmt/format.h>

#include <memory>

#include "checker/commands/report_mail.h"
#include "checker/commands/verb.h"
#include "checker/report/pages/pages.h"
#include "model/trace/cursor.h"

namespace checker::inline commands {
namespace {

struct ReportOptions {
    MailOptions mail;
    std::string page, corpora;
    std::vector<std::string> from;
};

SourceDocument read_source(const std::string& path) {
    constexpr const char* right = "a document that a verb printed with --json";
    SourceDocument d{path, nlohmann::json::parse(model::read_whole(path, right), nullptr, false)};
    if (d.json.is_discarded()) throw model::BadInput("not JSON", right, {path, 1, 1});
    return d;
}

int make_report(const Shared& shared, const ReportOptions& options) {
    if (asks_for_mail(options.mail)) {
        if (!options.from.empty()) throw model::BadInput("--from does not go with TRACE", "--from with --page");
        return report_by_mail(shared, options.mail);
    }
    const ReportPage& page = *find_page(options.page);
    if (page.member.empty() && !options.from.empty())
        throw model::BadInput(fmt::format("--from: the page {} is made from the corpora", page.name), "no --from");
    if (!page.member.empty() && options.from.empty())
        throw model::BadInput(fmt::format("--page {} needs --from FILE", page.name),
                              fmt::format("what `{}` printed", page.command));
    PageRequest request;
    request.corpora = corpora_folder(options.corpora);
    for (const std::string& path : options.from) request.documents.push_back(read_source(path));
    const std::string text = page_text(page, request);
    print_result(shared, {{"page", page.name}, {"text", text}}, text);
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
    add_mail_options(line, options->mail);
    line.value("--corpora", options->corpora, "folder of traces (default: the one of the source)");
    return [options, &shared] { return make_report(shared, *options); };
}

} // namespace checker::inline commands
