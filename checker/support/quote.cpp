#include "checker/support/quote.h"

#include <fmt/format.h>

#include "model/text/printable.h"

namespace checker::inline support {

std::string shell_quoted(const std::string& argument) {
    if (!argument.empty() && argument.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                                        "_-+=./:,@%") == argument.npos)
        return argument;
    if (model::printable(argument) != argument) {
        std::string q = "$'";
        for (char c : argument) {
            const auto byte = static_cast<unsigned char>(c);
            const bool plain = byte >= 0x20 && byte < 0x7f && c != '\'' && c != '\\';
            q += plain ? std::string(1, c) : fmt::format("\\{:03o}", byte);
        }
        return q + "'";
    }
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
