// Small edits of a source tree, named by the words that they change. corpora/patches/README.md has the format.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace checker::kernels::inline patches {

// One way to make an edit: the first of an edit's ways whose words are there is taken.
struct Way {
    enum class What : unsigned char { before, after, replace, leave }; // leave: it is there already
    What what = What::replace;
    std::vector<std::string> words; // the first that occurs is meant
    std::string text;
    unsigned line = 0; // of the script
};

// What a tree must be like for an edit to be needed in it.
struct Condition {
    std::string file, words;
    bool has = true; // else: has not
};

struct Edit {
    std::vector<std::string> files;  // relative to the tree; the first that exists is meant
    std::vector<std::string> scopes; // functions, or "struct NAME"; empty: the whole file
    std::optional<Condition> where;  // nothing: needed in every tree
    std::vector<Way> ways;
};

struct EditScript {
    std::string path; // for messages
    std::string why;
    std::string model; // the strategy of the model that it is; may be empty
    std::vector<Edit> edits;
};

inline constexpr std::string_view edit_header = "# rmapcheck edit 1";
bool is_edit_script(std::string_view text);

// Throws model::BadInput.
EditScript read_edit_script(std::string_view text, std::string path);

// The text of a file of the tree, with what was edited before; nothing if there is no such file.
using TextOf = std::function<std::optional<std::string>(const std::string& file)>;

struct Edited {
    std::string file, scope;
    std::string text;
    bool changed = false; // else a `leave` was found, or the edit is not needed in this tree
};

// One edit of a tree. Throws model::CannotTell, with the place and with all that was looked for, if the file or the
// scope or the words are not there, or more than once.
Edited apply_edit(const EditScript& script, const Edit& edit, const TextOf& text_of);

// A function of a C source in the kernel's style, from the line that names it to the brace that closes it; empty: none.
std::string function_text(std::string_view source, const std::string& name);

} // namespace checker::kernels::inline patches
