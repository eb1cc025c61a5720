#include "checker/kernels/uml/cache.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "checker/support/digest.h"
#include "checker/support/interrupt.h"
#include "checker/support/run.h"

namespace checker::kernels::uml {
namespace fs = std::filesystem;
namespace {

std::optional<pid_t> number(std::string_view text) {
    pid_t n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error != std::errc() || end == text.data() || n <= 0) return {};
    return n;
}

// The process that made a temporary file or folder, by its name: X.PID.part, X.PID.part.log, guest-PID-N, scratch-PID.
std::optional<pid_t> maker_of(std::string_view name) {
    for (const std::string_view kind : {"guest-", "scratch-"})
        if (name.starts_with(kind)) return number(name.substr(kind.size()));
    const std::size_t part = name.find(".part");
    const std::size_t dot = part == std::string_view::npos || part == 0 ? part : name.rfind('.', part - 1);
    return dot == std::string_view::npos ? std::nullopt : number(name.substr(dot + 1, part - dot - 1));
}

void sweep(const fs::path& folder) {
    std::error_code ignored; // another run may sweep as well
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
        const std::optional<pid_t> maker = maker_of(entry.path().filename().string());
        if (maker && kill(*maker, 0) != 0 && errno == ESRCH) fs::remove_all(entry.path(), ignored);
    }
}

} // namespace

std::string guest_cache(const std::string& given) {
    if (!given.empty()) return fs::absolute(given);
    if (const char* xdg = std::getenv("XDG_CACHE_HOME"); xdg && *xdg) return fmt::format("{}/rmapcheck", xdg);
    if (const char* home = std::getenv("HOME"); home && *home) return fmt::format("{}/.cache/rmapcheck", home);
    return fmt::format("/tmp/rmapcheck-{}", getuid());
}

void own_cache(const std::string& folder) {
    if (!fs::exists(fs::symlink_status(folder))) {
        if (const fs::path parent = fs::path(folder).parent_path(); !parent.empty()) fs::create_directories(parent);
        if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
            throw model::BadInput(fmt::format("the cache {} cannot be made: {}", folder, strerror(errno)),
                                  "another folder with --cache");
    }
    struct stat s {};
    const bool in_tmp = folder.starts_with("/tmp/rmapcheck-"); // anybody may have put it, or a link, there before us
    if ((in_tmp ? lstat : stat)(folder.c_str(), &s) != 0 || !S_ISDIR(s.st_mode))
        throw model::BadInput(fmt::format("the cache {} is not a folder", folder), "another one with --cache");
    if (s.st_uid != geteuid() || (s.st_mode & (in_tmp ? 077 : 002)))
        throw model::BadInput(fmt::format("the cache {} belongs to, or can be changed by, somebody else, and what is "
                                          "in it is executed",
                                          folder),
                              "a folder of your own with --cache");
    sweep(folder);
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored))
        if (entry.is_directory(ignored)) sweep(entry.path());
}

HeldByChildren::HeldByChildren(const std::string& path, const Progress& progress) {
    file_ = open(path.c_str(), O_RDWR | O_CREAT, 0600); // not closed on exec
    if (file_ < 0) throw model::CannotTell(fmt::format("{} cannot be opened: {}", path, strerror(errno)));
    for (bool said = false; flock(file_, LOCK_EX | LOCK_NB) != 0; usleep(100000)) {
        if (errno != EWOULDBLOCK && errno != EINTR) throw model::CannotTell(fmt::format("{} cannot be locked", path));
        if (interrupted()) throw model::CannotTell("interrupted");
        if (!said)
            progress(
                fmt::format("waiting for another run, or what it has left, to end (process {})", read_whole(path)));
        said = true;
    }
    const std::string me = fmt::to_string(getpid());
    if (ftruncate(file_, 0) != 0 || pwrite(file_, me.data(), me.size(), 0) < 0)
        throw model::CannotTell(fmt::format("{} cannot be written: {}", path, strerror(errno)));
}

HeldByChildren::~HeldByChildren() {
    if (file_ >= 0) close(file_);
}

std::string find_kept(const std::string& folder, const std::string& key) {
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(folder, none)) {
        const std::string name = entry.path().filename();
        if (!name.starts_with(key + ".") || name.ends_with(".part")) continue;
        if (name.substr(key.size() + 1) == Digest().add(read_whole(entry.path())).hex()) return entry.path();
        fs::remove(entry.path(), none);
    }
    return {};
}

void note_use(const std::string& path) {
    std::error_code gone;
    fs::last_write_time(path, fs::file_time_type::clock::now(), gone);
}

std::vector<fs::path> keep_newest(const std::string& folder, const std::string& suffix, std::size_t kept) {
    std::vector<std::pair<fs::file_time_type, fs::path>> all;
    for (const auto& f : fs::directory_iterator(folder)) {
        std::error_code gone;
        const fs::file_time_type used = fs::last_write_time(f, gone);
        const std::string name = f.path().filename();
        if (!gone && name.ends_with(suffix) && !name.ends_with(".part")) all.emplace_back(used, f.path());
    }
    std::ranges::sort(all);
    std::vector<fs::path> went;
    for (std::size_t i = 0; i + kept < all.size(); ++i) {
        std::error_code gone;
        fs::remove(all[i].second, gone);
        went.push_back(all[i].second);
    }
    return went;
}

std::string keep_as(const std::string& from, const std::string& folder, const std::string& key) {
    fs::create_directories(folder);
    const std::string part = fmt::format("{}/{}.{}.part", folder, key, getpid());
    fs::copy_file(from, part, fs::copy_options::overwrite_existing);
    const std::string place = fmt::format("{}/{}.{}", folder, key, Digest().add(read_whole(part)).hex());
    fs::rename(part, place);
    return place;
}

} // namespace checker::kernels::uml
