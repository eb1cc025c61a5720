// What documents and comments name: files and options.
#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "tests/tidy/source.h"
#include "tests/tidy/tidy.h"

namespace tidy {
namespace {

constexpr std::string_view of_path = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./";
constexpr std::string_view of_option = "abcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view of_type = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
constexpr std::string_view folders[] = {"model/", "checker/", "properties/", "corpora/", "tests/", "docs/", ".ci/"};

bool is_prose(std::string_view path) { return path.ends_with(".md"); }
bool is_code(std::string_view path) { return path.ends_with(".h") || path.ends_with(".cpp") || path.ends_with(".cc"); }

bool exists(const Tree& tree, std::string path) {
    while (path.ends_with('/')) path.pop_back();
    if (tree.count(path)) return true;
    const auto below = tree.lower_bound(path + "/");
    return below != tree.end() && below->first.starts_with(path + "/");
}

// The words that consist of `letters`, begin with `start`, and do not go on in what stands before.
template <class Use>
void each_word(std::string_view line, std::string_view start, std::string_view letters, Use&& use) {
    for (std::size_t at = line.find(start); at != line.npos; at = line.find(start, at + 1)) {
        if (at > 0 && letters.find(line[at - 1]) != letters.npos) continue;
        const std::size_t end = std::min(line.find_first_not_of(letters, at), line.size());
        use(line.substr(at, end - at), end < line.size() ? line[end] : ' ');
    }
}

// The names in `using Operation = std::variant<...>` of model/ops.h.
std::set<std::string> operation_types(const Tree& tree) {
    std::set<std::string> types;
    const auto list = tree.find("model/ops.h");
    if (list == tree.end()) return types;
    const std::string& text = list->second;
    const std::string_view before = "std::variant<";
    std::size_t at = text.find("using Operation =");
    if (at != text.npos) at = text.find(before, at);
    if (at == text.npos) return types;
    std::string word;
    for (at += before.size(); at < text.size(); ++at) {
        if (std::isalnum(static_cast<unsigned char>(text[at]))) {
            word += text[at];
            continue;
        }
        if (!word.empty()) types.insert(word);
        word.clear();
        if (text[at] == '>') break;
    }
    return types;
}

// What stands right before the place, without blanks and without the namespace.
std::string_view before(std::string_view line, std::size_t at) {
    line = line.substr(0, at);
    if (line.ends_with("model::")) line.remove_suffix(7);
    while (line.ends_with(' ')) line.remove_suffix(1);
    return line;
}

} // namespace

Complaints check_named_files(const Tree& tree) {
    Complaints c;
    for (const auto& [path, text] : tree) {
        if (!is_prose(path) && !(is_code(path) && !path.starts_with("tests/tidy/"))) continue;
        std::size_t number = 0;
        for (std::string_view line : lines_of(text)) {
            ++number;
            if (is_code(path)) line.remove_prefix(std::min(line.find("//"), line.size()));
            for (const std::string_view folder : folders)
                each_word(line, folder, of_path, [&](std::string_view word, char next) {
                    if (std::string_view("*{<$").find(next) != std::string_view::npos) return; // a pattern
                    while (word.ends_with('.') || word.ends_with('-')) word.remove_suffix(1);
                    if (word.find("NAME") != word.npos) return; // likewise
                    std::string name(word);
                    if (exists(tree, name) || exists(tree, name + ".h")) return;
                    c.push_back({fmt::format("{}:{}", path, number), name + " does not exist", name});
                });
        }
    }
    return c;
}

Complaints check_named_options(const Tree& tree) {
    std::string spelled; // in sources, in what CMake and the shell read
    for (const auto& [path, text] : tree)
        if ((is_code(path) && !path.starts_with("tests/")) || path.starts_with(".ci/") || path.ends_with(".cmake") ||
            path.ends_with(".py") || path.ends_with(".sh"))
            spelled += text + "\n";
    std::set<std::string> known;
    for (const std::string_view line : lines_of(spelled))
        each_word(line, "--", of_option, [&](std::string_view word, char) { known.emplace(word); });
    Complaints c;
    for (const auto& [path, text] : tree) {
        if (!is_prose(path)) continue;
        std::size_t number = 0;
        for (const std::string_view line : lines_of(text)) {
            ++number;
            each_word(line, "--", of_option, [&](std::string_view word, char) {
                while (word.ends_with('-')) word.remove_suffix(1);
                if (word.size() > 2 && std::isalpha(static_cast<unsigned char>(word[2])) &&
                    !known.count(std::string(word)))
                    c.push_back({fmt::format("{}:{}", path, number),
                                 fmt::format("no source spells the option {}", word), std::string(word)});
            });
        }
    }
    return c;
}

Complaints check_operations(const Tree& tree) {
    const std::set<std::string> types = operation_types(tree);
    Complaints c;
    if (types.empty()) c.push_back({"model/ops.h", "has no list of operations", "model/ops.h"});
    for (const auto& [path, text] : tree) {
        if (!is_code(path) || path.starts_with("model/ops") || path.starts_with("checker/facets/") ||
            path.starts_with("tests/"))
            continue;
        std::size_t number = 0;
        const std::string quiet = without_comments_and_literals(text);
        for (const std::string_view line : lines_of(quiet)) {
            ++number;
            for (const std::string& type : types)
                each_word(line, type, of_type, [&](std::string_view word, char next) {
                    if (word != type) return;
                    const std::string_view left = before(line, static_cast<std::size_t>(word.data() - line.data()));
                    const bool tested = next == '>' && (left.ends_with("get<") || left.ends_with("get_if<") ||
                                                        left.ends_with("holds_alternative<"));
                    if (tested || (next == '&' && left.ends_with("const")))
                        c.push_back({fmt::format("{}:{}", path, number),
                                     fmt::format("knows {} by its name (a facet should)", type), path});
                });
        }
    }
    return c;
}

} // namespace tidy
