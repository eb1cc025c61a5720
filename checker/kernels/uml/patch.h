// What patches and edit scripts make of a tree, as an overlay.
#pragma once

#include <string>
#include <vector>

#include "checker/kernels/patches/edit.h"
#include "checker/kernels/uml/tree.h"

namespace checker::kernels::uml {

// A file that the user named with --patch: an edit script, or a diff or mailbox.
struct Patch {
    std::string path;
    std::string text; // as it is
    std::string diff; // of it, what patch(1) is given; empty for an edit script
};
// `-` is standard input. Throws BadInput if the file cannot be read, holds no change, or would change something outside
// a tree.
Patch read_patch(const std::string& given);

// What is put on top of the sources: `patches` in their order, then our own additions, without which nothing can be
// observed. Throws model::CannotTell if a patch does not apply, model::BadInput if an edit script is not one.
// `notes` gets a line for each fix that User-Mode Linux needed; `no_points` why such a kernel cannot stop operations in
// flight at their points, if it cannot because a patch has changed their places.
Overlay overlay_for(const Copy& copy, const std::vector<Patch>& patches, std::vector<std::string>& notes,
                    std::string& no_points);

} // namespace checker::kernels::uml
