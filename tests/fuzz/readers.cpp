#include "tests/fuzz/readers.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "checker/judge/runner.h"
#include "checker/kernels/patches/edit.h"
#include "checker/kernels/patches/mail.h"
#include "model/fail.h"
#include "model/invariants.h"
#include "model/trace/import/strace.h"
#include "model/trace/trace.h"

namespace fuzz {
namespace {

// A text may ask for much; here it gets little.
unsigned looked = 0;
bool enough() { return ++looked > 3000; }

model::Config little() {
    model::Config c;
    c.limit_pages = 512;
    c.out_of_time = enough;
    looked = 0;
    return c;
}

void must(bool holds, const char* what) {
    if (!holds) throw std::logic_error(what);
}

void read_a_trace(std::string_view text) {
    const model::Trace trace = model::read_trace(text, "text");
    must(model::read_trace(model::to_text(trace), "text") == trace, "what is written is not what was read");
    model::Kernel k = model::boot(little());
    for (const model::Step& step : trace.steps) model::at_step(trace, step, [&] { return model::play(k, step); });
    if (const auto broken = model::first_broken_invariant(k)) throw std::logic_error(*broken);
}

void read_expectations(std::string_view lines) {
    std::string text = std::string(model::trace_header) +
                       "\n1 mmap(0x10000, 0x3000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n"
                       "1 madvise(0x10000, 0x3000, MADV_MERGEABLE)\n1 store(0x10000, 0x2000, 0x77)\n* ksmd(2)\n"
                       "* walk(1, 0x10000)\n";
    while (!lines.empty()) {
        const std::size_t end = std::min(lines.find('\n'), lines.size());
        text += "#= " + std::string(lines.substr(0, end)) + "\n";
        lines.remove_prefix(std::min(end + 1, lines.size()));
    }
    const model::Trace trace = model::read_trace(text, "text");
    must(model::read_trace(model::to_text(trace), "text") == trace, "what is written is not what was read");
    checker::RunOptions how;
    how.config = little();
    checker::run_trace(trace, how);
}

// Whatever import writes, run plays.
void read_a_log(std::string_view text) {
    model::ImportOptions how;
    how.config = little();
    const model::ImportResult result = model::import_strace(text, "log", how);
    const std::string written = model::to_text(result.trace);
    try {
        model::Config config = little();
        config.limit_pages *= 2;
        config.out_of_time = nullptr;
        model::require_playable(model::read_trace(written, "imported"), config);
    } catch (const model::Failure& e) {
        throw std::logic_error("import writes what cannot be played: " + std::string(e.what()));
    }
}

void read_an_edit_script(std::string_view text) {
    using namespace checker::kernels;
    const EditScript script = read_edit_script(text, "script");
    const std::string source =
        "static void rmap_walk_ksm(void)\n{\n\tanon_vma_interval_tree_foreach(vmac, 0, ULONG_MAX);\n}\n";
    for (const Edit& edit : script.edits) apply_edit(script, edit, [&](const std::string&) { return source; });
}

void expect_inside(const std::string& diff) {
    using namespace checker::kernels;
    for (const std::string& name : files_of(diff, "patch", [](const std::string&) { return true; }).names) {
        must(!name.empty() && name[0] != '/', "a diff names a file by an absolute path");
        must(("/" + name + "/").find("/../") == std::string::npos, "a diff names a file outside the tree");
    }
}

void read_a_diff(std::string_view text) { expect_inside(std::string(text)); }
void read_a_mail(std::string_view text) { expect_inside(checker::kernels::diffs_of(std::string(text), "mail")); }

constexpr std::string_view some_expectations =
    "vmas 1: 0x10000-0x13000 rw-p 0x10 A1[A1]\npte 1:0x10000 ksm\nsame 1:0x10000 1:0x11000\ndiffer 1:0x10000 "
    "1:0x12000\n"
    "ksm pages_shared 1\nfinds naive\nmisses addr-shift 1:0x10000\n[7.3] stays addr-shift\nregressed naive 1:0x10000\n";
constexpr std::string_view a_log =
    "7 execve(\"/bin/x\", [\"x\"], 0x7f /* 3 vars */) = 0\n7 brk(NULL) = 0x10000\n"
    "7 mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x20000\n"
    "7 mprotect(0x20000, 4096, PROT_READ <unfinished ...>\n8 munmap(0x1, 4096) = -1 EINVAL (Invalid argument)\n"
    "7 <... mprotect resumed>) = 0\n7 madvise(0x20000, 8192, MADV_MERGEABLE) = 0\n"
    "7 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|SIGCHLD, child_tidptr=0x7f) = 8\n"
    "7 mremap(0x20000, 4096, 8192, MREMAP_MAYMOVE) = 0x30000\n8 +++ exited with 0 +++\n7 exit_group(0) = ?\n";
constexpr std::string_view a_diff =
    "diff --git a/mm/ksm.c b/mm/ksm.c\n--- a/mm/ksm.c\n+++ b/mm/ksm.c\n@@ -1,2 +1,2 @@\n line\n-old\n+new\n"
    "diff --git a/x b/y\nrename from x\nrename to y\nnew file mode 120000\n--- /dev/null\n+++ b/z\n@@ -0,0 +1 @@\n+t\n";
constexpr std::string_view a_mail =
    "From 0 Mon Sep 17 00:00:00 2001\nFrom: A <a@b.example>\nSubject: [PATCH] x\nContent-Type: text/plain; "
    "charset=utf-8\n"
    "Content-Transfer-Encoding: QUOTED-PRINTABLE\n\nwhy\n\n    --- a/q\n    +++ b/q\n---\n mm/ksm.c | 2 +-\n\n"
    "diff --git a/mm/ksm.c b/mm/ksm.c\n--- a/mm/ksm.c\n+++ b/mm/ksm.c\n@@ -1,2 +1,2 @@\n a\n-b\n+c=3D\n-- \n2.39\n";

const std::array all{
    Reader{"trace", read_a_trace, {"corpora/operations", "corpora/malformed", "corpora/history"}, ""},
    Reader{"expectations", read_expectations, {}, some_expectations, 1500},
    Reader{"strace", read_a_log, {"tests/schema"}, a_log},
    Reader{"edit", read_an_edit_script, {"corpora/patches"}, ""},
    Reader{"diff", read_a_diff, {}, a_diff},
    Reader{"mail", read_a_mail, {}, a_mail, 25}, // git reads each
};

} // namespace

std::span<const Reader> readers() { return all; }

std::string complaint(const Reader& reader, std::string_view text) {
    try {
        reader.read(text);
    } catch (const model::Failure& refused) {
        const std::string what = refused.what();
        if (refused.exit == model::exit_defect) return what;
        if (std::ranges::any_of(what, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }))
            return "a control character in: " + what;
    } catch (const std::exception& e) {
        return e.what();
    }
    return {};
}

} // namespace fuzz
