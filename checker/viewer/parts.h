// The page without its data.
#pragma once

#include <string>
#include <string_view>

namespace checker::inline viewer {

// Texts of page/, embedded (viewer.cmake).
std::string_view page_html();
std::string_view page_css();
std::string_view page_js();

// The page with this title, which is HTML, and these lines of JSON, which must have no `<`.
std::string in_template(std::string_view title, std::string_view data);

} // namespace checker::inline viewer
