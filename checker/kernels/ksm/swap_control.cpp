#include "checker/kernels/ksm/swap_control.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/swap.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "checker/kernels/ksm/damon.h"
#include "checker/kernels/ksm/left_over.h"
#include "checker/kernels/ksm/setting_file.h"
#include "checker/kernels/ksm/way_out.h"

namespace checker::kernels {
namespace {

constexpr const char* cluster_path = "/proc/sys/vm/page-cluster";
constexpr std::size_t page = 4096, pages = 4096;

// Plain memory: also read by a signal handler.
char file[512];
char cluster[16];

void undo() {
    damon_end();
    if (file[0]) {
        swapoff(file);
        unlink(file);
        file[0] = 0;
    }
    if (cluster[0] && write_setting(cluster_path, cluster) == 0) cluster[0] = 0;
    remove_record(Borrowed::swap);
}

// The header that mkswap writes: version, last page, and the magic at the end of the first page.
bool fill(int fd) {
    std::array<char, page> header{};
    const std::uint32_t info[] = {1, pages - 1, 0};
    std::memcpy(&header[1024], info, sizeof info);
    std::memcpy(&header[page - 10], "SWAPSPACE2", 10);
    const std::array<char, page> zero{};
    for (std::size_t i = 0; i < pages; ++i)
        if (write(fd, i ? zero.data() : header.data(), page) != static_cast<ssize_t>(page)) return false;
    return fsync(fd) == 0;
}

bool swap_is_on() {
    std::ifstream in("/proc/swaps");
    std::string line;
    return std::getline(in, line) && std::getline(in, line) && !line.empty();
}

Available<void> swap_to(const std::string& path) {
    const int fd = open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0) return unavailable(fmt::format("the swap file {} cannot be made ({})", path, std::strerror(errno)));
    std::snprintf(file, sizeof file, "%s", path.c_str());
    const bool filled = fill(fd);
    close(fd);
    if (filled && swapon(path.c_str(), 0) == 0) return {};
    const int error = errno;
    undo();
    return unavailable(fmt::format("no swapping to {} ({})", path, std::strerror(error)));
}

} // namespace

Available<SwapControl> SwapControl::acquire(const std::optional<std::string>& path) {
    if (path && path->size() >= sizeof file) return unavailable("the path of the swap file is too long");
    if (!path && !swap_is_on()) return unavailable("no swap is on (--swap FILE makes some)");
    SwapControl s;
    s.lock_ = open(cluster_path, O_RDWR | O_CLOEXEC);
    if (s.lock_ < 0) return unavailable(fmt::format("{} cannot be written ({})", cluster_path, std::strerror(errno)));
    if (flock(s.lock_, LOCK_EX | LOCK_NB) != 0) return unavailable("another rmapcheck uses swap");
    std::ifstream(cluster_path).getline(cluster, sizeof cluster);
    std::vector<Setting> settings{{cluster_path, cluster}};
    std::error_code error;
    if (path) settings.push_back({std::filesystem::absolute(*path, error).string(), swap_file_word});
    write_record(Borrowed::swap, settings);
    if (write_setting(cluster_path, "0\n") != 0) {
        cluster[0] = 0;
        remove_record(Borrowed::swap);
        return unavailable(fmt::format("{} cannot be written", cluster_path));
    }
    remember_to_undo(undo);
    s.owner_ = true;
    if (path)
        if (const Available<void> on = swap_to(*path); !on) return unavailable(on.error());
    return s;
}

SwapControl::SwapControl(SwapControl&& other) noexcept
    : owner_(std::exchange(other.owner_, false)), lock_(std::exchange(other.lock_, -1)) {}

SwapControl::~SwapControl() {
    if (owner_) {
        undo();
        forget_to_undo(undo);
    }
    if (lock_ >= 0) close(lock_); // and unlocks
}

} // namespace checker::kernels
