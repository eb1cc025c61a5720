#include "checker/kernels/guest/program.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <filesystem>
#include <sstream>

#include "checker/kernels/guest/boot.h"

#include <fmt/format.h>

namespace checker::kernels::guest {
namespace fs = std::filesystem;
namespace {

constexpr double patience = 60; // seconds; the program takes a moment

struct OwnRoom { // gone with this
    std::string folder;
    explicit OwnRoom(const std::string& room) {
        static std::atomic<unsigned> programs = 0;
        folder = fmt::format("{}/program-{}-{}", room, getpid(), programs++);
        fs::create_directories(folder);
    }
    OwnRoom(const OwnRoom&) = delete;
    OwnRoom& operator=(const OwnRoom&) = delete;
    ~OwnRoom() {
        std::error_code ignored;
        fs::remove_all(folder, ignored);
    }
};

ProgramRun not_run(const std::string& why, const std::string& log) {
    ProgramRun r;
    r.not_run = why;
    r.log = log;
    return r;
}

std::optional<int> exit_in(const std::string& line) {
    constexpr std::string_view word = "exit ";
    int code = 0;
    if (!line.starts_with(word)) return {};
    const char* end = line.data() + line.size();
    const auto [at, wrong] = std::from_chars(line.data() + word.size(), end, code);
    return wrong == std::errc() && at == end ? std::optional(code) : std::nullopt;
}

} // namespace

ProgramRun read_program_log(const std::string& log) {
    ProgramRun r;
    r.log = log;
    bool started = false;
    std::istringstream lines(log);
    for (std::string line; std::getline(lines, line);) {
        while (!line.empty() && line.back() == '\r') line.pop_back();
        if (started && !r.exit) {
            r.said += line + "\n";
            r.exit = exit_in(line);
        }
        started |= line.find("as init process") != std::string::npos;
    }
    if (!started) r.not_run = "the guest did not come as far as the program";
    return r;
}

ProgramRun start_in_guest(const std::string& kernel, const std::string& text, const std::string& room, double seconds) {
    const OwnRoom own(room);
    const std::string source = own.folder + "/reproducer.c", program = own.folder + "/reproducer";
    write_whole(source, text);
    Command compile;
    compile.arguments = {"gcc", "-O2", "-static", "-o", program, source};
    compile.folder = own.folder;
    compile.log = own.folder + "/gcc.log";
    const ProgramEnd compiled = run(compile);
    if (!compiled.good())
        return compiled.ending == Ending::no_such_program
                   ? not_run("there is no gcc here", "")
                   : not_run("gcc -static does not compile it here", tail_of(compile.log, 20));
    write_whole(own.folder + "/initrd", initrd_of(read_whole(program)));
    Command start = guest_command(kernel, own.folder);
    start.seconds = std::min(patience, std::max(seconds, 0.1));
    const ProgramEnd end = run(start);
    ProgramRun r = read_program_log(read_whole(start.log));
    if (end.ending == Ending::timed_out && r.not_run.empty() && !r.exit)
        r.said += fmt::format("(no end within {:.0f} s)\n", start.seconds);
    return r;
}

} // namespace checker::kernels::guest
