// Text from outside, as it may reach a terminal or a line of a file.
#pragma once

#include <string>
#include <string_view>

namespace model {

// UTF-8 without control characters: what is one, or is not UTF-8, becomes `\xNN`, byte by byte. A newline is one, too.
std::string printable(std::string_view text);
// The same for a text of several lines: their ends stay.
std::string printable_lines(std::string_view text);

} // namespace model
