#include "checker/support/quote.h"

namespace checker::inline support {

std::string shell_quoted(const std::string& argument) {
    if (!argument.empty() && argument.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                                        "_-+=./:,@%") == argument.npos)
        return argument;
    std::string q = "'";
    for (char c : argument) q += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return q + "'";
}

std::string command_line(std::span<const std::string> words) {
    std::string line;
    for (const std::string& word : words) line += (line.empty() ? "" : " ") + shell_quoted(word);
    return line;
}

} // namespace checker::inline support
