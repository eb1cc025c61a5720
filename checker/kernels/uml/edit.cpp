#include "checker/kernels/uml/edit.h"

#include <cctype>
#include <optional>

#include <fmt/format.h>

#include "checker/support/run.h"
#include "model/trace/trace.h"

namespace checker::kernels::uml {
namespace {

struct Part { // of a text
    std::size_t begin = 0, end = 0;
};

bool blank(char c) { return std::isspace(static_cast<unsigned char>(c)); }
bool word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

// Where `words` begin at `from` in `text`: any run of blanks matches any other, and none where no word ends.
std::optional<std::size_t> match_at(std::string_view text, std::size_t from, std::size_t end, std::string_view words) {
    std::size_t t = from;
    for (std::size_t w = 0; w < words.size();) {
        if (blank(words[w])) {
            while (w < words.size() && blank(words[w])) ++w;
            const std::size_t before = t;
            while (t < end && blank(text[t])) ++t;
            if (t == before && t > 0 && t < end && word(text[t - 1]) && word(text[t])) return {};
            continue;
        }
        if (t == end || text[t] != words[w]) return {};
        ++t;
        ++w;
    }
    if (word(words.back()) && t < end && word(text[t])) return {};
    return t;
}

std::vector<Part> matches(std::string_view text, Part within, std::string_view words) {
    std::vector<Part> found;
    for (std::size_t i = within.begin; i < within.end; ++i) {
        if (text[i] != words.front() || (i > 0 && word(text[i - 1]) && word(words.front()))) continue;
        if (const auto end = match_at(text, i, within.end, words)) found.push_back({i, *end});
    }
    return found;
}

// From the line that names it, at the margin, to the brace that closes it, at the margin.
std::vector<Part> scopes(std::string_view text, const std::string& name) {
    const bool structure = name.starts_with("struct ");
    std::vector<Part> found;
    for (const Part& m : matches(text, {0, text.size()}, structure ? name + " {" : name + "(")) {
        const std::size_t newline = text.rfind('\n', m.begin);
        const std::size_t line = newline == std::string_view::npos ? 0 : newline + 1;
        if (structure ? m.begin != line : blank(text[line]) || text[line] == '*' || text[line] == '#') continue;
        const std::size_t brace = structure ? m.begin : text.find("\n{", m.end);
        const std::size_t semicolon = text.find(';', m.end);
        if (!structure && (brace == std::string_view::npos || semicolon < brace)) continue; // a declaration
        const std::size_t end = text.find("\n}", brace);
        if (end != std::string_view::npos) found.push_back({line, end});
    }
    return found;
}

struct Reader {
    std::string_view text;
    std::string path;
    unsigned line = 0;

    bool next(std::string_view& out) {
        if (text.empty()) return false;
        const std::size_t n = text.find('\n');
        out = text.substr(0, n);
        text.remove_prefix(n == std::string_view::npos ? text.size() : n + 1);
        ++line;
        return true;
    }
    [[noreturn]] void fail(unsigned column, const std::string& wrong, const std::string& right) const {
        throw model::InputError(path, line, column, wrong, right);
    }
};

void read_place(const Reader& r, std::string_view rest, Edit& place) {
    const std::size_t colon = rest.find(':');
    place.file = std::string(rest.substr(0, colon));
    place.scope = colon == std::string_view::npos ? "" : std::string(rest.substr(colon + 1));
    while (!place.scope.empty() && place.scope.front() == ' ') place.scope.erase(0, 1);
    if (place.file.empty()) r.fail(4, "no file is named", "in FILE, or in FILE: FUNCTION");
    if (place.file.front() == '/' || place.file.find("..") != std::string::npos)
        r.fail(4, fmt::format("'{}' leads out of the tree", place.file), "a path within the tree");
}

Edit read_verb(const Reader& r, std::string_view line, const Edit& place) {
    Edit e = place;
    e.line = r.line;
    std::string_view rest = line;
    if (rest.starts_with("maybe ")) {
        e.maybe = true;
        rest.remove_prefix(6);
    }
    if (rest.starts_with("before "))
        e.where = Edit::Where::before;
    else if (rest.starts_with("after "))
        e.where = Edit::Where::after;
    else if (!rest.starts_with("replace "))
        r.fail(1, fmt::format("'{}' is no instruction", line),
               "in, before, after, replace, maybe, or a line that begins with +");
    const auto column = static_cast<unsigned>(line.size() - rest.size() + rest.find(' ') + 2);
    rest.remove_prefix(rest.find(' ') + 1);
    if (rest.size() < 3 || rest.front() != '"' || rest.back() != '"' || blank(rest[1]))
        r.fail(column, "the words are not in quotes", "\"WORDS\"");
    if (e.file.empty()) r.fail(1, "no file was named before", "in FILE");
    e.words = std::string(rest.substr(1, rest.size() - 2));
    while (blank(e.words.back())) e.words.pop_back();
    return e;
}

} // namespace

bool is_edit_script(std::string_view text) { return text.starts_with(edit_header); }

EditScript read_edit_script(std::string_view text, std::string path) {
    Reader r{text, std::move(path)};
    EditScript script;
    script.path = r.path;
    std::string_view line;
    if (!r.next(line) || line != edit_header) r.fail(1, "this is not an edit script", std::string(edit_header));
    Edit place;
    while (r.next(line)) {
        if (line.empty()) continue;
        if (line.front() == '+') {
            if (script.edits.empty() || place.line != script.edits.back().line)
                r.fail(1, "text without a place", "before, after or replace on a line before it");
            script.edits.back().text += std::string(line.substr(1)) + "\n";
        } else if (line.starts_with("# Why: ")) {
            script.why = std::string(line.substr(7));
        } else if (line.starts_with("# Model: ")) {
            script.model = std::string(line.substr(9));
        } else if (line.starts_with("in ")) {
            place.line = 0;
            read_place(r, line.substr(3), place);
        } else if (line.front() != '#') {
            script.edits.push_back(read_verb(r, line, place));
            place.line = r.line;
        }
    }
    if (script.edits.empty()) r.fail(1, "the script changes nothing", "before, after or replace");
    return script;
}

std::string apply_edit(const EditScript& script, const Edit& e, const std::string& text, bool& done) {
    done = false;
    auto fail = [&](const std::string& what) { throw CannotTest(fmt::format("{}:{}: {}", script.path, e.line, what)); };
    std::vector<Part> parts{{0, text.size()}};
    if (!e.scope.empty()) parts = scopes(text, e.scope);
    if (parts.empty() && e.maybe) return text;
    if (parts.size() != 1) fail(fmt::format("{} has {} {}, not one", e.file, parts.size(), e.scope));
    const std::vector<Part> found = matches(text, parts[0], e.words);
    if (found.empty() && e.maybe) return text;
    const std::string where = e.scope.empty() ? e.file : e.scope + " of " + e.file;
    if (found.empty()) fail(fmt::format("\"{}\" does not occur in {}", e.words, where));
    if (found.size() > 1) fail(fmt::format("\"{}\" occurs {} times in {}", e.words, found.size(), where));
    done = true;
    Part p = found[0];
    std::string put = e.text;
    if (e.where == Edit::Where::replace) {
        if (!put.empty()) put.pop_back(); // the newline of its last line
    } else if (e.where == Edit::Where::before) {
        const std::size_t newline = text.rfind('\n', p.begin);
        p.begin = p.end = newline == std::string::npos ? 0 : newline + 1;
    } else {
        const std::size_t newline = text.find('\n', p.end);
        p.begin = p.end = newline == std::string::npos ? text.size() : newline + 1;
    }
    return text.substr(0, p.begin) + put + text.substr(p.end);
}

} // namespace checker::kernels::uml
