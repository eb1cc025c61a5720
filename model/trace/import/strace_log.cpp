#include "model/trace/import/strace_log.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>
#include <unordered_map>

namespace model {

namespace {

constexpr std::string_view unfinished_mark = "<unfinished ...>";

std::string_view trim(std::string_view s) {
    while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
    while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\r')) s.remove_suffix(1);
    return s;
}

bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || (c >= 'A' && c <= 'Z'); }

// Behind the text that begins at `i`, if that is a string, a comment or a path behind a file descriptor; else `i`.
std::size_t behind_opaque(std::string_view s, std::size_t i) {
    if (s[i] == '"') {
        std::size_t j = i + 1;
        while (j < s.size() && s[j] != '"') j += s[j] == '\\' ? 2 : 1;
        return std::min(j + 1, s.size());
    }
    auto behind = [&](std::string_view end) {
        std::size_t j = s.find(end, i + 1);
        return j == std::string_view::npos ? s.size() : j + end.size();
    };
    if (s[i] == '/' && s.substr(i).starts_with("/*")) return behind("*/");
    if (s[i] == '<' && i > 0 && s[i - 1] >= '0' && s[i - 1] <= '9' && i + 1 < s.size() && s[i + 1] != '<')
        return behind(">");
    return i;
}

// "a, {b, c}) = 0": where the ')' is, or the end; `argument(from, to)` and `comment(from, to)` are told what is met.
template <class Argument, class Comment>
std::size_t scan_arguments(std::string_view s, Argument&& argument, Comment&& comment) {
    std::size_t depth = 0, begin = 0;
    for (std::size_t i = 0; i < s.size();) {
        if (std::size_t behind = behind_opaque(s, i); behind != i) {
            if (s[i] == '/') {
                comment(begin, i);
                begin = behind;
            }
            i = behind;
            continue;
        }
        const char c = s[i];
        if (c == '(' || c == '[' || c == '{') ++depth;
        if (c == ')' && depth == 0) {
            argument(begin, i);
            return i;
        }
        if (depth > 0 && (c == ')' || c == ']' || c == '}')) --depth;
        if (c == ',' && depth == 0) {
            argument(begin, i);
            begin = i + 1;
        }
        ++i;
    }
    argument(begin, s.size());
    return s.size();
}

// What stands behind "= ".
void read_result(std::string_view s, StraceCall& call) {
    if (s.starts_with("-1 ")) {
        s = trim(s.substr(3));
        call.error = s.substr(0, s.find(' '));
    } else if (!s.starts_with('?')) {
        call.value = strace_number(s);
        // Process ids are those of the caller's namespace; the log's own are in the comment.
        std::size_t other = s.find("/* ");
        if (other != std::string_view::npos && s.find("strace's PID NS") != std::string_view::npos)
            call.value = strace_number(s.substr(other + 3));
    }
}

bool makes_task(std::string_view name) {
    static constexpr std::array<std::string_view, 4> names{"clone", "clone3", "fork", "vfork"};
    return std::find(names.begin(), names.end(), name) != names.end();
}

class StraceReader {
  public:
    StraceLog read(std::string_view text) {
        log_.calls.reserve(static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1);
        while (!text.empty()) {
            std::size_t end = std::min(text.find('\n'), text.size());
            ++line_;
            if (!read_line(trim(text.substr(0, end)))) {
                if (log_.not_understood++ == 0) log_.first_not_understood = line_;
            }
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        log_.never_returned += pending_.size();
        return finish();
    }

  private:
    struct Pending {
        std::string_view text; // up to the mark
        std::uint32_t line;
    };

    // Takes "1234  " or "[pid 1234] " and a time, if they are there. Without a pid it is task 0.
    std::string_view take_prefix(std::string_view s, std::uint64_t& task) {
        if (s.starts_with("[pid")) {
            s = trim(s.substr(4));
            std::size_t close = s.find(']');
            if (close == std::string_view::npos) return s;
            task = strace_number(s.substr(0, close)).value_or(0);
            s = trim(s.substr(close + 1));
        } else if (!s.empty() && s[0] >= '0' && s[0] <= '9' && s.substr(0, s.find(' ')).find_first_of(".:") == s.npos) {
            task = strace_number(s).value_or(0);
            s = trim(s.substr(std::min(s.find(' '), s.size())));
        }
        if (!s.empty() && s[0] >= '0' && s[0] <= '9') s = trim(s.substr(std::min(s.find(' '), s.size()))); // -t, -r
        return s;
    }

    bool read_line(std::string_view s) {
        if (s.empty()) return true;
        std::uint64_t task = 0;
        s = take_prefix(s, task);
        if (s.starts_with("---")) return true; // a signal
        if (s.starts_with("strace: ")) return true;
        note_seen(task);
        if (s.starts_with("+++")) return read_end(s, task);
        if (s.starts_with("<... ")) return read_resumed(s, task);
        if (s.ends_with(unfinished_mark)) {
            s.remove_suffix(unfinished_mark.size());
            pending_[task] = {s, line_};
            return s.find('(') != s.npos;
        }
        return add(s, task, line_);
    }

    bool read_end(std::string_view s, std::uint64_t task) {
        constexpr std::string_view superseded = "+++ superseded by execve in pid ";
        if (s.starts_with(superseded)) { // the other thread continues under this id
            std::uint64_t other = strace_number(s.substr(superseded.size())).value_or(0);
            if (auto it = pending_.find(other); it != pending_.end()) {
                pending_[task] = std::move(it->second);
                pending_.erase(other);
            }
            return true;
        }
        log_.has_ends = true;
        log_.never_returned += pending_.erase(task);
        alive_[task] = false;
        StraceCall end;
        end.task = task;
        end.line = end.entered = line_;
        end.order = 2 * std::uint64_t{line_};
        log_.calls.push_back(end);
        return true;
    }

    bool read_resumed(std::string_view s, std::uint64_t task) {
        auto it = pending_.find(task);
        std::size_t close = s.find("resumed>");
        if (it == pending_.end() || close == s.npos) return false;
        log_.joined.push_back(std::string(it->second.text) + std::string(s.substr(close + 8)));
        std::uint32_t entered = it->second.line;
        pending_.erase(it);
        return add(log_.joined.back(), task, entered);
    }

    bool add(std::string_view s, std::uint64_t task, std::uint32_t entered) {
        std::size_t n = 0;
        while (n < s.size() && is_name(s[n])) ++n;
        if (n == 0 || n == s.size() || s[n] != '(') return false;
        StraceCall call;
        call.task = task;
        call.name = s.substr(0, n);
        s.remove_prefix(n + 1);
        auto nothing = [](std::size_t, std::size_t) {};
        const std::size_t close = scan_arguments(s, nothing, nothing);
        if (close == s.size()) return false;
        call.arguments = s.substr(0, close);
        s = trim(s.substr(close + 1));
        if (!s.starts_with('=')) return false;
        read_result(trim(s.substr(1)), call);
        call.entered = entered;
        call.line = call.name == "munmap" ? entered : line_;
        call.order = 2 * std::uint64_t{call.line};
        log_.calls.push_back(call);
        return true;
    }

    void note_seen(std::uint64_t task) {
        bool& alive = alive_[task];
        if (!alive) first_lines_[task].push_back(line_);
        alive = true;
    }

    StraceLog finish() {
        for (StraceCall& c : log_.calls) {
            if (!makes_task(c.name) || !c.value) continue;
            auto lives = first_lines_.find(*c.value);
            if (lives == first_lines_.end()) continue;
            for (std::uint32_t first : lives->second) { // ids are used again in long logs
                if (first >= c.entered && first <= c.line) c.order = 2 * std::uint64_t{first} - 1;
            }
        }
        if (!std::ranges::is_sorted(log_.calls, {}, &StraceCall::order)) // sorting needs as much memory again
            std::ranges::stable_sort(log_.calls, {}, &StraceCall::order);
        return std::move(log_);
    }

    StraceLog log_;
    std::map<std::uint64_t, Pending> pending_;
    std::map<std::uint64_t, std::vector<std::uint32_t>> first_lines_;
    std::unordered_map<std::uint64_t, bool> alive_;
    std::uint32_t line_ = 0;
};

} // namespace

StraceLog read_strace_log(std::string_view text) { return StraceReader().read(text); }

std::vector<std::string> strace_arguments(std::string_view s) {
    std::vector<std::string> args;
    std::string bare; // without comments
    auto argument = [&](std::size_t from, std::size_t to) {
        bare += s.substr(from, to - from);
        args.emplace_back(trim(bare));
        bare.clear();
    };
    auto comment = [&](std::size_t from, std::size_t to) { bare += s.substr(from, to - from); };
    if (!trim(s).empty()) scan_arguments(s, argument, comment);
    return args;
}

std::optional<std::uint64_t> strace_number(std::string_view text) {
    if (text.starts_with("NULL")) return 0;
    int base = 10;
    if (text.starts_with("0x")) {
        base = 16;
        text.remove_prefix(2);
    }
    std::uint64_t n = 0;
    auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), n, base);
    if (ec != std::errc()) return std::nullopt;
    return n;
}

std::string_view strace_member(std::string_view text, std::string_view name) {
    for (std::size_t at = 0; (at = text.find(name, at)) != text.npos; ++at) {
        std::string_view rest = text.substr(at + name.size());
        bool begins = at == 0 || !is_name(text[at - 1]);
        if (begins && rest.starts_with('=')) return trim(rest.substr(1, rest.find_first_of(",}", 1) - 1));
    }
    return {};
}

bool needs_launcher(const StraceLog& log) {
    std::set<std::uint64_t> made;
    std::size_t execs = 0;
    bool orphan = false;
    for (const StraceCall& call : log.calls) {
        if (made.empty()) made.insert(call.task);
        if (call.name.starts_with("exec") && call.value) ++execs;
        if ((call.name.starts_with("clone") || call.name.ends_with("fork")) && call.value) made.insert(*call.value);
        orphan = orphan || !made.contains(call.task);
    }
    return execs > 1 || orphan;
}

} // namespace model
