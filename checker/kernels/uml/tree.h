// A kernel tree: where it comes from, and the private copy in which we change and build it. The user's tree is only
// read.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "checker/kernels/uml/cache.h"
#include "checker/support/digest.h"
#include "checker/support/run.h"

namespace checker::kernels::uml {

struct Tree {
    std::string name;    // as the user, or Debian, names it
    std::string folder;  // the sources, read only
    std::string version; // "6.12.117"
    int major = 0, minor = 0;
};

// A source that Debian packages, for the names "debian-VERSION" and, for 6.12, "debian" and "".
struct DebianSource {
    std::string version; // "7.3"; empty: the name is not one of these
    std::string archive; // empty: it is not on this machine
};
DebianSource debian_source(const std::string& name, const std::string& cache);

// A folder, a tar archive, or the name of a Debian source. Archives are unpacked once, below `cache`.
Tree open_tree(const std::string& kernel, const std::string& cache, const Progress& progress);

// What differs from the sources: the text of files, or nothing for a file that must not be there. By path in the tree.
using Overlay = std::map<std::string, std::optional<std::string>>;

// The private copy, kept between runs and held by a lock while this lives, or a program that was started meanwhile.
// Only files whose content changes are written, so that make builds no more than it must.
class Copy {
  public:
    Copy(const Tree& tree, const std::string& cache, const Progress& progress = {});

    // Brings it up to the sources. Returns the number of files that had changed.
    std::size_t update(const Progress& progress);
    // Makes it the sources with this overlay.
    void put(const Overlay& overlay);
    // Is it what put(overlay) made of it?
    bool holds(const Overlay& overlay) const;
    // What is built stands between these two. A build that did not come to begin_build's twin was killed, and may have
    // left half of a file behind: the next begin_build() removes everything that was made since.
    void begin_build();
    void end_build();
    // Names the content that put(overlay) would give it.
    std::string content(const Overlay& overlay) const;
    // Names the content of everything that Kconfig reads.
    std::string kconfig() const;
    // A file of the sources; nothing if there is none.
    std::optional<std::string> source(const std::string& file) const;

    const std::string& folder() const { return folder_; } // the copy of the tree
    const std::string& room() const { return room_; }     // a folder beside it, for logs and the like

  private:
    struct File {
        std::uint64_t size = 0;
        std::int64_t changed = 0; // mtime of the source, nanoseconds
        std::string digest;
    };
    void load();
    void save() const;
    bool take(const std::string& file, std::uint64_t size, std::int64_t changed);

    Tree tree_;
    std::string room_, folder_;
    std::map<std::string, File> files_; // as in the sources
    Overlay overlay_;                   // what the copy holds now; contents are not kept
    std::optional<HeldByChildren> lock_;
};

} // namespace checker::kernels::uml
