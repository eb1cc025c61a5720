#include "checker/search/scope/words.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <utility>

namespace checker::inline search::scope {
namespace {

[[noreturn]] void fail(const std::string& what) { throw std::system_error(errno, std::generic_category(), what); }

// A file that never had a name, or (where the file system knows no such files) loses it at once.
int open_nameless(const std::string& folder) {
    if (const int fd = open(folder.c_str(), O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600); fd >= 0) return fd;
    std::string name = folder + "/rmapcheck-frontier-XXXXXX";
    const int fd = mkostemp(name.data(), O_CLOEXEC);
    if (fd >= 0) unlink(name.c_str());
    return fd;
}

// However the program ends, the file is gone with it. Its room is there: writing to it cannot fail later.
int nameless_file(std::uint64_t bytes) {
    const char* tmpdir = std::getenv("TMPDIR");
    const std::string folder = tmpdir && *tmpdir ? tmpdir : "/tmp";
    const int fd = open_nameless(folder);
    if (fd < 0) fail("no temporary file for the frontier in " + folder);
    if (const int error = posix_fallocate(fd, 0, static_cast<off_t>(bytes))) {
        close(fd);
        errno = error;
        fail("no room on disk for the frontier in " + folder);
    }
    return fd;
}

} // namespace

WordArray::WordArray(std::uint64_t n, bool on_disk) : size_(n), on_disk_(on_disk) {
    if (!n) return;
    const std::uint64_t bytes = n * sizeof(std::uint64_t);
    const int fd = on_disk ? nameless_file(bytes) : -1;
    void* at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, on_disk ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS, fd, 0);
    if (fd >= 0) close(fd);
    if (at == MAP_FAILED) fail("no memory for the frontier");
    at_ = static_cast<std::uint64_t*>(at);
}

WordArray::WordArray(WordArray&& o) noexcept
    : at_(std::exchange(o.at_, nullptr)), size_(std::exchange(o.size_, 0)), on_disk_(o.on_disk_) {}

WordArray& WordArray::operator=(WordArray&& o) noexcept {
    std::swap(at_, o.at_);
    std::swap(size_, o.size_);
    std::swap(on_disk_, o.on_disk_);
    return *this;
}

WordArray::~WordArray() {
    if (at_) munmap(at_, size_ * sizeof(std::uint64_t));
}

} // namespace checker::inline search::scope
