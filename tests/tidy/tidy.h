// What is kept of the order in which the sources stand: each check reads a tree of files and says what is wrong with
// it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tidy {

// Text of files by their paths from the root.
using Tree = std::map<std::string, std::string>;
Tree tree_of(const std::string& root);

// `FILE:LINE: what is wrong`, and by what an exception would name it: the file, or the file and what it is about.
struct Complaint {
    std::string where, what, subject;
};
using Complaints = std::vector<Complaint>;

// A room of the root CMakeLists.txt, which is the list of them: `rmapcheck_room(name folder links...)`.
struct Room {
    std::string name, folder;
    std::vector<std::string> links; // to rooms
};
std::vector<Room> rooms(const Tree& tree);

// A source belongs to a room and includes only what its room links to, directly or through other rooms; a room links
// only to rooms before it; what is included exists.
Complaints check_rooms(const Tree& tree);
// At most 120 columns: C++, and Markdown outside tables and fences.
Complaints check_columns(const Tree& tree);
// Files below 500 lines, functions of at most 60, rooms in checker/ of at most 4,000.
Complaints check_lengths(const Tree& tree);
// No type at namespace scope has the name of another.
Complaints check_type_names(const Tree& tree);
// Each source of a room has a test at the same path, or a test includes the header that it implements, directly or by
// way of sources that are reached.
Complaints check_reached(const Tree& tree);
// Files that the documents and comments name exist; options that the documents name are spelled in a source.
Complaints check_named_files(const Tree& tree);
Complaints check_named_options(const Tree& tree);

// Nobody but model/ops and checker/facets tests for an operation by its name, or has an overload for one: sources ask
// facets.
Complaints check_operations(const Tree& tree);

// The exceptions: lines of `check subject: reason`. What no check complains of any more is itself a complaint.
struct Exceptions {
    struct Line {
        std::size_t number;
        std::string check, subject, reason;
    };
    std::vector<Line> lines;
    Complaints malformed;
};
Exceptions read_exceptions(std::string_view text);

// What is left of a check's complaints after the exceptions, and the exceptions that it does not need.
Complaints left_of(const Complaints& all, std::string_view check, const Exceptions& exceptions);

} // namespace tidy
