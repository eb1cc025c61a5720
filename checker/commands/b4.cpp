// `rmapcheck b4`: the hook for review-series-check-cmd of b4. A message or a mailbox on standard input, an array of
// results on standard output, and exit 0 whatever the results say, as b4 wants it.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <regex>

#include "checker/commands/gate.h"
#include "checker/kernels/patches/mail.h"
#include "checker/report/forms.h"
#include "checker/report/json.h"
#include "checker/support/files.h"
#include "checker/support/run.h"

namespace checker::inline commands {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// Where reverse mappings of anonymous pages are made, walked and moved. Other files cannot change what a walk finds.
constexpr std::array of_interest{"mm/ksm.c",    "mm/rmap.c",    "mm/mremap.c", "mm/vma.c",          "mm/mmap.c",
                                 "mm/memory.c", "mm/migrate.c", "mm/vmscan.c", "mm/interval_tree.c"};

bool touches_reverse_maps(const std::string& diff) {
    const auto any_name = [](const std::string&) { return true; };
    const std::set<std::string> names = kernels::files_of(diff, "standard input", any_name).names;
    return std::ranges::any_of(of_interest, [&](const char* file) { return names.contains(file); });
}

struct Mailbox { // of our own, gone with this
    std::string folder = (fs::temp_directory_path() / "rmapcheck-b4-XXXXXX").string();
    Mailbox() {
        if (!mkdtemp(folder.data())) throw model::CannotTell("no temporary folder can be made");
    }
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;
    ~Mailbox() {
        std::error_code ignored;
        fs::remove_all(folder, ignored);
    }
    std::string with(const std::string& text) const {
        write_whole(folder + "/series.mbox", text);
        return folder + "/series.mbox";
    }
};

// b4 hands over the first message only, which of a longer series is the cover letter. Then it is asked for the others.
// Empty: they cannot be had.
std::string series_of(const std::string& cover, const Mailbox& mailbox) {
    std::smatch id;
    if (!has_program("b4") || !std::regex_search(cover, id, std::regex("\nMessage-I[Dd]: *<([^>\\s]+)>"))) return {};
    Command c;
    c.arguments = {"b4", "am", "-o", mailbox.folder, id[1].str()};
    c.log = mailbox.folder + "/log";
    if (!run(c).good()) return {};
    for (const auto& f : fs::directory_iterator(mailbox.folder))
        if (f.path().extension() == ".mbx") return read_whole(f.path());
    return {};
}

bool is_cover_letter(const std::string& text) {
    return std::regex_search(text, std::regex("(^|\n)Subject:[^\n]*\\[[^\\]]*PATCH[^\\]]* 0+/[0-9]+\\]"));
}

json results(const Shared& shared, KernelGateOptions options) {
    const Mailbox mailbox;
    std::string text = read_whole("/dev/stdin"), diff = kernels::diffs_of(text, "standard input");
    if (diff.empty() && is_cover_letter(text)) {
        text = series_of(text, mailbox);
        if (text.empty())
            return json::array(
                {check_result("warn", "could not tell: a cover letter came, and b4 does not give the patches", "")});
        diff = kernels::diffs_of(text, "what b4 gave");
    }
    if (diff.empty() || !touches_reverse_maps(diff)) return json::array();
    options.guest.patches.push_back(mailbox.with(text));
    options.guest.save = mailbox.folder;
    try {
        return json::array({check_result(findings_of_a_kernel(shared, options))});
    } catch (const model::CannotTell& cannot) {
        return json::array({check_result("warn", std::string("could not tell: ") + cannot.what(), cannot.log)});
    }
}

} // namespace

std::function<int()> setup_b4(CommandLine& line, const Shared& shared) {
    auto options = std::make_shared<KernelGateOptions>();
    options->guest.kernel = "debian";
    options->no_time = true;
    line.value("--kernel", options->guest.kernel, "the tree that it is for: a folder, an archive, or debian-VERSION");
    line.repeated("--base", options->guest.base, "a patch that the series stands on; repeatable, in order");
    line.repeated("--trace", options->traces, "play this trace instead of the corpora; repeatable");
    line.value("--random", options->guest.random, "play so many random sequences as well");
    line.value("--corpora", options->corpora, "the folder with the traces");
    line.value("--cache", options->guest.cache, "where kernels are kept");
    line.value("--budget", options->guest.seconds, "the time for all of it");
    return [options, &shared] {
        fmt::print("{}\n", json_text(results(shared, *options)));
        return exit_agreement;
    };
}

} // namespace checker::inline commands
