#include "checker/support/run.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/personality.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

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
    setsid();
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    const int in = open("/dev/null", O_RDONLY);
    const int out = open(c.log.empty() ? "/dev/null" : c.log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (in >= 0) dup2(in, 0);
    if (out >= 0) {
        dup2(out, 1);
        dup2(out, 2);
    }
    if (c.fixed_addresses) personality(ADDR_NO_RANDOMIZE);
    if (!c.folder.empty() && chdir(c.folder.c_str()) != 0) _exit(126);
    execvpe(arguments[0], arguments, environment);
    _exit(127);
}

} // namespace

ProgramEnd run(const Command& command) {
    std::vector<std::string> arguments = command.arguments, environment = environment_with(command.environment);
    const std::vector<char*> argv = pointers(arguments), envp = pointers(environment);
    const pid_t child = fork();
    if (child < 0) throw model::CannotTell(fmt::format("no process can be started: {}", std::strerror(errno)));
    if (child == 0) become(command, argv.data(), envp.data());

    const auto begin = Clock::now();
    ProgramEnd outcome;
    bool stop = false, broken_off = false;
    useconds_t nap = 500;
    for (int status = 0;;) {
        const pid_t ended = waitpid(child, &status, WNOHANG);
        if (ended == child) {
            kill(-child, SIGKILL); // whatever is left of its session
            if (stop) break;
            outcome.ending = WIFEXITED(status) ? Ending::exited : Ending::killed_by_signal;
            outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
            if (WIFEXITED(status) && outcome.status == 127) outcome.ending = Ending::no_such_program;
            break;
        }
        if (!stop) {
            const double spent = std::chrono::duration<double>(Clock::now() - begin).count();
            broken_off = interrupted();
            if (command.seconds > 0 && spent > command.seconds)
                outcome.ending = Ending::timed_out;
            else if (command.give_up && command.give_up())
                outcome.ending = Ending::given_up;
            stop = broken_off || outcome.ending != Ending::exited;
            if (stop) kill(-child, SIGKILL);
        }
        usleep(nap);
        if (nap < 20000) nap *= 2;
    }
    if (broken_off) throw model::CannotTell("interrupted");
    return outcome;
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
