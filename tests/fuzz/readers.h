// Whatever reads what others wrote, with what must be so of any text: it is refused in one line, or what comes of it
// can be used. One list for the mutations that the tests make (mutations_test.cpp) and for libFuzzer (fuzz.cpp).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fuzz {

struct Reader {
    const char* name;
    // Throws what the text is refused with, a model::Failure, or std::logic_error where something is wrong with us.
    void (*read)(std::string_view text);
    // Texts to begin with: files below the root of the sources by the end of their names, and a text of its own.
    std::vector<std::string> folders;
    std::string_view own;
    unsigned tries = 4000; // of the tests: as many as take some seconds
};
std::span<const Reader> readers();

// Reads the text. Returns what is wrong with us; empty: nothing.
std::string complaint(const Reader& reader, std::string_view text);

} // namespace fuzz
