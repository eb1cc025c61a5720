// The folder where sources, copies, kernels and results are kept between runs.
#pragma once

#include <concepts>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "checker/support/progress.h"

namespace checker::kernels::uml {

// Whom to tell what is done: a line for each thing that begins, and how far it is. Either may be nobody.
class Progress {
  public:
    using Line = std::function<void(const std::string&)>;
    Progress() = default;
    template <std::invocable<const std::string&> F>
    Progress(F line, Tell far = {}) : line_(std::move(line)), far_(std::move(far)) {} // NOLINT: a line is progress

    void operator()(const std::string& line) const {
        if (line_) line_(line);
    }
    void tell(const HowFar& far) const {
        if (far_) far_(far);
    }

  private:
    Line line_;
    Tell far_;
};

// The folder that an option --cache stands for: what was given, or XDG_CACHE_HOME/rmapcheck, or ~/.cache/rmapcheck, or
// a folder in /tmp.
std::string guest_cache(const std::string& given);

// Makes it, for us alone, if it is not there, and takes away what runs that were killed have left in it. What is in it
// is executed: throws BadInput where somebody else owns it or everybody may write to it.
void own_cache(const std::string& folder);

// Holds a file against all other processes, our own children excepted: a descriptor that they inherit, so that the lock
// lives as long as the last of them. Says so when it has to wait. Throws CannotTell if it cannot, or is interrupted.
class HeldByChildren {
  public:
    HeldByChildren(const std::string& path, const Progress& progress);
    HeldByChildren(const HeldByChildren&) = delete;
    HeldByChildren& operator=(const HeldByChildren&) = delete;
    ~HeldByChildren();

  private:
    int file_ = -1;
};

// A file that carries the digest of its content in its name, so that what is found is whole: KEY.DIGEST.
// The one of this key; empty if there is none. One whose content is not what its name says is removed.
std::string find_kept(const std::string& folder, const std::string& key);
// A copy of `from` as the one of this key, there at once or not at all. Returns its path.
std::string keep_as(const std::string& from, const std::string& folder, const std::string& key);

// The oldest of the whole files whose names end so go when there are more than `kept`: those that went. Another run may
// do the same at the same time.
std::vector<std::filesystem::path> keep_newest(const std::string& folder, const std::string& suffix, std::size_t kept);
// What was used last goes last.
void note_use(const std::string& path);

} // namespace checker::kernels::uml
