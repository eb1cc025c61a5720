#include "checker/kernels/ksm/ksm_control.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <utility>

#include <fmt/format.h>

#include "checker/kernels/ksm/way_out.h"

namespace checker::kernels {
namespace {

constexpr const char* directory = "/sys/kernel/mm/ksm/";

// In the order in which they are written back; `run` is last.
constexpr std::array settings = {"advisor_mode",   "max_page_sharing", "merge_across_nodes",
                                 "use_zero_pages", "smart_scan",       "stable_node_chains_prune_millisecs",
                                 "pages_to_scan",  "sleep_millisecs",  "run"};

// Plain memory, so that a signal handler can write the settings back.
struct Saved {
    char path[96] = {};
    char value[32] = {};
};
std::array<Saved, settings.size()> saved;
volatile std::sig_atomic_t armed = 0;

// Returns 0 or an errno. Async-signal-safe.
int write_text(const char* path, const char* text) {
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return errno;
    const ssize_t n = write(fd, text, std::strlen(text));
    const int error = n < 0 ? errno : 0;
    close(fd);
    return error;
}

// Async-signal-safe. Nothing that we merged stays merged.
void put_back() {
    if (!armed) return;
    armed = 0;
    for (const Saved& s : saved)
        if (std::strcmp(s.path + std::strlen(directory), "run") == 0) write_text(s.path, "2");
    for (const Saved& s : saved)
        if (s.value[0]) write_text(s.path, s.value);
}

std::string read_line(const std::string& path) {
    std::ifstream in(path);
    std::string line;
    std::getline(in, line);
    return line;
}

// "[none] scan-time" means none.
std::string chosen(const std::string& text) {
    const auto from = text.find('['), to = text.find(']');
    return from == std::string::npos || to == std::string::npos ? text : text.substr(from + 1, to - from - 1);
}

bool save_settings() {
    for (std::size_t i = 0; i < settings.size(); ++i) {
        const std::string path = std::string(directory) + settings[i];
        const std::string value = chosen(read_line(path)); // a setting that this kernel does not have stays empty
        if (value.size() >= sizeof saved[i].value) return false;
        std::snprintf(saved[i].path, sizeof saved[i].path, "%s", path.c_str());
        std::snprintf(saved[i].value, sizeof saved[i].value, "%s", value.c_str());
    }
    return true;
}

// The kernel thread is not told by any file: looked up by name among the children of kthreadd.
int open_stat_of_ksmd() {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
        const std::string name = entry.path().filename();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        if (read_line(entry.path() / "comm") != "ksmd") continue;
        if (read_line(entry.path() / "cmdline").empty())
            return open((entry.path() / "stat").c_str(), O_RDONLY | O_CLOEXEC);
    }
    return -1;
}

bool sleeps(int stat) {
    char text[128];
    const ssize_t n = pread(stat, text, sizeof text - 1, 0);
    if (n <= 0) return false;
    text[n] = 0;
    const char* state = std::strrchr(text, ')');
    return state && state[1] == ' ' && state[2] == 'S';
}

void nap(long microseconds) {
    const timespec t{0, microseconds * 1000};
    nanosleep(&t, nullptr);
}

double now() {
    timespec t{};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

} // namespace

std::variant<KsmControl, Unavailable> KsmControl::acquire(bool force) {
    const std::string run = std::string(directory) + "run";
    if (access(run.c_str(), F_OK) != 0) return Unavailable{"this kernel has no KSM (/sys/kernel/mm/ksm is missing)"};
    KsmControl c;
    c.lock_ = open(run.c_str(), O_RDWR | O_CLOEXEC);
    if (c.lock_ < 0) return Unavailable{fmt::format("{} cannot be written ({})", run, std::strerror(errno))};
    if (armed || flock(c.lock_, LOCK_EX | LOCK_NB) != 0) return Unavailable{"another rmapcheck uses KSM"};
    if (!force)
        for (const char* name : {"run", "pages_shared", "pages_sharing", "pages_unshared", "pages_volatile"})
            if (const std::uint64_t v = c.get(name))
                return Unavailable{fmt::format("KSM is in use by others (ksm/{} is {}; --force overrides)", name, v)};
    c.ksmd_ = open_stat_of_ksmd();
    if (c.ksmd_ < 0) return Unavailable{"the kernel thread ksmd cannot be seen from here"};
    if (!save_settings()) return Unavailable{"a setting of KSM is longer than expected"};
    c.keeper_ = mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (c.keeper_ == MAP_FAILED) {
        c.keeper_ = nullptr;
        return Unavailable{"no memory"};
    }
    c.owner_ = true;
    armed = 1;
    remember_to_undo(put_back);
    return c;
}

KsmControl::KsmControl(KsmControl&& other) noexcept
    : owner_(std::exchange(other.owner_, false)),
      lock_(std::exchange(other.lock_, -1)),
      ksmd_(std::exchange(other.ksmd_, -1)),
      keeper_(std::exchange(other.keeper_, nullptr)),
      long_sleep_(other.long_sleep_) {}

KsmControl::~KsmControl() {
    if (owner_) {
        put_back();
        forget_to_undo(put_back);
    }
    if (keeper_) munmap(keeper_, 4096);
    if (ksmd_ >= 0) close(ksmd_);
    if (lock_ >= 0) close(lock_); // and unlocks
}

std::uint64_t KsmControl::get(const char* name) const {
    return std::strtoull(read_line(std::string(directory) + name).c_str(), nullptr, 10);
}

int KsmControl::set(const char* name, std::uint64_t value) {
    return write_text((std::string(directory) + name).c_str(), std::to_string(value).c_str());
}

void KsmControl::reset(const model::Config& config) {
    set("run", 2); // frees every rmap_item, and every stable node that nothing maps
    set("run", 0);
    madvise(keeper_, 4096, MADV_MERGEABLE);
    write_text((std::string(directory) + "advisor_mode").c_str(), "none");
    set("merge_across_nodes", 1);
    set("max_page_sharing", config.max_page_sharing);
    set("use_zero_pages", config.use_zero_pages);
    set("smart_scan", config.smart_scan);
    set("stable_node_chains_prune_millisecs", 1000000000);
    set("pages_to_scan", 1000000000);
    one_scan(); // setting `run` to 1 starts a pass: let it happen before anything is there to be merged
}

void KsmControl::poke() {
    long_sleep_ = !long_sleep_;
    set("sleep_millisecs", 4000000000u - long_sleep_);
}

// ksmd waits either for the time of its next batch, which the poke ends, or for `run` to become 1.
bool KsmControl::one_scan() {
    const std::uint64_t before = get("full_scans");
    const double deadline = now() + 10;
    poke();
    if (get("run") != 1) set("run", 1);
    for (double again = now() + 0.05; get("full_scans") == before;) {
        if (now() > deadline) return false;
        if (now() > again && sleeps(ksmd_)) { // the poke came when ksmd was just about to sleep
            poke();
            again = now() + 0.05;
        } else
            nap(20);
    }
    while (!sleeps(ksmd_)) {
        if (now() > deadline) return false;
        nap(20);
    }
    return get("full_scans") == before + 1;
}

bool KsmControl::scan(std::uint64_t scans) {
    const std::uint64_t run = get("run");
    bool good = true;
    for (std::uint64_t n = 0; good && n < scans; ++n) good = one_scan();
    if (run != 1) set("run", run);
    return good;
}

} // namespace checker::kernels
