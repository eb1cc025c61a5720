#include "checker/kernels/uml/build.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <sstream>

#include <fmt/format.h>

#include "checker/kernels/uml/embedded.h"
#include "checker/support/confine.h"

namespace checker::kernels::uml {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kernels_kept = 40;
constexpr double limit = 3600; // seconds for a build

// Nothing of our own environment may change what is built.
const std::vector<std::string> environment = {"MAKEFLAGS",
                                              "MFLAGS",
                                              "MAKELEVEL",
                                              "KBUILD_OUTPUT",
                                              "KCFLAGS",
                                              "CFLAGS",
                                              "LDFLAGS",
                                              "ARCH",
                                              "SUBARCH",
                                              "CROSS_COMPILE",
                                              "LLVM",
                                              "LC_ALL=C",
                                              "KBUILD_BUILD_TIMESTAMP=1970-01-01",
                                              "KBUILD_BUILD_USER=rmapcheck",
                                              "KBUILD_BUILD_HOST=rmapcheck",
                                              "KBUILD_BUILD_VERSION=1"};

// The Makefiles are those of whoever wrote the tree: they write to the copy and its room only, where that can be had.
Command command_in(const Copy& copy, std::vector<std::string> arguments, const std::string& log) {
    return confined({std::move(arguments), copy.folder(), environment, log, limit, false, {}}, copy.room());
}

std::string compiler_version(const std::string& room) {
    const std::string log = room + "/compiler";
    if (!run({{"gcc", "-v"}, "", {"LC_ALL=C"}, log, 60, false, {}}).good()) throw model::CannotTell("gcc does not run");
    return tail_of(log, 1);
}

// "  CC      mm/ksm.o": what is done, as make says it.
bool is_step_of_make(const std::string& line) {
    return line.size() > 2 && line.starts_with("  ") && line[2] >= 'A' && line[2] <= 'Z';
}

// Only the lines of a log that say what is wrong, if there are any; else its end.
std::string what_failed(const std::string& log) {
    std::istringstream lines(read_whole(log));
    std::string errors;
    std::deque<std::string> end;
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line) && count < 8;) {
        if (line.find("error:") != std::string::npos || line.find("*** ") != std::string::npos ||
            line.find("undefined reference") != std::string::npos) {
            errors += line + "\n";
            ++count;
        }
        if (is_step_of_make(line)) continue;
        end.push_back(line);
        if (end.size() > 8) end.pop_front();
    }
    if (errors.empty())
        for (const std::string& line : end) errors += line + "\n";
    return errors;
}

// A build says what it compiles, which is how far it is. How many files that will be is known from the last tree that
// was built from nothing; of another one it is nearly right.
class BuildWatch {
  public:
    BuildWatch(const Copy& copy, const std::string& cache, const std::string& log, std::string what,
               const Progress& progress)
        : from_nothing_(!fs::exists(copy.folder() + "/linux")),
          known_(cache + "/files-of-a-build"),
          compiled_(log, "  CC "),
          far_{std::move(what), 0, 0, "files"},
          progress_(progress) {
        if (from_nothing_ && fs::exists(known_)) far_.of = std::strtoull(read_whole(known_).c_str(), nullptr, 10);
    }
    bool look() {
        if (!now_.due()) return false;
        far_.done = compiled_.now();
        if (far_.of < far_.done) far_.of = 0;
        progress_.tell(far_);
        return false; // to give up
    }
    void ended() {
        if (from_nothing_) write_whole(known_, fmt::format("{}\n", compiled_.now()));
    }

  private:
    bool from_nothing_;
    std::string known_;
    LineCount compiled_;
    HowFar far_;
    const Progress& progress_;
    Every now_{0.5};
};

std::vector<std::string> make(unsigned jobs, std::vector<std::string> goals) {
    const bool ccache = has_program("ccache");
    std::vector<std::string> a = {"make", fmt::format("-j{}", jobs), "ARCH=um", ccache ? "CC=ccache gcc" : "CC=gcc"};
    a.insert(a.end(), goals.begin(), goals.end());
    return a;
}

// Options of ours that later kernels no longer have, and what does the same there.
constexpr std::pair<std::string_view, std::string_view> taken_over[] = {{"CONFIG_PROC_SYSCTL=y", "CONFIG_SYSCTL=y"}};

// The options that we ask for and that the tree does not have.
std::string missing_options(const std::string& result) {
    auto has = [&](std::string_view option) {
        return ("\n" + result).find(fmt::format("\n{}\n", option)) != std::string::npos;
    };
    std::istringstream lines{std::string(kernel_config())};
    std::string missing;
    for (std::string line; std::getline(lines, line);) {
        if (!line.ends_with("=y") || has(line)) continue;
        const auto* other = std::ranges::find(taken_over, line, [](const auto& t) { return t.first; });
        if (other == std::end(taken_over) || !has(other->second)) missing += " " + line.substr(0, line.size() - 2);
    }
    return missing;
}

void configure(const Copy& copy, unsigned jobs) {
    const std::string stamp = copy.room() + "/configured", config = copy.room() + "/config";
    const std::string wanted = Digest().add(kernel_config()).add(copy.kconfig()).hex();
    if (fs::exists(stamp) && fs::exists(copy.folder() + "/.config") && read_whole(stamp) == wanted) return;
    write_whole(config, std::string(kernel_config()));
    Command all = command_in(copy, make(jobs, {"allnoconfig"}), copy.room() + "/config.log");
    all.environment.push_back("KCONFIG_ALLCONFIG=" + config);
    if (!run(all).good()) throw model::CannotTell("the tree cannot be configured", what_failed(all.log));
    if (const std::string missing = missing_options(read_whole(copy.folder() + "/.config")); !missing.empty())
        throw model::CannotTell("the tree's User-Mode Linux cannot have" + missing);
    write_whole(stamp, wanted);
}

// What a patch and our own observer make of mm/, before the whole of a new tree is compiled: what does not fit shows at
// once.
void try_the_edited(const Copy& copy, const Overlay& overlay, unsigned jobs, const std::string& what) {
    if (fs::exists(copy.folder() + "/linux")) return;
    std::vector<std::string> objects;
    for (const auto& [file, text] : overlay)
        if (text && file.starts_with("mm/") && file.ends_with(".c"))
            objects.push_back(file.substr(0, file.size() - 1) + "o");
    const std::string log = copy.room() + "/first.log";
    if (!run(command_in(copy, make(jobs, objects), log)).good())
        throw model::CannotTell(fmt::format("{} does not build", what), what_failed(log));
}

} // namespace

std::string missing_programs() {
    std::string missing;
    for (const char* name : {"make", "gcc", "ld", "flex", "bison", "bc"})
        if (!has_program(name)) missing += std::string(" ") + name;
    return missing;
}

Built build_kernel(Copy& copy, const Overlay& overlay, const std::string& cache, unsigned jobs, const std::string& what,
                   const Progress& progress) {
    using Clock = std::chrono::steady_clock;
    const auto begin = Clock::now();
    if (const std::string missing = missing_programs(); !missing.empty())
        throw model::CannotTell("a kernel cannot be built here without" + missing);
    Built built;
    built.key = Digest().add(copy.content(overlay)).add(kernel_config()).add(compiler_version(copy.room())).hex();
    const std::string kept = cache + "/kernels";
    built.kernel = find_kept(kept, built.key);
    built.cached = !built.kernel.empty();
    if (built.cached) {
        note_use(built.kernel);
        return built;
    }
    progress(
        fmt::format("building {}{}", what, why_not_confined().empty() ? "" : ", not confined: " + why_not_confined()));
    copy.put(overlay);
    copy.begin_build();
    configure(copy, jobs);
    try_the_edited(copy, overlay, jobs, what);
    const std::string log = copy.room() + "/build.log";
    BuildWatch watch(copy, cache, log, "building " + what, progress);
    Command all = command_in(copy, make(jobs, {"linux"}), log);
    all.give_up = [&] { return watch.look(); };
    const ProgramEnd o = run(all);
    if (o.good() && !copy.holds(overlay))
        throw model::CannotTell(fmt::format("{} was changed by somebody else while {} was built", copy.folder(), what));
    if (o.ending == Ending::exited) copy.end_build();
    if (!o.good()) throw model::CannotTell(fmt::format("{} does not build", what), what_failed(log));
    watch.ended();
    built.kernel = keep_as(copy.folder() + "/linux", kept, built.key);
    keep_newest(kept, "", kernels_kept);
    built.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    return built;
}

} // namespace checker::kernels::uml
