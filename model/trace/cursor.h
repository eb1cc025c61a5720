// One line of text, and how far it has been read. Every complaint about an input is made here, so that all of them name
// the place and what would be right. Nothing is copied and nothing allocated unless there is a complaint.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace model {

class Cursor {
  public:
    Cursor(std::string_view line, const std::string& path, std::uint32_t number)
        : line_(line), path_(&path), number_(number) {}

    std::size_t at() const { return at_; }
    bool done() const { return at_ == line_.size(); }
    char peek() const { return done() ? '\0' : line_[at_]; }
    std::string_view rest() const { return line_.substr(at_); }
    std::uint32_t number() const { return number_; }

    void skip(std::size_t n) { at_ += n; }
    void skip_blanks() {
        while (!done() && (line_[at_] == ' ' || line_[at_] == '\t')) ++at_;
    }
    // Takes this character, if it is next.
    bool take(char c) {
        if (done() || line_[at_] != c) return false;
        ++at_;
        return true;
    }
    // The longest run of letters, digits, '_' and `also`; may be empty.
    std::string_view word(char also = '_');

    // A decimal or 0x hexadecimal number of at most 64 bits. `what` names it in a complaint: "a length".
    std::uint64_t number64(std::string_view what);
    // A decimal number, from 1, of 32 bits.
    std::uint32_t pid();

    // Complains about the place `at`, or about here. Throws BadInput.
    [[noreturn]] void fail(std::size_t at, const std::string& wrong, const std::string& right) const;
    [[noreturn]] void fail(const std::string& wrong, const std::string& right) const { fail(at_, wrong, right); }
    // "expected X, found Y", about here.
    [[noreturn]] void expected(std::string_view what, const std::string& right) const;

  private:
    std::string_view line_;
    std::size_t at_ = 0;
    const std::string* path_;
    std::uint32_t number_;
};

// What the file holds. A file that cannot be read is a BadInput at 1:1; `right` says what was wanted.
std::string read_whole(const std::string& path, const std::string& right);

// Foreign text in a message: in backquotes, without control characters, and not longer than a message bears.
std::string quoted(std::string_view text);

// "did you mean `X`?" for the nearest of the names; "one of A, B, C" when none is near.
std::string suggestion(std::string_view wrong, std::span<const std::string_view> names);

} // namespace model
