#include "checker/support/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

namespace checker::inline support {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void cannot_write(const std::string& path, int error) {
    const char* right = error == ENOSPC || error == EDQUOT || error == EFBIG ? "a file that there is room for"
                        : error == ENOENT || error == ENOTDIR                ? "a path in a folder that exists"
                                                                             : "a path that can be written";
    throw model::BadInput(fmt::format("cannot be written: {}", std::strerror(error)), right, {path});
}

// The error of writing all of it and closing the file; 0 if there is none.
int write_all(int fd, std::string_view text) {
    int error = 0;
    while (!text.empty() && !error) {
        const ssize_t n = write(fd, text.data(), text.size());
        if (n >= 0)
            text.remove_prefix(static_cast<std::size_t>(n));
        else if (errno != EINTR)
            error = errno;
    }
    if (close(fd) != 0 && !error) error = errno;
    return error;
}

// Where the text goes: behind symbolic links. A path that nothing is at stays as it is.
std::string behind_links(const std::string& path) {
    std::error_code none;
    const fs::path target = fs::canonical(path, none);
    return none ? path : target.string();
}

std::string folder_of(const std::string& path) {
    const fs::path parent = fs::path(path).parent_path();
    return parent.empty() ? "." : parent.string();
}

// Of what is there already: nothing, a file, or something else.
std::optional<struct stat> stat_of(const std::string& path) {
    struct stat s {};
    return stat(path.c_str(), &s) == 0 ? std::optional(s) : std::nullopt;
}

int write_device(const std::string& path, std::string_view text) {
    const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
    return fd < 0 ? errno : write_all(fd, text);
}

// Why the text is not the file's content now; 0 if it is.
int replace_content(const std::string& path, std::string_view text) {
    const std::optional<struct stat> there = stat_of(path);
    if (there && S_ISDIR(there->st_mode)) return EISDIR;
    if (there && !S_ISREG(there->st_mode)) return write_device(path, text);
    const std::string target = behind_links(path), beside = fmt::format("{}.{}.tmp", target, getpid());
    const int fd = open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) return errno;
    int error = there && fchmod(fd, there->st_mode & 07777) != 0 ? errno : 0;
    const int writing = write_all(fd, text);
    if (!error) error = writing;
    if (!error && rename(beside.c_str(), target.c_str()) != 0) error = errno;
    if (error) unlink(beside.c_str());
    return error;
}

} // namespace

void write_output(const std::string& path, std::string_view text) {
    if (const int error = replace_content(path, text)) cannot_write(path, error);
}

bool Outputs::write(const std::string& path, std::string_view text) {
    try {
        write_output(path, text);
        return true;
    } catch (const model::BadInput& bad) {
        if (!failure_) failure_ = bad;
        return false;
    }
}

void Outputs::complain() const {
    if (failure_) throw *failure_;
}

void write_whole(const std::string& path, std::string_view text) {
    if (const int error = replace_content(path, text))
        throw model::CannotTell(fmt::format("{} cannot be written: {}", path, std::strerror(error)));
}

std::string read_whole(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw model::CannotTell(fmt::format("{} cannot be read: {}", path, std::strerror(errno)));
    std::ostringstream text;
    text << in.rdbuf();
    if (in.bad()) throw model::CannotTell(fmt::format("{} cannot be read", path));
    return std::move(text).str();
}

void make_folder(const std::string& path) {
    std::error_code error;
    fs::create_directories(path, error);
    if (!error && !fs::is_directory(path)) error = std::make_error_code(std::errc::not_a_directory);
    if (error)
        throw model::BadInput(fmt::format("cannot be made: {}", error.message()),
                              "a folder that exists, or one that can be made", {path});
    if (access(path.c_str(), W_OK | X_OK) != 0)
        throw model::BadInput(fmt::format("nothing can be put there: {}", std::strerror(errno)),
                              "a folder that can be written", {path});
}

void require_writable(const std::string& path) {
    const std::optional<struct stat> there = stat_of(path);
    if (there && S_ISDIR(there->st_mode)) cannot_write(path, EISDIR);
    const bool beside = !there || S_ISREG(there->st_mode);
    if (access((beside ? folder_of(behind_links(path)) : path).c_str(), beside ? W_OK | X_OK : W_OK) != 0)
        cannot_write(path, errno);
}

} // namespace checker::inline support
