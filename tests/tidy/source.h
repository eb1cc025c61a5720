// C++ as far as tidy reads it: without comments and literals, and what its braces enclose.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tidy {

std::vector<std::string_view> lines_of(std::string_view text);

// Of the same length and lines, with spaces for comments and for what stands in string and character literals.
std::string without_comments_and_literals(std::string_view cpp);

// A function with its body, or a type with its members, at namespace scope or inside a type there.
struct Definition {
    enum class Kind { function, type } kind;
    std::string name;                // of a type; of a function what stands before its parameters
    std::size_t first = 0, last = 0; // lines, from 1
    bool member = false;             // stands inside a type
};
std::vector<Definition> definitions(std::string_view cpp);

// The paths of `#include "..."`, with their lines.
struct Include {
    std::string path;
    std::size_t line;
};
std::vector<Include> includes(std::string_view cpp);

} // namespace tidy
