#include "checker/viewer/parts.h"

#include <initializer_list>
#include <utility>

namespace checker::inline viewer {

std::string in_template(std::string_view title, std::string_view data) {
    std::string out;
    std::string_view left = page_html();
    const std::initializer_list<std::pair<std::string_view, std::string_view>> holes{
        {"@TITLE@", title},
        {"@CSS@", page_css()},
        {"@TITLE@", title},
        {"@DATA@", data},
        {"@JS@", page_js()}}; // in the order of the page
    out.reserve(left.size() + data.size() + page_css().size() + page_js().size() + title.size());
    for (const auto& [name, text] : holes) {
        const std::size_t at = left.find(name);
        out += left.substr(0, at);
        out += text;
        left.remove_prefix(at + name.size());
    }
    out += left;
    return out;
}

} // namespace checker::inline viewer
