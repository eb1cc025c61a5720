#include "checker/kernels/sight/observe.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "checker/kernels/agent/protocol.h"
#include "checker/kernels/sight/frames.h"
#include "checker/kernels/sight/observe_kernel.h"
#include "model/arithmetic/units.h"
#include "model/flags.h"

namespace checker::kernels {
namespace {

constexpr std::uint64_t most_pages = 1u << 20; // of one process

std::uint64_t flags_of(const std::string& line) { // "VmFlags: rd wr mr mw me ac "
    std::uint64_t flags = 0;
    std::istringstream words(line.substr(8));
    for (std::string word; words >> word;)
        for (const auto& f : model::vm_flag_letters)
            if (word == f.letters) flags |= f.value;
    return flags;
}

// /proc/PID/smaps without the agent's own mappings.
std::optional<std::vector<VmaPicture>> read_smaps(pid_t pid, const Executor& executor) {
    std::ifstream in(fmt::format("/proc/{}/smaps", pid));
    if (!in) return {};
    std::vector<VmaPicture> vmas;
    bool ours = false;
    for (std::string line; std::getline(in, line);) {
        unsigned long long start, end, offset, inode;
        char prot[5];
        if (std::sscanf(line.c_str(), "%llx-%llx %4s %llx %*s %llu", &start, &end, prot, &offset, &inode) == 5) {
            ours = (start < agent::on_this_machine.start || start >= agent::on_this_machine.end) &&
                   start < model::TASK_SIZE;
            if (!ours) continue;
            VmaPicture v;
            v.start = start;
            v.end = end;
            v.file = inode ? executor.file_of(inode) : -1;
            v.pgoff = offset >> model::PAGE_SHIFT;
            vmas.push_back(v);
        } else if (ours && line.starts_with("VmFlags:"))
            vmas.back().flags = flags_of(line);
    }
    return vmas;
}

// Nothing: no picture.
std::optional<PagePicture> read_page(std::uint64_t address, const PagemapEntry& entry) {
    if ((!entry.present() && !entry.swapped()) || entry.guard()) return {};
    PagePicture p;
    p.address = address;
    if (entry.swapped()) {
        p.kind = entry.swap_type() >= 29 ? PagePicture::Kind::migration : PagePicture::Kind::swap; // SWP_MIGRATION_*
        p.frame = (Name{1} << 60) + entry.swap_entry();
        return p;
    }
    const FrameFlags flags = frame_flags(entry.frame()).value_or(FrameFlags{});
    if (flags.zero()) {
        p.kind = PagePicture::Kind::zero;
        return p;
    }
    p.kind = flags.ksm() ? PagePicture::Kind::ksm : entry.file() ? PagePicture::Kind::file : PagePicture::Kind::anon;
    p.frame = entry.frame();
    if (p.kind == PagePicture::Kind::file) return p;
    p.swap_cache = flags.swap_cache();
    p.mapcount = frame_count(entry.frame()).value_or(0);
    return p;
}

Available<void> read_pages(ProcessPicture& p, pid_t real) {
    const Pagemap pagemap(real);
    std::uint64_t pages = 0;
    for (const VmaPicture& v : p.vmas) {
        pages += (v.end - v.start) >> model::PAGE_SHIFT;
        if (pages > most_pages)
            return unavailable(fmt::format("process {} maps more than {} pages", p.pid, most_pages));
        const auto entries = pagemap.read(v.start, v.end);
        if (entries.empty()) return unavailable(fmt::format("/proc/{}/pagemap cannot be read", real));
        for (std::size_t i = 0; i < entries.size(); ++i)
            if (const auto page = read_page(v.start + i * model::PAGE_SIZE, entries[i])) p.pages.push_back(*page);
    }
    return {};
}

bool readable(const ProcessPicture& p, std::uint64_t address) {
    const auto v = std::ranges::upper_bound(p.vmas, address, {}, &VmaPicture::start);
    return v != p.vmas.begin() && address < std::prev(v)->end && (std::prev(v)->flags & model::VM_ACCESS_FLAGS);
}

// By the process itself: reading from outside would count as a use of the page.
void read_contents(ProcessPicture& p, const Process& process, Executor& executor) {
    std::vector<PagePicture*> pages;
    std::vector<std::uint64_t> addresses;
    for (PagePicture& page : p.pages)
        if ((page.kind == PagePicture::Kind::anon || page.kind == PagePicture::Kind::ksm ||
             page.kind == PagePicture::Kind::file) &&
            readable(p, page.address)) {
            pages.push_back(&page);
            addresses.push_back(page.address);
        }
    const std::vector<std::optional<std::uint8_t>> bytes = executor.peek(process, addresses);
    for (std::size_t i = 0; i < pages.size(); ++i)
        if (bytes[i]) pages[i]->byte = *bytes[i];
}

void read_ksm_stat(ProcessPicture& p, pid_t real) {
    std::ifstream in(fmt::format("/proc/{}/ksm_stat", real));
    std::string key, value;
    while (in >> key >> value) {
        if (key == "ksm_rmap_items") p.rmap_items = std::stoull(value);
        if (key == "ksm_zero_pages") p.zero_pages = std::stoull(value);
        if (key == "ksm_merging_pages") p.merging_pages = std::stoull(value);
        if (key == "ksm_merge_any:") p.merge_any = value == "yes";
    }
}

KsmPicture read_ksm(const KsmControl& ksm, const KsmBefore& before) {
    return {ksm.get("pages_shared"),
            ksm.get("pages_sharing"),
            ksm.get("pages_unshared"),
            ksm.get("pages_volatile"),
            ksm.get("pages_skipped") - before.pages_skipped,
            ksm.get("stable_node_chains"),
            ksm.get("stable_node_dups"),
            0,
            0,
            static_cast<std::int64_t>(ksm.get("ksm_zero_pages")) - before.zero_pages};
}

// Does pagemap show frame numbers, and kpageflags say what they are?
bool frames_are_visible() {
    static char page[4096];
    page[0] = 1;
    const auto at = reinterpret_cast<std::uint64_t>(&page[0]) & ~(model::PAGE_SIZE - 1);
    const auto entry = read_pagemap(getpid(), at, at + model::PAGE_SIZE);
    return !entry.empty() && entry[0].frame() && frame_flags(entry[0].frame()) && frame_count(entry[0].frame());
}

} // namespace

Eyes open_eyes(Level at_most) {
    Eyes eyes;
    if (at_most == Level::maps) return eyes;
    if (!frames_are_visible()) {
        eyes.why_not_higher = "frame numbers are hidden (they need root)";
        return eyes;
    }
    eyes.level = Level::frames;
    if (at_most == Level::frames) return eyes;
    auto memory = KernelMemory::open();
    if (!memory) {
        eyes.why_not_higher = memory.error().reason;
        return eyes;
    }
    eyes.memory.emplace(*std::move(memory));
    eyes.level = Level::kernel;
    return eyes;
}

Available<Picture> observe(Eyes& eyes, Executor& executor, const KsmControl* ksm, const ObserveOptions& how) {
    Picture picture;
    picture.level = eyes.level;
    picture.has_ksm = ksm != nullptr;
    for (const Process& process : executor.processes()) {
        ProcessPicture p;
        p.pid = process.pid;
        auto vmas = read_smaps(process.real, executor);
        if (!vmas) return unavailable(fmt::format("/proc/{}/smaps cannot be read", process.real));
        p.vmas = std::move(*vmas);
        if (eyes.level >= Level::frames) {
            if (const auto read = read_pages(p, process.real); !read) return unavailable(read.error());
            if (how.contents) read_contents(p, process, executor);
        }
        if (ksm) read_ksm_stat(p, process.real);
        picture.processes.push_back(std::move(p));
    }
    if (ksm) picture.ksm = read_ksm(*ksm, how.before);
    if (eyes.level == Level::kernel)
        if (const auto seen = look_into_kernel(*eyes.memory, executor.processes(), picture); !seen)
            return unavailable(seen.error());
    return picture;
}

} // namespace checker::kernels
