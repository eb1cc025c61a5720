#include "checker/kernels/ksm/left_over.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>
#include <vector>

#include <fmt/format.h>

#include "checker/kernels/ksm/damon.h"
#include "checker/kernels/ksm/setting_file.h"
#include "checker/kernels/ksm/settings.h"

namespace checker::kernels {
namespace {

constexpr std::array record_paths = {"/run/rmapcheck.ksm", "/run/rmapcheck.swap", "/run/rmapcheck.damon"};
constexpr std::string_view first_line = "rmapcheck 1 ";

const char* path_of(Borrowed which) { return record_paths[static_cast<std::size_t>(which)]; }

// When the process began, in ticks since boot: a pid is used again. /proc/PID/stat, field 22; empty if there is none.
std::string start_of(const std::string& pid) {
    std::ifstream in("/proc/" + pid + "/stat");
    std::string line, word;
    std::getline(in, line);
    const std::size_t behind_name = line.rfind(')');
    if (behind_name == std::string::npos) return {};
    std::istringstream rest(line.substr(behind_name + 1)); // begins with field 3
    for (int field = 3; field <= 22 && rest >> word; ++field) {
    }
    return rest ? word : std::string();
}

// The text of a record, if it is one that we wrote: a plain file of root's that nobody else can write.
std::optional<std::string> read_record(const char* path) {
    const int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return {};
    struct stat s {};
    std::string text(4096, '\0');
    const bool ours = fstat(fd, &s) == 0 && S_ISREG(s.st_mode) && s.st_uid == geteuid() && (s.st_mode & 077) == 0;
    const ssize_t n = ours ? read(fd, text.data(), text.size()) : -1;
    close(fd);
    if (n < 0) return {};
    text.resize(static_cast<std::size_t>(n));
    return text;
}

// Nothing but what this program sets is written, whatever the record says.
bool may_be_written(const std::string& path) {
    if (path == "/proc/sys/vm/page-cluster") return true;
    for (const char* name : ksm_setting_names)
        if (path == std::string(ksm_folder) + name) return true;
    return false;
}

void put_back(const Setting& s) {
    if (s.second == swap_file_word) {
        if (swapoff(s.first.c_str()) == 0 || errno == EINVAL) unlink(s.first.c_str());
    } else if (s.first == damon_word) {
        damon_put_back(s.second);
    } else if (may_be_written(s.first))
        write_setting(s.first.c_str(), s.second.c_str());
}

// Puts back what one record says; returns the pid of the process that did not, if it is gone.
std::optional<std::string> put_back(Borrowed which) {
    const std::optional<std::string> text = read_record(path_of(which));
    if (!text || !text->starts_with(first_line)) return {};
    std::istringstream in(text->substr(first_line.size()));
    std::string pid, start, line;
    in >> pid >> start;
    if (start_of(pid) == start) return {}; // it lives, and will do it
    std::getline(in, line);
    while (std::getline(in, line)) {
        const std::size_t blank = line.rfind(' ');
        if (blank != std::string::npos) put_back({line.substr(0, blank), line.substr(blank + 1)});
    }
    unlink(path_of(which));
    return pid;
}

} // namespace

void write_record(Borrowed which, std::span<const Setting> settings) {
    const std::string pid = std::to_string(getpid());
    std::string text = fmt::format("{}{} {}\n", first_line, pid, start_of(pid));
    for (const auto& [path, value] : settings) text += fmt::format("{} {}\n", path, value);
    const std::string part = fmt::format("{}.{}", path_of(which), pid);
    const int fd = open(part.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) return;
    const bool whole = write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    close(fd);
    if (!whole || rename(part.c_str(), path_of(which)) != 0) unlink(part.c_str());
}

void remove_record(Borrowed which) { unlink(path_of(which)); }

std::optional<std::string> put_back_left_overs() {
    std::string what, who;
    const std::pair<Borrowed, const char*> records[] = {
        {Borrowed::damon, "DAMON"}, {Borrowed::swap, "swap"}, {Borrowed::ksm, "the settings of KSM"}};
    for (const auto& [record, name] : records)
        if (const std::optional<std::string> pid = put_back(record)) {
            what = fmt::format("{}{}{}", name, what.empty() ? "" : " and ", what);
            who = *pid;
        }
    if (what.empty()) return {};
    return fmt::format("rmapcheck, process {}, was killed and had left {} changed: put back", who, what);
}

} // namespace checker::kernels
