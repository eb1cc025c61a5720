// Small edits of a source tree, named by the words that they change. corpora/patches/README.md has the format.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace checker::kernels::uml {

struct Edit {
    enum class Where : unsigned char { before, after, replace };
    std::string file;  // relative to the tree
    std::string scope; // a function, or "struct NAME"; empty: the whole file
    Where where = Where::replace;
    std::string words;
    std::string text;
    bool maybe = false;
    unsigned line = 0; // of the script
};

struct EditScript {
    std::string path; // for messages
    std::string why;
    std::string model; // the strategy of the model that it is; may be empty
    std::vector<Edit> edits;
};

inline constexpr std::string_view edit_header = "# rmapcheck edit 1";
bool is_edit_script(std::string_view text);

// Throws model::InputError.
EditScript read_edit_script(std::string_view text, std::string path);

// The text of a file after one edit. Throws CannotTest if the words, or the scope, are not there exactly once; a `maybe`
// whose words or scope are missing changes nothing, and `done` is false then.
std::string apply_edit(const EditScript& script, const Edit& edit, const std::string& text, bool& done);

} // namespace checker::kernels::uml
