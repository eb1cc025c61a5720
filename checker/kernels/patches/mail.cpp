#include "checker/kernels/patches/mail.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <sstream>
#include <vector>

#include <fmt/format.h>

#include "checker/support/run.h"

namespace checker::kernels::inline patches {
namespace fs = std::filesystem;
namespace {

std::string lower(std::string s) {
    std::ranges::transform(s, s.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return s;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(std::move(line));
    return lines;
}

// Header lines come first, and one of them says from whom or about what: RFC 5322. "From " begins a mailbox.
bool is_mail(const std::string& text) {
    if (text.starts_with("From ")) return true;
    bool named = false;
    for (const std::string& line : lines_of(text.substr(0, std::min<std::size_t>(text.size(), 65536)))) {
        if (line.empty() || line == "\r") return named;
        const std::size_t colon = line.find(':');
        const std::string name = lower(line.substr(0, colon));
        if (line.front() == ' ' || line.front() == '\t') continue;
        if (colon == std::string::npos || name.find(' ') != std::string::npos) return false;
        named |= name == "from" || name == "subject";
    }
    return false;
}

// Words that end one part of a mail and begin the next: the parameter `boundary` of its headers.
std::vector<std::string> boundaries(const std::vector<std::string>& mail) {
    std::vector<std::string> all;
    for (const std::string& line : mail) {
        const std::size_t at = lower(line).find("boundary=");
        if (at == std::string::npos) continue;
        std::string word = line.substr(at + 9);
        const bool quoted = word.starts_with('"');
        word = quoted ? word.substr(1, word.find('"', 1) - 1) : word.substr(0, word.find_first_of("; \t\r"));
        if (!word.empty()) all.push_back("--" + word);
    }
    return all;
}

// A mail without its parts in HTML: they say again what the plain text says.
std::string without_html(const std::string& mail) {
    const std::vector<std::string> lines = lines_of(mail), ends = boundaries(lines);
    const auto begins_part = [&](const std::string& line) {
        return std::ranges::any_of(ends, [&](const std::string& b) { return line.starts_with(b); });
    };
    std::string text;
    for (std::size_t i = 0; i < lines.size();) {
        std::size_t end = i + 1;
        while (end < lines.size() && !begins_part(lines[end])) ++end;
        bool html = false;
        for (std::size_t h = i + 1; begins_part(lines[i]) && h < end && !lines[h].empty() && lines[h] != "\r"; ++h)
            html |=
                lower(lines[h]).find("text/html") != std::string::npos && lower(lines[h]).starts_with("content-type:");
        for (; i < end; ++i)
            if (!html) text += lines[i] + "\n";
    }
    return text;
}

struct TemporaryFolder {
    std::string path = (fs::temp_directory_path() / "rmapcheck-mail-XXXXXX").string();
    TemporaryFolder() {
        if (!mkdtemp(path.data())) throw model::CannotTell(fmt::format("{} cannot be made", path));
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
};

// What git am would apply of these mails.
std::string patches_of_mails(const std::string& text, const std::string& path) {
    if (!has_program("git"))
        throw model::CannotTell(
            fmt::format("{} is a mail, and the program git, which reads it, is missing (package git)", path));
    const TemporaryFolder folder;
    const auto git = [&](const std::string& script) {
        const std::string log = folder.path + "/log";
        if (!run({{"sh", "-ec", script}, folder.path, {"LC_ALL=C"}, log, 60, false, {}}).good())
            throw model::CannotTell(fmt::format("{} is a mail that git mailinfo does not read", path), tail_of(log, 3));
    };
    write_whole(folder.path + "/mailbox", text);
    git("mkdir mails && git mailsplit -b -omails mailbox");
    std::vector<fs::path> mails;
    for (const auto& mail : fs::directory_iterator(folder.path + "/mails")) mails.push_back(mail.path());
    std::ranges::sort(mails);
    std::string all;
    for (const fs::path& mail : mails) {
        write_whole(folder.path + "/mail", without_html(read_whole(mail)));
        git("git mailinfo --encoding=UTF-8 message part < mail");
        all += read_whole(folder.path + "/part");
    }
    return all;
}

// "@@ -1,2 +3,4 @@": the lines that follow.
struct Hunk {
    unsigned long before = 1, after = 1;
};
std::optional<Hunk> hunk_of(const std::string& line) {
    Hunk h;
    if (!line.starts_with("@@ -")) return {};
    const auto count = [&](std::size_t at, unsigned long& lines) { // of "FIRST[,LINES]"
        char* end = nullptr;
        std::strtoul(line.c_str() + at, &end, 10);
        if (*end == ',') lines = std::strtoul(end + 1, &end, 10);
        return static_cast<std::size_t>(end - line.c_str());
    };
    const std::size_t at = count(4, h.before);
    if (line.compare(at, 2, " +") != 0 || line.compare(count(at + 2, h.after), 3, " @@") != 0) return {};
    return h;
}

constexpr std::array<std::string_view, 14> headers = {
    "diff --git ", "index ",     "old mode ", "new mode ",   "new file mode ", "deleted file mode ", "rename from ",
    "rename to ",  "copy from ", "copy to ",  "similarity ", "dissimilarity ", "GIT binary patch",   "Binary files "};

bool is_header(const std::string& line) {
    return std::ranges::any_of(headers, [&](std::string_view h) { return line.starts_with(h); });
}
bool names_two_files(const std::vector<std::string>& lines, std::size_t i) {
    return i + 1 < lines.size() && lines[i].starts_with("--- ") && lines[i + 1].starts_with("+++ ");
}

// Every name that a line of a diff gives to a file, with its leading `strip` parts gone; none of /dev/null.
std::vector<std::string> names_of(const std::string& line, unsigned strip) {
    for (const char* key : {"rename from ", "rename to ", "copy from ", "copy to "})
        if (line.starts_with(key)) {
            const std::string name = line.substr(std::string_view(key).size());
            return name.empty() ? std::vector<std::string>{} : std::vector{name};
        }
    if (!line.starts_with("--- ") && !line.starts_with("+++ ")) return {};
    std::string name = line.substr(4, line.find('\t') == std::string::npos ? line.npos : line.find('\t') - 4);
    while (!name.empty() && (name.back() == ' ' || name.back() == '\r')) name.pop_back();
    if (name == "/dev/null") return {};
    for (; strip; --strip) {
        const std::size_t slash = name.find('/');
        if (slash == std::string::npos) return {};
        name.erase(0, slash + 1);
    }
    return name.empty() ? std::vector<std::string>{} : std::vector{name};
}

// Calls with every line that is not of a hunk.
template <class F> void for_headers(const std::string& diff, F&& f) {
    const std::vector<std::string> lines = lines_of(diff);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (const std::optional<Hunk> h = hunk_of(lines[i])) {
            for (long old = static_cast<long>(h->before), now = static_cast<long>(h->after);
                 (old > 0 || now > 0) && i + 1 < lines.size(); ++i) {
                const char kind = lines[i + 1].empty() ? ' ' : lines[i + 1].front();
                if (kind == '-' || kind == ' ') --old;
                if (kind == '+' || kind == ' ') --now;
            }
        } else
            f(lines[i]);
    }
}

bool leads_outside(const std::string& name) {
    const fs::path p(name);
    return p.is_absolute() || std::ranges::find(p, fs::path("..")) != p.end();
}

} // namespace

std::string diffs_of(const std::string& text, const std::string& path) {
    const std::vector<std::string> lines = lines_of(is_mail(text) ? patches_of_mails(text, path) : text);
    const bool returns =
        std::ranges::any_of(lines, [](const std::string& l) { return l.starts_with("+++ ") && l.ends_with('\r'); });
    std::string diff;
    const auto take = [&](std::string line) {
        if (returns && line.ends_with('\r')) line.pop_back();
        diff += line + "\n";
    };
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (names_two_files(lines, i)) {
            take(lines[i]);
            take(lines[++i]);
        } else if (is_header(lines[i]))
            take(lines[i]);
        else if (const std::optional<Hunk> h = hunk_of(lines[i])) {
            take(lines[i]);
            // A line that cannot be of a hunk ends it: patch(1) says what is wrong with it.
            for (long old = static_cast<long>(h->before), now = static_cast<long>(h->after);
                 (old > 0 || now > 0) && i + 1 < lines.size();) {
                const std::string& line = lines[i + 1];
                const char kind = line.empty() || line == "\r" ? ' ' : line.front();
                if (kind != ' ' && kind != '-' && kind != '+' && kind != '\\') break;
                old -= kind == '-' || kind == ' ';
                now -= kind == '+' || kind == ' ';
                take(lines[++i]);
            }
            if (i + 1 < lines.size() && lines[i + 1].starts_with('\\')) take(lines[++i]);
        }
    }
    return diff;
}

NamedFiles files_of(const std::string& diff, const std::string& path,
                    const std::function<bool(const std::string&)>& exists) {
    NamedFiles stripped{{}, 1}, whole{{}, 0};
    bool prefixed = true;
    const auto add = [&](NamedFiles& to, const std::string& line) {
        for (const std::string& name : names_of(line, to.strip)) {
            if (leads_outside(name))
                throw model::BadInput(fmt::format("'{}' leads out of the tree", name), "a path within the tree",
                                      {path});
            to.names.insert(name);
        }
    };
    for_headers(diff, [&](const std::string& line) {
        if (line.ends_with(" 120000"))
            throw model::BadInput("a symbolic link is made or changed", "changes of regular files only", {path});
        add(whole, line);
        add(stripped, line);
        if (line.starts_with("--- ") || line.starts_with("+++ "))
            prefixed &= line.starts_with("--- a/") || line.starts_with("+++ b/") || line.substr(4, 9) == "/dev/null";
    });
    if (prefixed) return stripped;
    const auto some = [&](const NamedFiles& n) { return std::ranges::any_of(n.names, exists); };
    return !some(stripped) && some(whole) ? whole : stripped;
}

} // namespace checker::kernels::inline patches
