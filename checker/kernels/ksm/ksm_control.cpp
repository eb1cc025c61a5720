#include "checker/kernels/ksm/ksm_control.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "checker/kernels/ksm/driver.h"
#include "checker/kernels/ksm/left_over.h"
#include "checker/kernels/ksm/setting_file.h"
#include "checker/kernels/ksm/way_out.h"

namespace checker::kernels {
namespace {

// Plain memory, so that a signal handler can write the settings back.
struct Saved {
    char path[96] = {};
    char value[32] = {};
};
std::array<Saved, ksm_settings> saved; // as KsmSetting
volatile std::sig_atomic_t armed = 0;

// Async-signal-safe. Nothing that we merged stays merged.
void put_back() {
    if (!armed) return;
    armed = 0;
    write_setting(saved[static_cast<std::size_t>(KsmSetting::run)].path, "2");
    for (const Saved& s : saved)
        if (s.value[0]) write_setting(s.path, s.value);
    remove_record(Borrowed::ksm);
}

// For whoever comes after us, if we are killed: what put_back() does.
void write_down() {
    std::vector<Setting> settings{{saved[static_cast<std::size_t>(KsmSetting::run)].path, "2"}};
    for (const Saved& s : saved)
        if (s.value[0]) settings.push_back({s.path, s.value});
    write_record(Borrowed::ksm, settings);
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
    for (std::size_t i = 0; i < saved.size(); ++i) {
        const std::string path = std::string(ksm_folder) + ksm_setting_names[i];
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

// This machine, as driver.h wants it.
struct ThisMachine {
    const KsmControl& control;
    int stat;
    bool& long_sleep;

    std::uint64_t get(const char* name) const { return control.get(name); }
    int set(KsmSetting s, std::uint64_t value) const { return set_word(s, std::to_string(value).c_str()); }
    int set_word(KsmSetting s, const char* word) const {
        return -write_setting((std::string(ksm_folder) + name_of(s)).c_str(), word);
    }
    std::uint64_t now() const {
        timespec t{};
        clock_gettime(CLOCK_MONOTONIC, &t);
        return static_cast<std::uint64_t>(t.tv_sec) * 1000000000 + static_cast<std::uint64_t>(t.tv_nsec);
    }
    void nap() const {
        const timespec t{0, 20000};
        nanosleep(&t, nullptr);
    }
    bool ksmd_sleeps() const { return sleeps(stat); }
};

constexpr std::size_t place_of(std::string_view name) {
    std::size_t i = 0;
    while (i < ksm_settings && name != ksm_setting_names[i]) ++i;
    return i;
}
static_assert(std::ranges::all_of(model::knob_names, [](auto name) { return place_of(name) < ksm_settings; }));

} // namespace

KsmSetting setting_of(model::KnobName knob) {
    return static_cast<KsmSetting>(place_of(model::knob_names[static_cast<std::size_t>(knob)]));
}

Available<KsmControl> KsmControl::acquire(bool force) {
    const std::string run = std::string(ksm_folder) + "run";
    if (access(run.c_str(), F_OK) != 0) return unavailable("this kernel has no KSM (/sys/kernel/mm/ksm is missing)");
    KsmControl c;
    c.lock_ = open(run.c_str(), O_RDWR | O_CLOEXEC);
    if (c.lock_ < 0) return unavailable(fmt::format("{} cannot be written ({})", run, std::strerror(errno)));
    if (armed || flock(c.lock_, LOCK_EX | LOCK_NB) != 0) return unavailable("another rmapcheck uses KSM");
    if (!force)
        for (const char* name : {"run", "pages_shared", "pages_sharing", "pages_unshared", "pages_volatile"})
            if (const std::uint64_t v = c.get(name); v && !(v == 2 && name == std::string_view("run"))) // stopped
                return unavailable(fmt::format("KSM is in use by others (ksm/{} is {}; --force overrides)", name, v));
    c.ksmd_ = open_stat_of_ksmd();
    if (c.ksmd_ < 0) return unavailable("the kernel thread ksmd cannot be seen from here");
    if (!save_settings()) return unavailable("a setting of KSM is longer than expected");
    c.keeper_ = mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (c.keeper_ == MAP_FAILED) {
        c.keeper_ = nullptr;
        return unavailable("no memory");
    }
    c.owner_ = true;
    write_down();
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
    return std::strtoull(read_line(std::string(ksm_folder) + name).c_str(), nullptr, 10);
}

int KsmControl::write(KsmSetting setting, std::uint64_t value) {
    ThisMachine m{*this, ksmd_, long_sleep_};
    return static_cast<int>(-ksm_write(m, setting, value));
}

void KsmControl::reset(const model::Config& config) {
    madvise(keeper_, 4096, MADV_MERGEABLE);
    ThisMachine m{*this, ksmd_, long_sleep_};
    ksm_reset(m, config.max_page_sharing, config.use_zero_pages, config.smart_scan);
}

Available<void> KsmControl::scan(std::uint64_t scans) {
    ThisMachine m{*this, ksmd_, long_sleep_};
    const long answer = ksm_scan(m, scans);
    if (answer == ksm_busy) return unavailable("ksmd does not scan while run is 2");
    if (answer) return unavailable("ksmd did not do the scans that it was told to do");
    return {};
}

} // namespace checker::kernels
