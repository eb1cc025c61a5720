#include "tests/tidy/source.h"

#include <algorithm>
#include <cctype>

namespace tidy {
namespace {

bool of_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

std::string_view trimmed(std::string_view s) {
    while (!s.empty() && std::isspace(static_cast<unsigned char>(s.front()))) s.remove_prefix(1);
    while (!s.empty() && std::isspace(static_cast<unsigned char>(s.back()))) s.remove_suffix(1);
    return s;
}

// Where the comment or literal that starts at `at` ends; `at` if none does.
std::size_t end_of_quiet(std::string_view s, std::size_t at) {
    const auto after = [&](std::string_view end, std::size_t from) {
        const std::size_t found = s.find(end, from);
        return found == s.npos ? s.size() : found + end.size();
    };
    if (s.substr(at).starts_with("//")) return std::min(s.find('\n', at), s.size());
    if (s.substr(at).starts_with("/*")) return after("*/", at + 2);
    if (s[at] == '"' && at > 0 && s[at - 1] == 'R') {
        const std::size_t open = s.find('(', at);
        return open == s.npos ? s.size() : after(")" + std::string(s.substr(at + 1, open - at - 1)) + "\"", open);
    }
    if (s[at] != '"' && !(s[at] == '\'' && (at == 0 || !of_word(s[at - 1])))) return at; // not the ' of 1'000
    for (std::size_t i = at + 1; i < s.size(); ++i)
        if (s[i] == '\\')
            ++i;
        else if (s[i] == s[at] || s[i] == '\n')
            return i + 1;
    return s.size();
}

// The words of a head, with its punctuation as words of one character each.
std::vector<std::string_view> words(std::string_view head) {
    std::vector<std::string_view> all;
    for (std::size_t i = 0; i < head.size();) {
        std::size_t n = 1;
        if (of_word(head[i]))
            while (i + n < head.size() && of_word(head[i + n])) ++n;
        if (!std::isspace(static_cast<unsigned char>(head[i]))) all.push_back(head.substr(i, n));
        i += n;
    }
    return all;
}

enum class Brace { name_space, type, function, other };

struct Head {
    Brace brace = Brace::other;
    std::string name;
};

// What a brace opens, by what stands before it. Inside functions nobody asks.
Head head_of(std::string_view text, Brace inside) {
    std::vector<std::string_view> w = words(text);
    if (!w.empty() && w[0] == "template") { // its parameters are no parameters of the function
        int depth = 0;
        std::size_t i = 1;
        for (; i < w.size(); ++i) {
            depth += w[i] == "<" ? 1 : w[i] == ">" ? -1 : 0;
            if (depth == 0) break;
        }
        w.erase(w.begin(), w.begin() + static_cast<std::ptrdiff_t>(std::min(i + 1, w.size())));
    }
    const auto at = [&](std::string_view word) {
        return static_cast<std::size_t>(std::find(w.begin(), w.end(), word) - w.begin());
    };
    if (inside == Brace::function || inside == Brace::other) return {};
    if (at("namespace") < w.size() || at("extern") == 0) return {Brace::name_space, {}};
    const std::size_t open = at("(");
    for (const std::string_view keyword : {"enum", "struct", "class", "union"}) {
        std::size_t i = at(keyword);
        if (open < w.size() || i + 1 >= w.size()) {          // what has parameters may return a struct
            if (i + 1 == w.size()) return {Brace::type, {}}; // without a name
            continue;
        }
        if (w[i + 1] == "class") ++i;
        // What is nested in a type elsewhere, or special for some arguments, is no new name.
        const bool named =
            i + 1 < w.size() &&
            (i + 2 == w.size() || (w[i + 2] != "<" && !(w[i + 2] == ":" && i + 3 < w.size() && w[i + 3] == ":")));
        return {Brace::type, named && of_word(w[i + 1][0]) ? std::string(w[i + 1]) : ""};
    }
    if (open == w.size() || open == 0) return {};
    if (at("=") < open && at("operator") == w.size()) return {}; // the value of a variable
    return {Brace::function, std::string(w[open - 1])};
}

} // namespace

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> all;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        all.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return all;
}

std::string without_comments_and_literals(std::string_view cpp) {
    std::string out(cpp);
    for (std::size_t i = 0; i < cpp.size();) {
        const std::size_t end = end_of_quiet(cpp, i);
        for (std::size_t j = i; j < end; ++j)
            if (cpp[j] != '\n') out[j] = ' ';
        i = std::max(end, i + 1);
    }
    return out;
}

std::vector<Definition> definitions(std::string_view cpp) {
    std::string text = without_comments_and_literals(cpp);
    std::size_t start = 0;                              // of a line
    for (const std::string_view line : lines_of(cpp)) { // directives of the preprocessor open nothing
        if (trimmed(line).starts_with('#'))
            std::fill_n(text.begin() + static_cast<std::ptrdiff_t>(start), line.size(), ' ');
        start += line.size() + 1;
    }
    struct Open {
        Head head;
        std::size_t start, first; // of the head: character and line
        bool member;
    };
    std::vector<Open> open;
    std::vector<Definition> all;
    std::size_t line = 1, head = 0, head_line = 1;
    const auto next_head = [&](std::size_t i) { head = i + 1, head_line = 0; };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\n') ++line;
        if (head_line == 0 && !std::isspace(static_cast<unsigned char>(c))) head_line = line;
        if (c == '{') {
            const Brace inside = open.empty() ? Brace::name_space : open.back().head.brace;
            open.push_back({head_of(std::string_view(text).substr(head, i - head), inside), head, head_line,
                            inside == Brace::type});
            next_head(i);
        } else if (c == '}' && !open.empty()) {
            const Open o = open.back();
            open.pop_back();
            const char next = text[std::min(text.find_first_not_of(" \n", i + 1), text.size())];
            // `a{1}, b{2}` of a constructor, `int c = {}` of a parameter: the head goes on.
            if (o.head.brace == Brace::other ||
                (o.head.brace == Brace::function && std::string_view(",{)").find(next) != std::string_view::npos)) {
                head = o.start, head_line = o.first;
                continue;
            }
            if (o.head.brace != Brace::name_space)
                all.push_back({o.head.brace == Brace::function ? Definition::Kind::function : Definition::Kind::type,
                               o.head.name, o.first, line, o.member});
            next_head(i);
        } else if (c == ';') {
            next_head(i);
        }
    }
    return all;
}

std::vector<Include> includes(std::string_view cpp) {
    std::vector<Include> all;
    std::size_t number = 0;
    for (const std::string_view line : lines_of(cpp)) {
        ++number;
        constexpr std::string_view directive = "#include \"";
        if (!line.starts_with(directive)) continue;
        const std::string_view rest = line.substr(directive.size());
        all.push_back({std::string(rest.substr(0, rest.find('"'))), number});
    }
    return all;
}

} // namespace tidy
