// Files as a whole. What cannot be read or written is a failure that names the file and why; nothing is written by
// halves, and no writer has a way of its own.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/fail.h"

namespace checker::inline support {

// The text becomes the content of a file that the user named, or the file stays as it was: the text is written beside
// it and put into its place. A device, a pipe or a terminal is written to as it is. Throws BadInput.
void write_output(const std::string& path, std::string_view text);

// The same for files of our own, in caches and scratch folders. They throw CannotTell: the user named none of them.
void write_whole(const std::string& path, std::string_view text);
std::string read_whole(const std::string& path);

// The folder exists from now on, and files can be made in it. Throws BadInput.
void make_folder(const std::string& path);

// The output files of a verb that has more to say: what could not be written is complained of when all else is said, so
// that nothing that was found is lost with it.
class Outputs {
  public:
    // False if it could not be written.
    bool write(const std::string& path, std::string_view text);
    // Throws the first failure, if there was one.
    void complain() const;

  private:
    std::optional<model::BadInput> failure_;
};

// Can this file be written, as far as that can be known before? Throws BadInput as write_output would: to be asked
// before long work whose result goes there.
void require_writable(const std::string& path);

} // namespace checker::inline support
