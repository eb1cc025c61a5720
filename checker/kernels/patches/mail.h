// Patches as people send them: what of a file is a diff.
#pragma once

#include <functional>
#include <set>
#include <string>

namespace checker::kernels::inline patches {

// The unified diffs of a text, and nothing else of it: no description, no quoted diff that is indented. `text` may be a
// diff, what git show prints, a mail, or a mailbox. Mails are read by git mailsplit and git mailinfo, of text in two
// forms the plain one. Throws CannotTell where git is missing or does not read it.
std::string diffs_of(const std::string& text, const std::string& path);

// What a diff names, and how.
struct NamedFiles {
    std::set<std::string> names; // as the tree has them
    unsigned strip = 1;          // leading parts of a name in the diff that are not of the tree: patch -pN
};
// `exists`: is there such a file in the tree? Throws BadInput for a file outside the tree, and for a symbolic link.
NamedFiles files_of(const std::string& diff, const std::string& path,
                    const std::function<bool(const std::string&)>& exists);

} // namespace checker::kernels::inline patches
