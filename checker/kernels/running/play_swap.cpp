// Reclaim on a real kernel. It has no call that means "this page, now", so:
// a page that is mapped once goes by MADV_PAGEOUT, one that is mapped more often by DAMON (damon.h);
// whether it is in the swap cache is asked of mincore(2), which looks there for a swap entry (mm/mincore.c);
// a reference held meanwhile keeps it there, as a write to the disk that takes long would (pageout(), mm/vmscan.c);
// and what leaves the swap cache must be mapped once more and reclaimed again, now that it is clean.
#include <linux/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ctime>

#include "checker/kernels/ksm/damon.h"
#include "checker/kernels/running/play.h"
#include "checker/kernels/sight/frames.h"

namespace checker::kernels {
namespace {

constexpr std::size_t most_held = 128; // pages, each with two descriptors of the agent

bool reclaimable(const PagemapEntry& e) {
    return e.present() && e.frame() && !e.file() && !frame_flags(e.frame()).value_or(FrameFlags{}).zero();
}

bool wait_for(const std::function<bool()>& done) {
    const timespec nap{0, 200000};
    for (int tries = 0; tries < 10000; ++tries, nanosleep(&nap, nullptr))
        if (done()) return true;
    return false;
}

// Pages that wait in the list of some CPU cannot be taken for reclaim. A migration from node 0 to node 0 moves nothing,
// and drains those lists first (do_migrate_pages(): lru_cache_disable()).
void drain_lists() {
    const unsigned long node = 1;
    syscall(SYS_migrate_pages, 0, 2, &node, &node);
}

const auto no_pagemap = unavailable("pagemap cannot be read");

} // namespace

std::vector<std::int64_t> Play::hold(const Process& p, std::span<const std::uint64_t> pages) const {
    std::vector<std::int64_t> pipes;
    for (const std::uint64_t page : pages) {
        const std::int64_t pipe = e.ask(p, agent::Order::hold, {page}).value_or(-1);
        if (pipe >= 0) pipes.push_back(pipe); // what cannot be read cannot be held
    }
    return pipes;
}

void Play::release(const Process& p, std::span<const std::int64_t> pipes) const {
    for (const std::int64_t pipe : pipes)
        for (const std::int64_t end : {pipe & 0xffffffff, pipe >> 32})
            e.ask(p, agent::Order::call, {SYS_close, static_cast<std::uint64_t>(end)});
}

// Asks the kernel to reclaim one page. What the call returned; nothing if the process is gone.
std::optional<std::int64_t> Play::page_out(const Process& p, std::uint64_t page) const {
    return e.ask(p, agent::Order::call, {SYS_madvise, page, model::PAGE_SIZE, MADV_PAGEOUT});
}

bool Play::cached(const Process& p, std::uint64_t page) const {
    return e.ask(p, agent::Order::in_core, {page}).value_or(-1) == 1;
}

// The pages that the call will reclaim are held, so that they stay in the swap cache as on a slow device.
Played Play::page_out_range(const SystemCall& a) const {
    const Process* self = e.find(a.pid);
    if (!self) return no_such_process;
    const std::uint64_t start = a.arguments[0];
    const std::uint64_t length = (a.arguments[1] + model::PAGE_SIZE - 1) & ~(model::PAGE_SIZE - 1);
    if (length > (1ull << 30) || start >= model::TASK_SIZE || start % model::PAGE_SIZE || !length)
        return tell(a.pid, a); // reclaims nothing, or more than a trace maps
    const auto before = read_pagemap(self->real, start, start + length);
    if (before.empty()) return no_pagemap;
    std::vector<std::uint64_t> pages;
    for (std::size_t i = 0; i < before.size(); ++i)
        if (reclaimable(before[i]) && frame_count(before[i].frame()) == 1u)
            pages.push_back(start + i * model::PAGE_SIZE);
    if (pages.size() > most_held) return unavailable("MADV_PAGEOUT of more pages than can be held in the swap cache");
    const std::vector<std::int64_t> pipes = hold(*self, pages);
    const Played done = tell(a.pid, a);
    release(*self, pipes);
    for (const std::uint64_t page : pages) {
        const auto after = read_pagemap(self->real, page, page + model::PAGE_SIZE);
        if (after.empty()) return no_pagemap;
        if (!after[0].swapped()) continue;
        if (!cached(*self, page)) return unavailable("a page that cannot be held left the swap cache at once");
        e.cached_[after[0].swap_entry()] = before[(page - start) / model::PAGE_SIZE].frame();
    }
    return done;
}

// It stays in the page cache, dirty or not: what goes are its entries.
Played Play::reclaim_page_of_file(const Process& p, std::uint64_t page, std::uint64_t frame) const {
    const auto unmapped = [&] { return frame_count(frame) == 0u; };
    if (!frame_flags(frame).value_or(FrameFlags{}).lru()) drain_lists();
    if (!page_out(p, page)) return gone;
    if (!unmapped())
        if (const auto tried = damon_page_out(frame, unmapped); !tried)
            return unavailable(
                "a page of a file that is mapped more than once needs DAMON to be reclaimed by itself: " +
                tried.error().reason);
    return unmapped() ? Played{model::Result{}} : unavailable("the kernel did not unmap the page of a file");
}

Played Play::operator()(const ReclaimPage& a) const {
    if (!e.swap_) return unavailable("no swap (--swap FILE makes some)");
    const Process* p = e.find(a.pid);
    if (!p) return no_such_process;
    const std::uint64_t page = a.address & ~(model::PAGE_SIZE - 1);
    const auto before = read_pagemap(p->real, page, page + model::PAGE_SIZE);
    if (before.empty()) return no_pagemap;
    if (before[0].swapped()) return unavailable("swap_out of a page that is swapped out here");
    const std::uint64_t frame = before[0].frame();
    if (before[0].present() && !frame) return unavailable("frame numbers are hidden (CAP_SYS_ADMIN)");
    if (before[0].present() && before[0].file()) return reclaim_page_of_file(*p, page, frame);
    if (!reclaimable(before[0])) return model::Result{model::Errno::efault};
    const std::vector<std::int64_t> pipes = hold(*p, std::span(&page, 1));
    if (pipes.empty()) return unavailable("the page cannot be held in the swap cache (it cannot be read)");
    const bool before_in_cache = frame_flags(frame).value_or(FrameFlags{}).swap_cache();
    const auto done = page_out(*p, page);
    Available<void> tried_by_damon;
    const auto in_cache = [&] { return frame_flags(frame).value_or(FrameFlags{}).swap_cache(); };
    const auto tried = [&] { return frame_count(frame) == 0u || (!before_in_cache && in_cache()); };
    if (!frame_flags(frame).value_or(FrameFlags{}).lru()) drain_lists();
    if (frame_count(frame).value_or(0) > 1) tried_by_damon = damon_page_out(frame, tried);
    release(*p, pipes);
    if (!done) return gone;
    if (*done < 0) return unavailable("a page of a mlocked range is not reclaimed by itself");
    if (!tried_by_damon)
        return unavailable("a page that is mapped more than once needs DAMON to be reclaimed by itself: " +
                           tried_by_damon.error().reason);
    const auto after = read_pagemap(p->real, page, page + model::PAGE_SIZE);
    if (after.empty()) return no_pagemap;
    if (after[0].swapped()) e.cached_[after[0].swap_entry()] = frame;
    if (frame_count(frame) == 0u) return model::Result{};
    if (!before_in_cache && in_cache()) return model::Result{model::Errno::eagain}; // tried, and missed an entry
    return unavailable("the kernel did not try to reclaim the page");
}

// Reclaim once more: the page is mapped by a read, and unmapped again. The first time it is written, the second time
// it is clean and goes. Returns whether it went.
bool Play::push_out(const Process& p, std::uint64_t page) const {
    for (int tries = 0; tries < 4 && cached(p, page); ++tries) {
        e.ask(p, agent::Order::read, {page, 1});
        const auto now = read_pagemap(p.real, page, page + model::PAGE_SIZE);
        if (now.empty() || !reclaimable(now[0]) || frame_count(now[0].frame()) != 1u) return false;
        const std::uint64_t frame = now[0].frame();
        if (!frame_flags(frame).value_or(FrameFlags{}).swap_cache()) return false; // it was copied instead
        if (!wait_for([&] { return !frame_flags(frame).value_or(FrameFlags{}).writeback(); })) return false;
        if (!frame_flags(frame).value_or(FrameFlags{}).lru()) drain_lists();
        page_out(p, page);
        const auto after = read_pagemap(p.real, page, page + model::PAGE_SIZE);
        if (after.empty() || !after[0].swapped()) return false;
    }
    return !cached(p, page);
}

Played Play::operator()(const DropFromSwapCache& a) const {
    const Process* p = e.find(a.pid);
    if (!p) return no_such_process;
    const std::uint64_t page = a.address & ~(model::PAGE_SIZE - 1);
    const auto entry = read_pagemap(p->real, page, page + model::PAGE_SIZE);
    if (entry.empty()) return no_pagemap;
    if (!entry[0].swapped()) return model::Result{model::Errno::efault};
    if (!cached(*p, page)) return model::Result{model::Errno::enoent};
    const auto known = e.cached_.find(entry[0].swap_entry());
    if (known == e.cached_.end()) return unavailable("it is not known which page the swap cache holds");
    if (frame_count(known->second).value_or(1)) return model::Result{model::Errno::ebusy};
    if (!push_out(*p, page)) return unavailable("the page cannot be made to leave the swap cache by itself");
    e.cached_.erase(entry[0].swap_entry());
    return model::Result{};
}

} // namespace checker::kernels
