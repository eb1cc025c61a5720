#include "checker/kernels/uml/patch.h"

#include <unistd.h>

#include <filesystem>
#include <set>
#include <sstream>

#include <fmt/format.h>

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

// "a/mm/ksm.c" without its first part; nothing for /dev/null.
std::string stripped(std::string name) {
    name = name.substr(0, name.find_first_of("\t\r\n"));
    const std::size_t slash = name.find('/');
    return name == "/dev/null" || slash == std::string::npos ? "" : name.substr(slash + 1);
}

std::set<std::string> files_of(const std::string& diff) {
    std::set<std::string> files;
    std::istringstream lines(diff);
    for (std::string line; std::getline(lines, line);) {
        std::string file;
        if (line.starts_with("--- ") || line.starts_with("+++ ")) file = stripped(line.substr(4));
        for (const char* key : {"rename from ", "rename to ", "copy from ", "copy to "})
            if (line.starts_with(key)) file = line.substr(std::string_view(key).size());
        if (!file.empty() && file.find("..") == std::string::npos) files.insert(file);
    }
    return files;
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

// A mail may be encoded; git knows how to read it.
std::string decoded(const Patch& patch, const std::string& folder) {
    if (patch.text.find("Content-Transfer-Encoding: quoted-printable") == std::string::npos &&
        patch.text.find("Content-Transfer-Encoding: base64") == std::string::npos)
        return patch.text;
    write_whole(folder + "/mailbox", patch.text);
    const char* script =
        "mkdir mails && git mailsplit -b -omails mailbox && for m in mails/*; do "
        "git mailinfo --encoding=UTF-8 msg part < $m >/dev/null || exit 1; cat part >> diff; done";
    if (!run({{"sh", "-ec", script}, folder, {}, "", 60, false, {}}).good())
        throw model::CannotTell(fmt::format("{} is an encoded mail that git mailinfo does not read", patch.path));
    return read_whole(folder + "/diff");
}

void apply_diff(const Copy& copy, const Patch& patch, Overlay& overlay) {
    if (!has_program("patch")) throw model::CannotTell("the program patch is missing (package patch)");
    const Scratch scratch(copy.room());
    const std::string diff = decoded(patch, scratch.folder), tree = scratch.folder + "/tree/";
    const std::set<std::string> files = files_of(diff);
    for (const std::string& file : files) {
        fs::create_directories(fs::path(tree + file).parent_path());
        if (const auto text = text_of(copy, overlay, file)) write_whole(tree + file, *text);
    }
    write_whole(scratch.folder + "/diff", diff);
    const std::string log = scratch.folder + "/log";
    const ProgramEnd o = run({{"patch", "-p1", "--batch", "--forward", "--no-backup-if-mismatch", "-i", "../diff"},
                              tree,
                              {"LC_ALL=C"},
                              log,
                              60,
                              false,
                              {}});
    if (!o.good()) throw model::CannotTell(fmt::format("{} does not apply", patch.path), tail_of(log, 6));
    for (const std::string& file : files) {
        if (fs::is_regular_file(tree + file))
            overlay[file] = read_whole(tree + file);
        else
            overlay[file] = std::nullopt;
    }
}

} // namespace

Patch read_patch(const std::string& path) {
    if (!fs::is_regular_file(path))
        throw model::BadInput(fmt::format("{} does not exist (a patch, a mailbox or an edit script)", path));
    Patch p{path, read_whole(path)};
    if (is_edit_script(p.text)) {
        read_edit_script(p.text, path);
    } else if (files_of(p.text).empty() && p.text.find("Content-Transfer-Encoding:") == std::string::npos)
        throw model::BadInput(
            fmt::format("{}:1:1: this changes nothing (a diff, a mailbox of diffs, or '{}')", path, edit_header));
    return p;
}

Overlay overlay_for(const Copy& copy, const std::vector<Patch>& patches, std::vector<std::string>& notes) {
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
    return overlay;
}

} // namespace checker::kernels::uml
