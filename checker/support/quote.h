// Commands that a user can paste.
#pragma once

#include <span>
#include <string>

namespace checker::inline support {

// An argument quoted for a POSIX shell, as one line without control characters: where it has some, or is not UTF-8, in
// the form $'…' (POSIX.1-2024, 2.2.4).
std::string shell_quoted(const std::string& argument);
// A command of these words: each is quoted where it must be.
std::string command_line(std::span<const std::string> words);

} // namespace checker::inline support
