#include "checker/commands/command_line.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <charconv>
#include <cmath>
#include <limits>
#include <memory>

#include "checker/commands/manual.h"
#include "checker/commands/verb.h"
#include "checker/support/time_limit.h"
#include "model/trace/trace.h"

namespace checker::inline commands {
namespace {

// Says what is wrong with the text of a number; nothing if it is one of those allowed.
std::function<std::string(const std::string&)> number_from(const Allowed& allowed) {
    return [allowed](const std::string& text) -> std::string {
        const std::optional<double> n = number_in(text);
        if (!n || !std::isfinite(*n)) return text + " is no number";
        const bool fits = *n >= allowed.least.value_or(*n) && *n <= allowed.most.value_or(*n);
        const std::string least = allowed.least ? fmt::format("{} or more", *allowed.least) : "";
        const std::string range = allowed.most ? fmt::format("{} to {}", *allowed.least, *allowed.most) : least;
        return fits ? "" : fmt::format("{} is out of range ({})", text, range);
    };
}

// The same for a whole number, all digits of which count: decimal, or hexadecimal after 0x.
template <class T> std::function<std::string(const std::string&)> whole_number_from(const Allowed& allowed) {
    return [allowed](const std::string& text) -> std::string {
        const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
        const char* begin = text.data() + (hexadecimal ? 2 : 0);
        const char* end = text.data() + text.size();
        T n = 0;
        const auto [behind, error] = std::from_chars(begin, end, n, hexadecimal ? 16 : 10);
        if (error == std::errc::result_out_of_range)
            return fmt::format("{} is out of range (at most {})", text, std::numeric_limits<T>::max());
        if (error == std::errc() && behind == end) return number_from(allowed)(text);
        const std::string other = number_from(allowed)(text);
        return other.empty() ? text + " is no whole number" : other;
    };
}

template <class T>
void add_value(CLI::App& app, const std::string& name, T& value, const std::string& what, const Allowed& allowed) {
    CLI::Option* option = app.add_option(name, value, what);
    if (!allowed.words.empty()) option->check(CLI::IsMember(allowed.words));
    if constexpr (std::is_integral_v<T>)
        option->check(whole_number_from<T>(allowed));
    else if (allowed.least || allowed.most)
        option->check(number_from(allowed));
    if (value != T{} && what.find("default") == what.npos) option->capture_default_str();
}

void add_shared_options(CLI::App& app, const Verb& verb, Shared& shared) {
    CommandLine line(app);
    if (verb.uses.strategy)
        line.repeated("--strategy", shared.strategy, "a walk strategy, by name (repeatable; default: all)");
    if (verb.uses.seed) line.value("--seed", shared.seed, "seed of everything random (printed on every random run)");
    line.flag("--json", shared.json, "one JSON document on standard output");
    line.flag("--quiet", shared.quiet, "no progress, no explanations");
    line.value("--color", shared.color, "auto, always or never", one_of({"auto", "always", "never"}));
}

} // namespace

std::optional<double> number_in(const std::string& text) {
    double n = 0;
    return CLI::detail::lexical_cast(text, n) ? std::optional(n) : std::nullopt;
}

void CommandLine::flag(const std::string& name, bool& value, const std::string& what) {
    app_.add_flag(name, value, what);
}

void CommandLine::value(const std::string& name, std::string& v, const std::string& what, const Allowed& allowed) {
    add_value(app_, name, v, what, allowed);
}

void CommandLine::value(const std::string& name, double& v, const std::string& what, const Allowed& allowed) {
    add_value(app_, name, v, what, allowed);
}

void CommandLine::value(const std::string& name, std::optional<double>& v, const std::string& what,
                        const Allowed& allowed) {
    auto put = [&v](double given) { v = given; };
    app_.add_option_function<double>(name, put, what)->allow_extra_args(false)->check(number_from(allowed));
}

void CommandLine::value(const std::string& name, unsigned& v, const std::string& what, const Allowed& allowed) {
    add_value(app_, name, v, what, allowed);
}

void CommandLine::value(const std::string& name, std::uint64_t& v, const std::string& what, const Allowed& allowed) {
    add_value(app_, name, v, what, allowed);
}

void CommandLine::repeated(const std::string& name, std::vector<std::string>& values, const std::string& what) {
    app_.add_option(name, values, what)->allow_extra_args(false);
}

void CommandLine::list(const std::string& name, std::vector<std::string>& values, const std::string& what) {
    app_.add_option(name, values, what)->allow_extra_args(false)->delimiter(',');
}

void CommandLine::argument(const std::string& name, std::string& v, const std::string& what) {
    app_.add_option(name, v, what)->required();
}

void CommandLine::arguments(const std::string& name, std::vector<std::string>& values, const std::string& what) {
    app_.add_option(name, values, what)->required();
}

void CommandLine::optional_arguments(const std::string& name, std::vector<std::string>& values,
                                     const std::string& what) {
    app_.add_option(name, values, what);
}

void CommandLine::kernel_version(const model::KernelVersion*& version, const std::string& otherwise) {
    auto put = [&version](const std::string& name) { version = model::find_version(name); };
    const std::string usual = version ? std::string(version->name) : otherwise;
    app_.add_option_function<std::string>("--kernel-version", put,
                                          "the model follows the rules of this release (default: " + usual + ")")
        ->check(CLI::IsMember(model::version_names()));
}

void CommandLine::mends(model::Mends& mends) {
    std::vector<std::string> names;
    for (const model::MendName& m : model::mend_names) names.emplace_back(m.name);
    auto put = [&mends](const std::vector<std::string>& chosen) {
        for (const std::string& name : chosen) mends.*model::find_mend(name)->field = true;
    };
    app_.add_option_function<std::vector<std::string>>("--mend", put, "the kernel is mended by these pieces")
        ->allow_extra_args(false)
        ->delimiter(',')
        ->check(CLI::IsMember(names));
}

void CommandLine::limits(model::Config& config) {
    value("--limit-pages", config.limit_pages, "end with exit 2 where more page-table entries are asked for",
          at_least(1));
    auto put = [&config](double seconds) {
        limit_time(seconds);
        config.out_of_time = out_of_time;
    };
    app_.add_option_function<double>("--limit-seconds", put, "end with exit 125 after so long (default: never)")
        ->check(number_from(between(0, 1e9)));
}

std::string CommandLine::command() const {
    std::string command = "rmapcheck " + app_.get_name();
    for (const CLI::Option* o : app_.get_options()) {
        if (!o->count() || o->get_name() == "--help") continue;
        if (!o->get_expected_max())
            command += " " + o->get_name();
        else
            for (const std::string& value : o->results())
                command += (o->get_positional() ? "" : " " + o->get_name()) + " " + shell_quoted(value);
    }
    return command;
}

namespace {

// What the parser and the verbs hold on to while a verb runs.
struct Program {
    CLI::App app{"rmapcheck: does a KSM reverse mapping walk find every page-table entry?", "rmapcheck"};
    std::vector<std::unique_ptr<CommandLine>> lines;
    std::function<int()> chosen;
};

std::string version_text() {
    return fmt::format("rmapcheck {} (rules of Linux {}; {})", RMAPCHECK_VERSION,
                       fmt::join(model::version_names(), ", "), model::trace_header.substr(2));
}

// "TEXT:{auto,always,never}" names the words that a value may be.
std::vector<std::string> words_of(const CLI::Option& o) {
    const std::string type = o.get_type_name();
    const std::size_t open = type.find('{'), close = type.find('}');
    if (open == type.npos || close == type.npos) return {};
    return CLI::detail::split(type.substr(open + 1, close - open - 1), ',');
}

OptionHelp help_of(const CLI::Option& o) {
    OptionHelp help{{},          o.get_expected_max() != 0, o.get_required(),
                    words_of(o), o.get_description(),       o.get_default_str()};
    if (o.get_positional()) help.names.push_back(o.get_single_name());
    for (const std::string& n : o.get_snames()) help.names.push_back("-" + n);
    for (const std::string& n : o.get_lnames()) help.names.push_back("--" + n);
    return help;
}

std::vector<VerbHelp> help_of_verbs(const CLI::App& app) {
    std::vector<VerbHelp> verbs;
    for (const CLI::App* sub : app.get_subcommands({})) {
        VerbHelp verb{sub->get_name(), sub->get_description(), {}, {}};
        for (const CLI::Option* o : sub->get_options())
            (o->get_positional() ? verb.arguments : verb.options).push_back(help_of(*o));
        verbs.push_back(std::move(verb));
    }
    return verbs;
}

// What --manual prints.
std::string manual_text(const CLI::App& app, const std::string& form) {
    const std::vector<VerbHelp> verbs = help_of_verbs(app);
    if (form == "man") return manual_page(RMAPCHECK_VERSION, verbs);
    return form == "bash" ? bash_completion(verbs) : zsh_completion(verbs);
}

// One line: what is wrong, in which verb, and what would be right or where that is said.
std::string complaint(const CLI::App& app, const std::string& first, const CLI::ParseError& e) {
    const bool of_a_value = dynamic_cast<const CLI::ValidationError*>(&e);
    if (app.get_subcommands().empty() && of_a_value) return e.what();
    if (app.get_subcommands().empty())
        return fmt::format("{} is no {} (see rmapcheck --help)", first,
                           first[0] == '-' ? "option before a verb" : "verb");
    const std::string verb = app.get_subcommands().front()->get_name();
    std::string what = e.what();
    what = what.substr(0, what.find('\n'));
    if (what.find('(') == what.npos) what += fmt::format(" (see rmapcheck {} --help)", verb);
    return fmt::format("{}: {}", verb, what);
}

} // namespace

std::function<int()> read_command_line(int argc, char** argv, std::span<const Verb> verbs, Shared& shared) {
    auto program = std::make_shared<Program>();
    CLI::App& app = program->app;
    app.require_subcommand(1);
    std::string form;
    CLI::Option* manual = app.add_option("--manual", form, "print the manual page, or completions for a shell");
    manual->check(CLI::IsMember({"man", "bash", "zsh"}));
    manual->trigger_on_parse()->each([&app](const std::string& chosen) {
        fmt::print("{}", manual_text(app, chosen));
        throw CLI::Success();
    });
    app.set_version_flag("--version", version_text(), "print the version, and the kernels whose rules it knows");
    for (const Verb& verb : verbs) {
        CLI::App* sub = app.add_subcommand(std::string(verb.name), std::string(verb.description));
        add_shared_options(*sub, verb, shared);
        program->lines.push_back(std::make_unique<CommandLine>(*sub));
        std::function<int()> action = verb.setup(*program->lines.back(), shared);
        sub->callback([p = program.get(), action = std::move(action)] { p->chosen = action; });
    }
    if (argc < 2) {
        fmt::print("{}", app.help());
        throw model::BadInput("no verb is given", "one of those above");
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        if (e.get_exit_code() == 0) return [program, e] { return program->app.exit(e); }; // --help, --version
        throw model::BadInput(complaint(app, argv[1], e));
    }
    return [program] { return program->chosen(); };
}

} // namespace checker::inline commands
