#include "checker/support/run.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "checker/support/confine.h"
#include "checker/support/interrupt.h"

extern char** environ;

namespace checker::inline support {
namespace {

using Clock = std::chrono::steady_clock;

bool same_name(const std::string& entry, const std::string& change) {
    const std::size_t n = change.find('=');
    const std::string name = n == std::string::npos ? change : change.substr(0, n);
    return entry.compare(0, name.size(), name) == 0 && entry.size() > name.size() && entry[name.size()] == '=';
}

std::vector<std::string> environment_with(const std::vector<std::string>& changes) {
    std::vector<std::string> result;
    for (char** e = environ; *e; ++e) {
        bool changed = false;
        for (const std::string& c : changes) changed |= same_name(*e, c);
        if (!changed) result.emplace_back(*e);
    }
    for (const std::string& c : changes)
        if (c.find('=') != std::string::npos) result.push_back(c);
    return result;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> result;
    for (std::string& s : strings) result.push_back(s.data());
    result.push_back(nullptr);
    return result;
}

[[noreturn]] void become(const Command& c, char* const* arguments, char* const* environment) {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (const int s : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) signal(s, SIG_DFL);
    const int in = open("/dev/null", O_RDONLY);
    const int out = open(c.log.empty() ? "/dev/null" : c.log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (in >= 0) dup2(in, 0);
    if (out >= 0) {
        dup2(out, 1);
        dup2(out, 2);
    }
    if (c.fixed_addresses) personality(ADDR_NO_RANDOMIZE);
    if (!c.writable.empty() && confine(c.writable)) _exit(126);
    if (!c.folder.empty() && chdir(c.folder.c_str()) != 0) _exit(126);
    execvpe(arguments[0], arguments, environment);
    _exit(127);
}

// Kills what is left of the program, also what went into a session of its own: the keeper inherits every orphan.
void end_all(pid_t program) {
    kill(-program, SIGKILL);
    char path[64], list[4096];
    std::snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
    for (;;) {
        while (waitpid(-1, nullptr, WNOHANG) > 0) {
        }
        const int fd = open(path, O_RDONLY | O_CLOEXEC);
        const ssize_t n = fd < 0 ? 0 : read(fd, list, sizeof list - 1);
        if (fd >= 0) close(fd);
        if (n <= 0) break;
        list[n] = 0;
        for (char* at = list; *at;) {
            kill(static_cast<pid_t>(std::strtol(at, &at, 10)), SIGKILL);
            while (*at == ' ') ++at;
        }
        if (waitpid(-1, nullptr, 0) < 0) break;
    }
    while (waitpid(-1, nullptr, 0) > 0) {
    }
}

// Stands between us and the program: it outlives us if we are killed, and sees to it that the program does not. `life`
// hangs up when we are gone; the program's status goes to `report`. After fork(): nothing but system calls.
[[noreturn]] void keep(const Command& c, char* const* arguments, char* const* environment, int life, int report) {
    setsid();
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    const pid_t program = fork();
    if (program == 0) become(c, arguments, environment);
    if (program < 0) _exit(1);
    setpgid(program, program);
    const int ended = static_cast<int>(syscall(SYS_pidfd_open, program, 0));
    // Nothing of ours stays open: a lock that we hold is the program's to keep, and a pipe's end another keeper's.
    int kept[] = {life, report, ended};
    std::sort(std::begin(kept), std::end(kept));
    unsigned from = 0;
    for (const int fd : kept) {
        if (fd < 0) continue;
        if (static_cast<unsigned>(fd) > from) close_range(from, static_cast<unsigned>(fd) - 1, 0);
        from = static_cast<unsigned>(fd) + 1;
    }
    close_range(from, ~0u, 0);
    pollfd watched[] = {{life, POLLIN, 0}, {ended, POLLIN, 0}};
    while (!watched[0].revents && !watched[1].revents)
        if (poll(watched, ended < 0 ? 1 : 2, ended < 0 ? 20 : -1) < 0 && errno != EINTR)
            break;
        else if (siginfo_t info{}; ended < 0 &&
                                   waitid(P_PID, static_cast<id_t>(program), &info, WEXITED | WNOWAIT | WNOHANG) == 0 &&
                                   info.si_pid == program)
            break;
    int status = 0;
    if (waitpid(program, &status, WNOHANG) == program) (void)!write(report, &status, sizeof status);
    end_all(program);
    _exit(0);
}

struct Pipe {
    int ends[2] = {-1, -1}; // read, write
    Pipe() {
        if (pipe2(ends, O_CLOEXEC) != 0)
            throw model::CannotTell(fmt::format("no pipe can be made: {}", std::strerror(errno)));
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() {
        shut(0);
        shut(1);
    }
    void shut(int end) {
        if (ends[end] >= 0) close(ends[end]);
        ends[end] = -1;
    }
};

// Returns when the keeper has gone, and with it all that it kept. Says why it was told to stop, if it was.
Ending wait_for(pid_t keeper, const Command& command, Pipe& life, bool& broken_off) {
    const auto begin = Clock::now();
    Ending why = Ending::exited;
    bool stop = false;
    useconds_t nap = 500;
    while (waitpid(keeper, nullptr, WNOHANG) != keeper) {
        if (!stop) {
            const double spent = std::chrono::duration<double>(Clock::now() - begin).count();
            broken_off = interrupted();
            if (command.seconds > 0 && spent > command.seconds)
                why = Ending::timed_out;
            else if (command.give_up && command.give_up())
                why = Ending::given_up;
            stop = broken_off || why != Ending::exited;
            if (stop) life.shut(1);
        }
        usleep(nap);
        if (nap < 20000) nap *= 2;
    }
    return why;
}

} // namespace

ProgramEnd run(const Command& command) {
    std::vector<std::string> arguments = command.arguments, environment = environment_with(command.environment);
    const std::vector<char*> argv = pointers(arguments), envp = pointers(environment);
    Pipe life, report;
    const pid_t keeper = fork();
    if (keeper < 0) throw model::CannotTell(fmt::format("no process can be started: {}", std::strerror(errno)));
    if (keeper == 0) {
        close(life.ends[1]);
        close(report.ends[0]);
        keep(command, argv.data(), envp.data(), life.ends[0], report.ends[1]);
    }
    life.shut(0);
    report.shut(1);
    bool broken_off = false;
    ProgramEnd outcome{wait_for(keeper, command, life, broken_off), 0};
    if (broken_off) throw model::CannotTell("interrupted");
    if (outcome.ending != Ending::exited) return outcome;
    int status = 0;
    if (read(report.ends[0], &status, sizeof status) != sizeof status)
        throw model::CannotTell(
            fmt::format("{} was started, and what became of it is not known", command.arguments[0]));
    outcome.ending = WIFEXITED(status) ? Ending::exited : Ending::killed_by_signal;
    outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
    if (WIFEXITED(status) && outcome.status == 127) outcome.ending = Ending::no_such_program;
    return outcome;
}

Command confined(Command command, const std::string& folder) {
    if (!why_not_confined().empty()) return command;
    const std::string own = std::filesystem::canonical(folder).string(), temporary = own + "/tmp";
    std::filesystem::create_directories(temporary);
    command.environment.insert(command.environment.end(),
                               {"TMPDIR=" + temporary, "CCACHE_TEMPDIR=" + temporary, "CCACHE_DIR=" + own + "/ccache"});
    command.writable = {own};
    return command;
}

bool has_program(const std::string& name) {
    const char* path = std::getenv("PATH");
    std::istringstream folders(path ? path : "/usr/bin:/bin");
    for (std::string folder; std::getline(folders, folder, ':');)
        if (access((folder + "/" + name).c_str(), X_OK) == 0) return true;
    return false;
}

std::string tail_of(const std::string& path, std::size_t lines) {
    std::ifstream in(path);
    std::deque<std::string> last;
    for (std::string line; std::getline(in, line);) {
        while (!line.empty() && line.back() == '\r') line.pop_back();
        if (line.empty()) continue;
        last.push_back(line);
        if (last.size() > lines) last.pop_front();
    }
    std::string text;
    for (const std::string& line : last) text += line + "\n";
    return text;
}

} // namespace checker::inline support
