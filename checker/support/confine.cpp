#include "checker/support/confine.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace checker::inline support {
namespace {

bool put(const char* file, const char* text) {
    const int fd = open(file, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return false;
    const bool good = write(fd, text, std::strlen(text)) == static_cast<ssize_t>(std::strlen(text));
    close(fd);
    return good;
}

// Namespaces of our own; who may not have them as he is may have them below a user namespace, under the same ids.
const char* unshare_all() {
    constexpr int kinds = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC;
    if (unshare(kinds) == 0) return nullptr;
    char user[64], group[64];
    std::snprintf(user, sizeof user, "%u %u 1", geteuid(), geteuid());
    std::snprintf(group, sizeof group, "%u %u 1", getegid(), getegid());
    if (unshare(CLONE_NEWUSER | kinds) != 0) return "namespaces";
    put("/proc/self/setgroups", "deny"); // without which no group can be mapped
    return put("/proc/self/uid_map", user) && put("/proc/self/gid_map", group) ? nullptr : "a user namespace";
}

bool set_read_only(const char* path, bool on) {
    mount_attr a{};
    (on ? a.attr_set : a.attr_clr) = MOUNT_ATTR_RDONLY;
    return mount_setattr(AT_FDCWD, path, AT_RECURSIVE, &a, sizeof a) == 0;
}

} // namespace

const char* confine(std::span<const std::string> writable) {
    if (const char* refused = unshare_all()) return refused;
    if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return "private mounts";
    for (const std::string& folder : writable)
        if (mount(folder.c_str(), folder.c_str(), nullptr, MS_BIND, nullptr) != 0) return "a mount of its own";
    if (!set_read_only("/", true)) return "mounts that are read only";
    for (const std::string& folder : writable)
        if (!set_read_only(folder.c_str(), false)) return "a mount that is not read only";
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return "no new privileges";
    for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability) // exec() then has none
        if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) return "to give up capabilities";
    return nullptr;
}

const std::string& why_not_confined() {
    static const std::string why = [] {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0) return std::string("no pipe");
        const pid_t child = fork();
        if (child == 0) {
            const char* refused = confine({});
            const int error = errno;
            char text[128];
            const int n = std::snprintf(text, sizeof text, "%s: %s", refused ? refused : "", std::strerror(error));
            if (refused) (void)!write(ends[1], text, static_cast<std::size_t>(n));
            _exit(refused ? 1 : 0);
        }
        close(ends[1]);
        char text[128];
        const ssize_t n = read(ends[0], text, sizeof text);
        close(ends[0]);
        int status = 0;
        if (child < 0 || waitpid(child, &status, 0) != child) return std::string("no process");
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return std::string();
        return n > 0 ? "refused: " + std::string(text, static_cast<std::size_t>(n)) : std::string("it ends");
    }();
    return why;
}

} // namespace checker::inline support
