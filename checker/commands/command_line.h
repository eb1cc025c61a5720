// The command line of a verb: what may stand there, and where its values go. The parser behind it is CLI11, which costs
// seconds of compiling and is included by command_line.cpp alone.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "model/config.h"

namespace CLI {
class App;
}

namespace checker::inline commands {

// What a value must be. An empty one allows everything.
struct Allowed {
    std::vector<std::string> words;    // one of these
    std::optional<double> least, most; // a number from least to most
};
inline Allowed one_of(std::initializer_list<std::string> words) { return {words, {}, {}}; }
inline Allowed between(double least, double most) { return {{}, least, most}; }
inline Allowed at_least(double least) { return {{}, least, {}}; }

// An option takes exactly one value each time it is given, and never what follows. What is wrong with a value is said
// in one line with exit 2, before the verb begins. Values that the user does not give stay as they are, and `--help`
// shows them as the default where `what` does not say another.
class CommandLine {
  public:
    explicit CommandLine(CLI::App& app) : app_(app) {}

    void flag(const std::string& name, bool& value, const std::string& what);
    void value(const std::string& name, std::string& value, const std::string& what, const Allowed& allowed = {});
    // A time in seconds: not for ever, and within what a clock can count.
    void value(const std::string& name, double& value, const std::string& what,
               const Allowed& allowed = between(0, 1e9));
    // The same, where it makes a difference whether it is given.
    void value(const std::string& name, std::optional<double>& value, const std::string& what,
               const Allowed& allowed = between(0, 1e9));
    void value(const std::string& name, unsigned& value, const std::string& what, const Allowed& allowed = at_least(0));
    void value(const std::string& name, std::uint64_t& value, const std::string& what,
               const Allowed& allowed = at_least(0));
    // May be given again and again.
    void repeated(const std::string& name, std::vector<std::string>& values, const std::string& what);
    // The same, and one value may hold several, with commas between them.
    void list(const std::string& name, std::vector<std::string>& values, const std::string& what);
    // Without a name: what must be given, once or at least once, and what may be left out.
    void argument(const std::string& name, std::string& value, const std::string& what);
    void arguments(const std::string& name, std::vector<std::string>& values, const std::string& what);
    void optional_arguments(const std::string& name, std::vector<std::string>& values, const std::string& what);

    // --limit-pages N and --limit-seconds N: what an input may ask for, put into the config.
    void limits(model::Config& config);

    // --kernel-version NAME: the release whose rules the model follows. Without it `version` stays as it is; where that
    // is null, `otherwise` says what holds then.
    void kernel_version(const model::KernelVersion*& version, const std::string& otherwise = {});

    // --mend LIST: pieces of model/mends.h by name, with commas between them.
    void mends(model::Mends& mends);

    // The command that asks for the same again, once the line has been read.
    std::string command() const;

  private:
    CLI::App& app_;
};

// The number that this text is, all of it; nothing where it is none.
std::optional<double> number_in(const std::string& text);

} // namespace checker::inline commands
