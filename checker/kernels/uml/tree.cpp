#include "checker/kernels/uml/tree.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <sstream>
#include <vector>

#include <fmt/format.h>

namespace checker::kernels::uml {
namespace fs = std::filesystem;
namespace {

// The value of NAME = VALUE in a Makefile.
std::string value_of(const std::string& makefile, const std::string& name) {
    std::istringstream lines(makefile);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string key, equals, value;
        if (words >> key >> equals && key == name && equals == "=") {
            words >> value;
            return value;
        }
    }
    return {};
}

void read_version(Tree& tree) {
    const std::string makefile = read_whole(tree.folder + "/Makefile");
    const std::string major = value_of(makefile, "VERSION"), minor = value_of(makefile, "PATCHLEVEL");
    const std::string sub = value_of(makefile, "SUBLEVEL");
    if (major.empty() || minor.empty() || !fs::exists(tree.folder + "/mm/ksm.c") ||
        !fs::exists(tree.folder + "/arch/um"))
        throw model::BadInput(
            fmt::format("{} is not a Linux source tree (it would have VERSION in its Makefile, mm/ksm.c and "
                        "arch/um)",
                        tree.name));
    tree.major = std::stoi(major);
    tree.minor = std::stoi(minor);
    tree.version = fmt::format("{}.{}.{}{}", major, minor, sub.empty() ? "0" : sub, value_of(makefile, "EXTRAVERSION"));
}

struct Finally {
    std::function<void()> act;
    Finally(std::function<void()> a) : act(std::move(a)) {}
    Finally(const Finally&) = delete;
    Finally& operator=(const Finally&) = delete;
    ~Finally() { act(); }
};

std::string unpacked(const std::string& archive, const std::string& cache, const Progress& progress) {
    struct stat s {};
    if (stat(archive.c_str(), &s) != 0) throw model::BadInput(fmt::format("{} does not exist", archive));
    const std::string name = Digest()
                                 .add(fs::absolute(archive).string())
                                 .add(fmt::format("{} {}", s.st_size, s.st_mtime))
                                 .hex()
                                 .substr(0, 12);
    const std::string place = fmt::format("{}/source-{}", cache, name);
    if (!fs::exists(place)) {
        progress(fmt::format("unpacking {}", archive));
        const std::string part = fmt::format("{}.{}.part", place, getpid());
        fs::create_directories(part);
        const std::string log = part + ".log";
        const Finally clean([&] { // also when it is interrupted
            std::error_code ignored;
            fs::remove(log, ignored);
            fs::remove_all(part, ignored);
        });
        if (!run({{"tar", "xf", fs::absolute(archive), "-C", part}, "", {}, log, 0, false, {}}).good())
            throw model::CannotTell(fmt::format("{} cannot be unpacked", archive), tail_of(log, 5));
        std::error_code error;
        fs::rename(part, place, error); // somebody else may have been faster
    }
    for (const auto& entry : fs::directory_iterator(place))
        if (entry.is_directory() && fs::exists(entry.path() / "Makefile")) return entry.path();
    throw model::BadInput(fmt::format("{} holds no source tree", archive));
}

bool starts_with(std::string_view s, std::string_view with) { return s.substr(0, with.size()) == with; }
bool ends_with(std::string_view s, std::string_view with) {
    return s.size() >= with.size() && s.substr(s.size() - with.size()) == with;
}

// Folders of which a small User-Mode Linux compiles nothing: of these only what make and Kconfig read is copied.
constexpr std::array<std::string_view, 30> big = {"Documentation/",     "sound/",
                                                  "samples/",           "drivers/gpu/",
                                                  "drivers/net/",       "drivers/media/",
                                                  "drivers/staging/",   "drivers/infiniband/",
                                                  "drivers/scsi/",      "drivers/iio/",
                                                  "drivers/usb/",       "drivers/hwmon/",
                                                  "drivers/clk/",       "drivers/pinctrl/",
                                                  "drivers/crypto/",    "drivers/mtd/",
                                                  "drivers/input/",     "drivers/platform/",
                                                  "drivers/accel/",     "drivers/soc/",
                                                  "drivers/hid/",       "drivers/phy/",
                                                  "drivers/power/",     "drivers/mfd/",
                                                  "drivers/spi/",       "drivers/i2c/",
                                                  "drivers/regulator/", "tools/testing/",
                                                  "tools/perf/",        "drivers/video/"};

bool read_by_make(std::string_view name) {
    return starts_with(name, "Kconfig") || starts_with(name, "Makefile") || starts_with(name, "Kbuild") ||
           starts_with(name, "Platform");
}

// Does a build make it?
bool product(std::string_view file, std::string_view name) {
    for (const char* end : {".o", ".a", ".ko", ".cmd", ".mod", ".mod.c", ".order", ".symvers", ".o.d", ".dtb", ".gcno"})
        if (ends_with(name, end)) return true;
    return name == ".config" || name == ".config.old" || (starts_with(name, "vmlinux") && file == name) ||
           file == "linux" || file == "System.map" || file.find("include/generated/") != std::string_view::npos ||
           starts_with(file, "include/config/");
}

bool wanted(std::string_view file) {
    const std::size_t slash = file.rfind('/');
    const std::string_view name = slash == std::string_view::npos ? file : file.substr(slash + 1);
    if (product(file, name)) return false;
    if (read_by_make(name)) return true;
    if (starts_with(file, "arch/")) return starts_with(file, "arch/um/") || starts_with(file, "arch/x86/");
    return std::none_of(big.begin(), big.end(), [&](std::string_view b) { return starts_with(file, b); });
}

} // namespace

DebianSource debian_source(const std::string& name, const std::string& cache) {
    DebianSource source;
    if (name.empty() || name == "debian")
        source.version = "6.12";
    else if (name.starts_with("debian-"))
        source.version = name.substr(7);
    if (source.version.empty()) return source;
    for (const std::string& folder : {cache + "/sources", guest_cache("") + "/sources", std::string("/usr/src")}) {
        const std::string archive = fmt::format("{}/linux-source-{}.tar.xz", folder, source.version);
        if (!fs::exists(archive)) continue;
        source.archive = archive;
        break;
    }
    return source;
}

Tree open_tree(const std::string& kernel, const std::string& cache, const Progress& progress) {
    Tree tree;
    const DebianSource debian = !kernel.empty() && fs::exists(kernel) ? DebianSource{} : debian_source(kernel, cache);
    tree.name = debian.version.empty() ? kernel : debian.archive;
    if (!debian.version.empty() && debian.archive.empty())
        throw model::CannotTell(
            fmt::format("there is no source of Linux {0}: fetch it with .ci/kernel-source {0}, install the "
                        "package linux-source-{0}, or name a tree with --kernel",
                        debian.version));
    if (!fs::exists(tree.name))
        throw model::BadInput(fmt::format("{} does not exist (a kernel tree, or an archive of one)", tree.name));
    tree.folder =
        fs::is_directory(tree.name) ? fs::canonical(tree.name).string() : unpacked(tree.name, cache, progress);
    if (!fs::exists(tree.folder + "/Makefile"))
        throw model::BadInput(fmt::format("{} has no Makefile (it would be a Linux source tree)", tree.name));
    read_version(tree);
    return tree;
}

Copy::Copy(const Tree& tree, const std::string& cache, const Progress& progress) : tree_(tree) {
    room_ = fmt::format("{}/copy-{}", cache, Digest().add(tree.folder).hex().substr(0, 12));
    folder_ = room_ + "/tree";
    fs::create_directories(folder_);
    lock_.emplace(room_ + "/lock", progress);
    load();
}

void Copy::load() {
    if (!fs::exists(room_ + "/files")) return;
    std::istringstream lines(read_whole(room_ + "/files"));
    std::string kind, name;
    File f;
    while (lines >> kind) {
        if (kind == "overlay")
            std::getline(lines >> std::ws, name), overlay_[name];
        else if (kind == "file" && lines >> f.size >> f.changed >> f.digest && std::getline(lines >> std::ws, name))
            files_[name] = f;
    }
}

void Copy::save() const {
    std::string text;
    for (const auto& [name, unused] : overlay_) text += fmt::format("overlay {}\n", name);
    for (const auto& [name, f] : files_) text += fmt::format("file {} {} {} {}\n", f.size, f.changed, f.digest, name);
    write_whole(room_ + "/files.new", text);
    fs::rename(room_ + "/files.new", room_ + "/files");
}

// One file of the sources. Returns whether its content is new.
bool Copy::take(const std::string& file, std::uint64_t size, std::int64_t changed) {
    const auto known = files_.find(file);
    if (known != files_.end() && known->second.size == size && known->second.changed == changed) return false;
    const std::string text = read_whole(tree_.folder + "/" + file);
    const std::string digest = Digest().add(text).hex();
    const bool fresh = known == files_.end() || known->second.digest != digest;
    if (fresh && !overlay_.contains(file)) {
        const fs::path to = folder_ + "/" + file;
        fs::create_directories(to.parent_path());
        write_whole(to, text);
        fs::permissions(to, fs::status(tree_.folder + "/" + file).permissions() | fs::perms::owner_write);
    }
    files_[file] = {size, changed, digest};
    return fresh;
}

std::size_t Copy::update(const Progress& progress) {
    if (files_.empty()) progress(fmt::format("copying what is needed of {}", tree_.name));
    std::set<std::string> gone;
    for (const auto& [name, f] : files_) gone.insert(name);
    std::size_t changed = 0;
    for (auto it = fs::recursive_directory_iterator(tree_.folder); it != fs::recursive_directory_iterator(); ++it) {
        const std::string file = it->path().string().substr(tree_.folder.size() + 1);
        if (file == ".git") {
            it.disable_recursion_pending();
            continue;
        }
        if (it->is_directory() && !it->is_symlink()) continue;
        if (!wanted(file)) continue;
        struct stat s {};
        if (stat(it->path().c_str(), &s) != 0 || !S_ISREG(s.st_mode)) continue; // a link to nowhere, or to a folder
        changed += take(file, static_cast<std::uint64_t>(s.st_size),
                        static_cast<std::int64_t>(s.st_mtim.tv_sec) * 1000000000 + s.st_mtim.tv_nsec);
        gone.erase(file);
    }
    for (const std::string& file : gone) {
        if (!overlay_.contains(file)) fs::remove(folder_ + "/" + file);
        files_.erase(file);
    }
    if (changed + gone.size()) save();
    return changed + gone.size();
}

std::optional<std::string> Copy::source(const std::string& file) const {
    if (!fs::is_regular_file(tree_.folder + "/" + file)) return {};
    return read_whole(tree_.folder + "/" + file);
}

void Copy::put(const Overlay& overlay) {
    Overlay all = overlay;
    for (const auto& [file, unused] : overlay_)
        if (!all.contains(file)) all[file] = files_.contains(file) ? source(file) : std::nullopt;
    for (const auto& [file, text] : overlay) overlay_[file]; // before anything is changed
    save();
    for (const auto& [file, text] : all) {
        const std::string path = folder_ + "/" + file;
        if (!text) {
            fs::remove(path);
            continue;
        }
        if (fs::exists(path) && read_whole(path) == *text) continue;
        fs::create_directories(fs::path(path).parent_path());
        write_whole(path, *text);
    }
    overlay_.clear();
    for (const auto& [file, text] : overlay) overlay_[file];
    save();
}

bool Copy::holds(const Overlay& overlay) const {
    return std::ranges::all_of(overlay, [&](const auto& file) {
        const std::string path = folder_ + "/" + file.first;
        return file.second ? fs::exists(path) && read_whole(path) == *file.second : !fs::exists(path);
    });
}

void Copy::begin_build() {
    const std::string mark = room_ + "/building";
    if (fs::exists(mark)) {
        const fs::file_time_type since = fs::last_write_time(mark);
        std::vector<fs::path> made;
        for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
            if (!entry.is_regular_file() || entry.is_symlink() || entry.last_write_time() < since) continue;
            const std::string file = entry.path().string().substr(folder_.size() + 1);
            if (!files_.contains(file) && !overlay_.contains(file)) made.push_back(entry.path());
        }
        for (const fs::path& path : made) fs::remove(path);
    }
    write_whole(mark, ""); // of now
}

void Copy::end_build() { fs::remove(room_ + "/building"); }

std::string Copy::content(const Overlay& overlay) const {
    Digest d;
    for (const auto& [name, f] : files_)
        if (!overlay.contains(name)) d.add(name).add(f.digest);
    for (const auto& [name, text] : overlay)
        if (text) d.add(name).add(Digest().add(*text).hex());
    return d.hex();
}

std::string Copy::kconfig() const {
    Digest d;
    for (const auto& [name, f] : files_)
        if (name.find("Kconfig") != std::string::npos) d.add(name).add(f.digest);
    return d.hex();
}

} // namespace checker::kernels::uml
