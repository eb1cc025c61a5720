// The pages of docs/reports: what rmapcheck found, as Markdown that it makes itself. A page is made from the corpora,
// or from documents that other verbs print with --json, so that every figure in it can be made again.
//
// To add a page: its file here, and its line in the list in pages.cpp.
#pragma once

#include <nlohmann/json.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace checker::inline report {

// A JSON document that a page is made from.
struct SourceDocument {
    std::string path;
    nlohmann::json json;
};

struct PageRequest {
    std::string corpora; // folder
    std::vector<SourceDocument> documents;
};

struct ReportPage {
    std::string_view name; // docs/reports/NAME.md, or NAME.svg
    std::string_view sentence;
    std::string_view command; // makes the documents that it is made from; empty: the corpora are enough
    std::string_view member;  // that each of its documents must have (A|B: one of them); empty: it takes none
    std::string (*text)(const PageRequest&);
    bool picture = false; // SVG; else Markdown
};

// THE list.
std::span<const ReportPage> report_pages();
// None if there is no such page.
const ReportPage* find_page(std::string_view name);
// The file of docs/reports.
std::string file_of(const ReportPage& page);
// The whole page, with its title and with how it is made. Throws model::BadInput for a document that is not what the
// page is made from.
std::string page_text(const ReportPage& page, const PageRequest& request);

// A table in Markdown: the heads, then the rows. A bar in a cell is escaped.
std::string markdown_table(const std::vector<std::string>& heads, const std::vector<std::vector<std::string>>& rows);
// "1,234,567".
std::string grouped(std::uint64_t n);

} // namespace checker::inline report
