#include "checker/kernels/patches/edit.h"

#include <cctype>
#include <optional>

#include <fmt/format.h>

#include "checker/support/run.h"
#include "model/trace/trace.h"

namespace checker::kernels::inline patches {
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

struct LineReader {
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
        throw model::BadInput(wrong, right, {path, line, column});
    }
};

std::string_view trimmed(std::string_view s) {
    while (!s.empty() && blank(s.front())) s.remove_prefix(1);
    while (!s.empty() && blank(s.back())) s.remove_suffix(1);
    return s;
}

// "A | B" as A and B.
std::vector<std::string> alternatives(std::string_view list) {
    std::vector<std::string> all;
    for (std::size_t bar; !trimmed(list).empty(); list.remove_prefix(bar == list.npos ? list.size() : bar + 1)) {
        bar = list.find('|');
        all.emplace_back(trimmed(list.substr(0, bar)));
    }
    return all;
}

void check_file(const LineReader& r, unsigned column, const std::string& file) {
    if (file.empty()) r.fail(column, "no file is named", "in FILE, or in FILE: FUNCTION");
    if (file.front() == '/' || file.find("..") != std::string::npos)
        r.fail(column, fmt::format("'{}' leads out of the tree", file), "a path within the tree");
}

void read_place(const LineReader& r, std::string_view rest, Edit& place) {
    const std::size_t colon = rest.find(':');
    place = {};
    place.files = alternatives(rest.substr(0, colon));
    if (colon != std::string_view::npos) place.scopes = alternatives(rest.substr(colon + 1));
    if (place.files.empty()) check_file(r, 4, "");
    for (const std::string& file : place.files) check_file(r, 4, file);
}

// The words between quotes, `"A" | "B"`, that begin at this place of the line.
std::vector<std::string> read_words(const LineReader& r, std::string_view line, std::size_t at) {
    std::vector<std::string> all;
    for (std::string_view rest = line.substr(at); all.empty() || !rest.empty();) {
        const auto column = static_cast<unsigned>(line.size() - rest.size() + 1);
        const std::size_t bar = rest.find("\" | \"");
        const std::string_view one = rest.substr(0, bar == rest.npos ? bar : bar + 1);
        if (one.size() < 3 || one.front() != '"' || one.back() != '"' ||
            trimmed(one.substr(1, one.size() - 2)).empty() || blank(one[1]))
            r.fail(column, "the words are not in quotes", "\"WORDS\", or \"WORDS\" | \"OTHER WORDS\"");
        all.emplace_back(trimmed(one.substr(1, one.size() - 2)));
        rest.remove_prefix(bar == rest.npos ? rest.size() : bar + 4);
    }
    return all;
}

Condition read_condition(const LineReader& r, std::string_view line) {
    Condition c;
    const std::size_t has = line.find(" has ");
    if (has == std::string_view::npos || has < 6)
        r.fail(1, "the condition has no end", "where FILE has [no] \"WORDS\"");
    c.file = std::string(trimmed(line.substr(6, has - 6)));
    check_file(r, 7, c.file);
    std::size_t words = has + 5;
    c.has = !line.substr(words).starts_with("no ");
    if (!c.has) words += 3;
    c.words = read_words(r, line, words).front();
    return c;
}

Way read_way(const LineReader& r, std::string_view line, std::size_t at) {
    constexpr std::pair<std::string_view, Way::What> verbs[] = {{"before ", Way::What::before},
                                                                {"after ", Way::What::after},
                                                                {"replace ", Way::What::replace},
                                                                {"leave ", Way::What::leave}};
    Way way;
    way.line = r.line;
    for (const auto& [name, what] : verbs) {
        if (!line.substr(at).starts_with(name)) continue;
        way.what = what;
        way.words = read_words(r, line, at + name.size());
        return way;
    }
    r.fail(1, fmt::format("'{}' is no instruction", line),
           "in, where, before, after, replace, leave, or and one of these, or a line that begins with +");
}

// An instruction: a new edit at the place, or another way to make the last one.
void read_instruction(const LineReader& r, std::string_view line, const Edit& place, std::vector<Edit>& edits) {
    const bool other = line.starts_with("or ");
    Way way = read_way(r, line, other ? 3 : 0);
    if (place.files.empty()) r.fail(1, "no file was named before", "in FILE");
    if (!other) {
        edits.push_back(place);
    } else if (edits.empty() || edits.back().files != place.files || edits.back().scopes != place.scopes)
        r.fail(1, "there is nothing that this could be another way of", "before, after, replace or leave before it");
    edits.back().ways.push_back(std::move(way));
}

} // namespace

bool is_edit_script(std::string_view text) { return text.starts_with(edit_header); }

EditScript read_edit_script(std::string_view text, std::string path) {
    LineReader r{text, std::move(path)};
    EditScript script;
    script.path = r.path;
    std::string_view line;
    if (!r.next(line) || line != edit_header) r.fail(1, "this is not an edit script", std::string(edit_header));
    Edit place;
    bool takes_text = false;
    while (r.next(line)) {
        if (line.empty()) continue;
        if (line.front() == '+') {
            if (!takes_text) r.fail(1, "text without a place", "before, after or replace on a line before it");
            script.edits.back().ways.back().text += std::string(line.substr(1)) + "\n";
        } else if (line.starts_with("# Why: ")) {
            script.why = std::string(line.substr(7));
        } else if (line.starts_with("# Model: ")) {
            script.model = std::string(line.substr(9));
        } else if (line.starts_with("in ")) {
            takes_text = false;
            read_place(r, line.substr(3), place);
        } else if (line.starts_with("where ")) {
            takes_text = false;
            place.where = read_condition(r, line);
        } else if (line.front() != '#') {
            read_instruction(r, line, place, script.edits);
            takes_text = script.edits.back().ways.back().what != Way::What::leave;
        }
    }
    if (script.edits.empty()) r.fail(1, "the script changes nothing", "before, after or replace");
    return script;
}

namespace {

[[noreturn]] void fail(const EditScript& script, unsigned line, const std::string& what) {
    throw model::CannotTell(fmt::format("{}:{}: {}", script.path, line, what));
}

std::string either(const std::vector<std::string>& all, std::string_view quote = "") {
    std::string text;
    for (const std::string& one : all) text += fmt::format("{}{}{}{}", text.empty() ? "" : " or ", quote, one, quote);
    return text;
}

bool needed(const Edit& e, const TextOf& text_of) {
    if (!e.where) return true;
    const auto text = text_of(e.where->file);
    return (text && !matches(*text, {0, text->size()}, e.where->words).empty()) == e.where->has;
}

// The one scope of the edit that this text has; for an edit of a whole file, all of it.
Part scope_in(const EditScript& script, const Edit& e, const std::string& text, Edited& out) {
    if (e.scopes.empty()) return {0, text.size()};
    for (const std::string& scope : e.scopes) {
        const std::vector<Part> parts = scopes(text, scope);
        if (parts.size() > 1)
            fail(script, e.ways.front().line, fmt::format("{} has {} {}, not one", out.file, parts.size(), scope));
        out.scope = scope;
        if (parts.size() == 1) return parts.front();
    }
    fail(script, e.ways.front().line, fmt::format("{} has no {}", out.file, either(e.scopes)));
}

struct WayFound {
    const Way* way = nullptr;
    Part at;
};

// The first way whose words are there.
WayFound way_in(const EditScript& script, const Edit& e, const Edited& out, Part within) {
    const std::string where = out.scope.empty() ? out.file : out.scope + " of " + out.file;
    std::vector<std::string> sought;
    for (const Way& way : e.ways)
        for (const std::string& words : way.words) {
            const std::vector<Part> found = matches(out.text, within, words);
            if (found.size() > 1)
                fail(script, way.line, fmt::format("\"{}\" occurs {} times in {}", words, found.size(), where));
            if (!found.empty()) return {&way, found.front()};
            sought.push_back(words);
        }
    fail(script, e.ways.front().line, fmt::format("{} does not occur in {}", either(sought, "\""), where));
}

void put(const Way& way, Part p, Edited& out) {
    std::string text = way.text;
    if (way.what == Way::What::replace) {
        if (!text.empty()) text.pop_back(); // the newline of its last line
    } else if (way.what == Way::What::before) {
        const std::size_t newline = out.text.rfind('\n', p.begin);
        p.begin = p.end = newline == std::string::npos ? 0 : newline + 1;
    } else {
        const std::size_t newline = out.text.find('\n', p.end);
        p.begin = p.end = newline == std::string::npos ? out.text.size() : newline + 1;
    }
    out.text.replace(p.begin, p.end - p.begin, text);
    out.changed = true;
}

} // namespace

Edited apply_edit(const EditScript& script, const Edit& e, const TextOf& text_of) {
    Edited out;
    if (!needed(e, text_of)) return out;
    for (const std::string& file : e.files) {
        const auto text = text_of(file);
        if (!text) continue;
        out.file = file;
        out.text = *text;
        const WayFound found = way_in(script, e, out, scope_in(script, e, *text, out));
        if (found.way->what != Way::What::leave) put(*found.way, found.at, out);
        return out;
    }
    fail(script, e.ways.front().line, fmt::format("there is no {}", either(e.files)));
}

std::string function_text(std::string_view source, const std::string& name) {
    const std::vector<Part> found = scopes(source, name);
    return found.empty() ? std::string() : std::string(source.substr(found[0].begin, found[0].end - found[0].begin));
}

} // namespace checker::kernels::inline patches
