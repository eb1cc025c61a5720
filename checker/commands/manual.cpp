#include "checker/commands/manual.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace checker::inline commands {
namespace {

// A line that begins with a dot or an apostrophe, and every backslash and dash, mean something to troff.
std::string in_troff(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else
            out += c;
    }
    return out.starts_with('.') || out.starts_with('\'') ? "\\&" + out : out;
}

std::string placeholder(const OptionHelp& o) {
    if (!o.takes_value) return {};
    return o.words.empty() ? "VALUE" : fmt::format("{}", fmt::join(o.words, "|"));
}

std::string option_in_troff(const OptionHelp& o) {
    std::string names;
    for (const std::string& n : o.names) names += (names.empty() ? "" : ", ") + in_troff(n);
    std::string text = fmt::format(".TP\n.B {}", names);
    if (const std::string value = placeholder(o); !value.empty()) text += " " + in_troff(value);
    text += "\n" + in_troff(o.what);
    if (!o.usual.empty()) text += in_troff(fmt::format(" (default: {})", o.usual));
    return text + "\n";
}

std::string in_quotes(std::string_view text) { // of a shell, within '
    std::string out;
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out;
}

// Within a specification of _arguments.
std::string in_zsh(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
        out += c;
    }
    return in_quotes(out);
}

std::vector<std::string> dashed(const VerbHelp& verb) {
    std::vector<std::string> names;
    for (const OptionHelp& o : verb.options) names.insert(names.end(), o.names.begin(), o.names.end());
    return names;
}

} // namespace

std::string manual_page(std::string_view version, std::span<const VerbHelp> verbs) {
    std::string text = fmt::format(
        ".TH RMAPCHECK 1 \"\" \"rmapcheck {}\" \"User Commands\"\n"
        ".SH NAME\nrmapcheck \\- does a KSM reverse mapping walk find every page\\-table entry?\n"
        ".SH SYNOPSIS\n.B rmapcheck\n.I VERB\n[\\fIOPTION\\fR|\\fIARGUMENT\\fR]...\n"
        ".SH DESCRIPTION\n"
        "Plays sequences of mmap, mremap, fork, ksmd scans and reclaim on a model of the kernel's memory management, "
        "on\n"
        "the running kernel and on kernels that it builds, and compares what reverse mapping walks find with the page\n"
        "tables. Whatever it says comes with a trace that can be played again.\n",
        in_troff(version));
    for (const VerbHelp& v : verbs) {
        text += fmt::format(".SH {}\n", in_troff(v.name));
        std::string usage;
        for (const OptionHelp& a : v.arguments)
            usage += a.required ? " " + a.names.front() : " [" + a.names.front() + "]";
        text += fmt::format(".B rmapcheck {}\n[\\fIOPTION\\fR]...{}\n.PP\n{}\n", v.name, usage, in_troff(v.what));
        for (const OptionHelp& o : v.options) text += option_in_troff(o);
    }
    text +=
        ".SH EXIT STATUS\n"
        ".TP\n.B 0\nnothing was found that speaks against what was asked\n"
        ".TP\n.B 1\na disagreement; the last line printed is the command that shows it again\n"
        ".TP\n.B 2\nthe command line or an input is wrong, or an output cannot be written\n"
        ".TP\n.B 3\na defect of rmapcheck\n"
        ".TP\n.B 125\ncould not tell, with the reason\n";
    return text;
}

std::string bash_completion(std::span<const VerbHelp> verbs) {
    std::vector<std::string> names;
    for (const VerbHelp& v : verbs) names.push_back(v.name);
    std::string text = fmt::format(
        "_rmapcheck() {{\n"
        "    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}}\n"
        "    COMPREPLY=()\n"
        "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
        "        COMPREPLY=($(compgen -W '{} --help --version' -- \"$word\"))\n"
        "        return\n    fi\n"
        "    case ${{COMP_WORDS[1]}} in\n",
        fmt::join(names, " "));
    for (const VerbHelp& v : verbs) {
        text += fmt::format("    {})\n        case $before in\n", v.name);
        for (const OptionHelp& o : v.options)
            if (!o.words.empty())
                text += fmt::format("        {}) COMPREPLY=($(compgen -W '{}' -- \"$word\")); return ;;\n",
                                    fmt::join(o.names, "|"), fmt::join(o.words, " "));
        text += fmt::format(
            "        esac\n"
            "        [[ $word != -* ]] || COMPREPLY=($(compgen -W '{}' -- \"$word\")) ;;\n",
            fmt::join(dashed(v), " "));
    }
    return text + "    esac\n}\ncomplete -o default -F _rmapcheck rmapcheck\n";
}

std::string zsh_completion(std::span<const VerbHelp> verbs) {
    std::string text = "#compdef rmapcheck\n\nlocal -a verbs=(\n";
    for (const VerbHelp& v : verbs) text += fmt::format("  '{}:{}'\n", v.name, in_zsh(v.what));
    text += ")\nif (( CURRENT == 2 )); then\n  _describe verb verbs\n  return\nfi\ncase $words[2] in\n";
    for (const VerbHelp& v : verbs) {
        text += fmt::format("{})\n  shift words; (( CURRENT-- ))\n  _arguments \\\n", v.name);
        for (const OptionHelp& o : v.options)
            for (const std::string& n : o.names) {
                const std::string values = o.words.empty() ? "_files" : fmt::format("({})", fmt::join(o.words, " "));
                text += fmt::format("    '*{}[{}]{}' \\\n", n, in_zsh(o.what), o.takes_value ? ":value:" + values : "");
            }
        text += "    '*:file:_files' ;;\n";
    }
    return text + "esac\n";
}

} // namespace checker::inline commands
