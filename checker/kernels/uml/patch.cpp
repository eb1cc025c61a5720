#include "checker/kernels/uml/patch.h"

#include <unistd.h>

#include <filesystem>
#include <sstream>

#include <fmt/format.h>

#include "checker/kernels/patches/mail.h"
#include "checker/kernels/uml/embedded.h"

namespace checker::kernels::uml {
namespace fs = std::filesystem;
namespace {

// The text that a file would have, with what the overlay has already.
std::optional<std::string> text_of(const Copy& copy, const Overlay& overlay, const std::string& file) {
    const auto changed = overlay.find(file);
    return changed == overlay.end() ? copy.source(file) : changed->second;
}

// Every place that a script does not find is named, so that a new kernel shows at once all that it has changed.
void apply_script(const Copy& copy, const EditScript& script, Overlay& overlay, std::vector<std::string>* notes) {
    const TextOf now = [&](const std::string& file) { return text_of(copy, overlay, file); };
    std::string first, others;
    for (const Edit& e : script.edits) try {
            Edited edited = apply_edit(script, e, now);
            if (!edited.changed) continue;
            if (notes)
                notes->push_back(fmt::format("{}{}{}", edited.file, edited.scope.empty() ? "" : ", ", edited.scope));
            overlay[edited.file] = std::move(edited.text);
        } catch (const model::CannotTell& unfound) {
            if (first.empty())
                first = unfound.what();
            else
                others += std::string(unfound.what()) + "\n";
        }
    if (!first.empty()) throw model::CannotTell(first, others);
}

struct Scratch {
    std::string folder;
    explicit Scratch(const std::string& room) : folder(fmt::format("{}/scratch-{}", room, getpid())) {
        fs::remove_all(folder);
        fs::create_directories(folder + "/tree");
    }
    ~Scratch() {
        std::error_code ignored;
        fs::remove_all(folder, ignored);
    }
};

[[noreturn]] void say_why_not(const Patch& patch, const std::string& tree, const std::string& level,
                              const std::string& log) {
    const std::string tail = tail_of(log, 6);
    const bool reversed =
        run({{"patch", level, "--batch", "--dry-run", "-R", "-i", "../diff"}, tree, {"LC_ALL=C"}, "", 60, false, {}})
            .good();
    throw model::CannotTell(fmt::format("{} {}", patch.path, reversed ? "is in the tree already" : "does not apply"),
                            tail);
}

void apply_diff(const Copy& copy, const Patch& patch, Overlay& overlay) {
    if (!has_program("patch")) throw model::CannotTell("the program patch is missing (package patch)");
    const Scratch scratch(copy.room());
    const std::string tree = scratch.folder + "/tree/";
    const auto text = [&](const std::string& file) { return text_of(copy, overlay, file); };
    const NamedFiles files =
        files_of(patch.diff, patch.path, [&](const std::string& f) { return text(f).has_value(); });
    for (const std::string& file : files.names) {
        fs::create_directories(fs::path(tree + file).parent_path());
        if (const auto before = text(file)) write_whole(tree + file, *before);
    }
    write_whole(scratch.folder + "/diff", patch.diff);
    const std::string log = scratch.folder + "/log", level = fmt::format("-p{}", files.strip);
    if (!run({{"patch", level, "--batch", "--forward", "--no-backup-if-mismatch", "-i", "../diff"},
              tree,
              {"LC_ALL=C"},
              log,
              60,
              false,
              {}})
             .good())
        say_why_not(patch, tree, level, log);
    for (const std::string& file : files.names) {
        if (fs::is_regular_file(fs::symlink_status(tree + file)))
            overlay[file] = read_whole(tree + file);
        else
            overlay[file] = std::nullopt;
    }
}

// Operations in flight: all of their points, or none of them.
void add_points(const Copy& copy, Overlay& overlay, std::string& no_points) {
    Overlay with = overlay;
    try {
        apply_script(copy, read_edit_script(points_edit(), "points.edit"), with, nullptr);
    } catch (const model::CannotTell& unfound) {
        no_points = unfound.what();
        return;
    }
    with["mm/rmapcheck-flights.c"] = std::string(flights_c());
    overlay = std::move(with);
}

} // namespace

Patch read_patch(const std::string& given) {
    const bool piped = given == "-";
    const std::string path = piped ? "/dev/stdin" : given;
    if (!piped && fs::is_directory(path))
        throw model::BadInput(fmt::format("{} is a folder (a patch, a mailbox or an edit script)", path));
    if (!piped && !fs::exists(path))
        throw model::BadInput(fmt::format("{} does not exist (a patch, a mailbox or an edit script)", path));
    Patch p{path, read_whole(path), {}};
    if (is_edit_script(p.text)) {
        read_edit_script(p.text, path);
        return p;
    }
    p.diff = diffs_of(p.text, path);
    if (files_of(p.diff, path, [](const std::string&) { return true; }).names.empty())
        throw model::BadInput(
            fmt::format("{}:1:1: this changes nothing (a diff, a mailbox of diffs, or '{}')", path, edit_header));
    return p;
}

Overlay overlay_for(const Copy& copy, const std::vector<Patch>& patches, std::vector<std::string>& notes,
                    std::string& no_points) {
    Overlay overlay;
    for (const Patch& p : patches) {
        if (is_edit_script(p.text))
            apply_script(copy, read_edit_script(p.text, p.path), overlay, nullptr);
        else
            apply_diff(copy, p, overlay);
    }
    apply_script(copy, read_edit_script(fixes_edit(), "fixes.edit"), overlay, &notes);
    apply_script(copy, read_edit_script(observe_edit(), "observe.edit"), overlay, nullptr);
    overlay["mm/rmapcheck.c"] = std::string(rmapcheck_c());
    add_points(copy, overlay, no_points);
    return overlay;
}

} // namespace checker::kernels::uml
