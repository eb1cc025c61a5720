// What the command line is, as data, and the texts that are made of it for those who install the program: a manual page
// and completions for two shells.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace checker::inline commands {

struct OptionHelp {
    std::vector<std::string> names; // "-o", "--output"; an argument has the one name, without dashes
    bool takes_value = true;
    bool required = false;
    std::vector<std::string> words; // the values there are, where they can be counted
    std::string what, usual;        // the value without it; may be empty
};
struct VerbHelp {
    std::string name, what;
    std::vector<OptionHelp> arguments, options;
};

// For man(1), in the macros of man(7).
std::string manual_page(std::string_view version, std::span<const VerbHelp> verbs);
// For bash-completion, and for the functions of zsh.
std::string bash_completion(std::span<const VerbHelp> verbs);
std::string zsh_completion(std::span<const VerbHelp> verbs);

} // namespace checker::inline commands
