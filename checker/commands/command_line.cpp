#include "checker/commands/command_line.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <memory>

#include "checker/commands/verb.h"
#include "model/trace/trace.h"

namespace checker::inline commands {
namespace {

CLI::Option* checked(CLI::Option* option, const Allowed& allowed) {
    if (!allowed.words.empty()) option->check(CLI::IsMember(allowed.words));
    if (allowed.least || allowed.most)
        option->check([allowed](const std::string& text) -> std::string {
            const std::optional<double> n = number_in(text);
            if (!n) return text + " is no number";
            const bool fits = *n >= allowed.least.value_or(*n) && *n <= allowed.most.value_or(*n);
            const std::string least = allowed.least ? fmt::format("{} or more", *allowed.least) : "";
            const std::string range = allowed.most ? fmt::format("{} to {}", *allowed.least, *allowed.most) : least;
            return fits ? "" : fmt::format("{} is out of range ({})", text, range);
        });
    return option;
}

template <class T>
void add_value(CLI::App& app, const std::string& name, T& value, const std::string& what, const Allowed& allowed) {
    CLI::Option* option = checked(app.add_option(name, value, what), allowed);
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

// One line: what is wrong, in which verb, and what would be right or where that is said.
std::string complaint(const CLI::App& app, const std::string& first, const CLI::ParseError& e) {
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
