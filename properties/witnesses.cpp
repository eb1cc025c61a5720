// What a campaign must have met. One that never saw a merged page in three processes has not tested the walks.
#include <algorithm>
#include <vector>

#include "checker/judge/judge.h"
#include "model/ksm.h"
#include "model/page_table.h"
#include "properties/properties.h"

namespace properties {
namespace {

using namespace model;
using checker::Arrival;
using checker::KsmEntry;
using checker::Moment;

template <class Op, Errno error> bool fails(const Moment& m) {
    return m.result.error == error && std::holds_alternative<Op>(m.step.op);
}

template <class F> bool some_vma(const Kernel& k, F&& f) {
    bool seen = false;
    k.vmas.each([&](Id<Vma>, const Vma& v) { seen |= f(v); });
    return seen;
}
template <class F> bool some_item(const Kernel& k, F&& f) {
    bool seen = false;
    k.items.each([&](Id<RmapItem>, const RmapItem& i) { seen |= f(i); });
    return seen;
}
template <Arrival arrival> bool arrived(const Moment& m) {
    return std::ranges::any_of(m.entries, [](const KsmEntry& e) { return e.arrival == arrival; });
}

bool three_processes(const Moment& m) {
    for (const KsmEntry& e : m.entries) {
        std::vector<Pid> pids;
        for (const KsmEntry& other : m.entries)
            if (other.folio == e.folio && std::ranges::find(pids, other.at.pid) == pids.end())
                pids.push_back(other.at.pid);
        if (pids.size() >= 3) return true;
    }
    return false;
}

bool foreign_offset(const Moment& m) {
    return some_vma(m.after,
                    [](const Vma& v) { return v.file < 0 && v.range.pgoff != anonymous_pgoff(v.range.start); });
}

bool reused_by_fork(const Moment& m) { // then the chain does not begin with the VMA's own anon_vma
    return some_vma(m.after, [&](const Vma& v) { return v.chain && m.after.avcs[v.chain].anon_vma != v.anon_vma; });
}

bool third_generation(const Moment& m) {
    return some_vma(m.after, [](const Vma& v) { return v.chain_len >= 3; });
}

bool chain_of_dups(const Moment& m) {
    return std::ranges::any_of(m.after.ksm.stable, [](const StablePlace& p) { return p.dups.size() >= 2; });
}

bool kept_over_cow(const Moment& m) {
    const Kernel& k = m.after;
    return some_item(k, [&](const RmapItem& i) {
        if (i.state != RmapItem::State::stable || k.mms[i.mm].exited) return false;
        Id<Pte> p = pte_at(k, i.mm, i.page);
        return p && k.ptes[p].kind == Pte::Kind::present && k.ptes[p].folio != k.nodes[i.head].folio;
    });
}

bool record_outlived(const Moment& m) {
    return std::ranges::any_of(m.disagreements, [](const checker::Disagreement& d) {
        return d.cause.facts[static_cast<std::size_t>(checker::Fact::record)] == 2;
    });
}

bool exited_with_items(const Moment& m) {
    bool seen = false;
    m.after.mms.each([&](Id<Mm>, const Mm& mm) { seen |= mm.exited && !mm.items.empty(); });
    return seen;
}

bool stale_node(const Moment& m) {
    bool seen = false;
    m.after.nodes.each([&](Id<StableNode>, const StableNode& n) { seen |= !n.folio; });
    return seen;
}

bool ksm_zero_page(const Moment& m) { return m.after.ksm.zero_pages > 0; }
bool page_skipped(const Moment& m) { return m.after.ksm.pages_skipped > 0; }

bool swap_entry_shared(const Moment& m) {
    bool seen = false;
    m.after.swaps.each([&](Id<SwapEntry>, const SwapEntry& s) { seen |= s.count >= 2; });
    return seen;
}

bool grown_down(const Moment& m) {
    return some_vma(m.after,
                    [](const Vma& v) { return (v.flags & VM_GROWSDOWN) && v.anon_vma && vma_pages(v.range).n >= 2; });
}

template <checker::Lifetime lifetime> bool miss_that(const Moment& m) {
    using namespace checker;
    const bool missed =
        std::ranges::any_of(m.disagreements, [](const Disagreement& d) { return d.cause.strategy == &reference(); });
    if (!missed) return false;
    Session session;
    session.strategies = {&reference()};
    session.machines.push_back({m.after, session.strategies});
    return std::ranges::any_of(judge_all_ksm_pages(session, 0, Lifetimes::find),
                               [](const Verdict& v) { return v.lifetime == lifetime; });
}

// THE list.
constexpr checker::Witness list[] = {
    {"three-processes", "a merged page that three processes map", three_processes},
    {"foreign-offset", "an anonymous VMA whose vm_pgoff is not its page number", foreign_offset},
    {"anon-vma-reused", "an anon_vma that fork used again", reused_by_fork},
    {"third-generation", "a VMA with three anon_vmas in its chain", third_generation},
    {"upgraded", "a page shared by fork that became a KSM page", arrived<Arrival::upgraded>},
    {"forked", "an entry for a KSM page that fork copied", arrived<Arrival::forked>},
    {"moved", "an entry for a KSM page that mremap moved", arrived<Arrival::moved>},
    {"swapped-in", "a KSM page mapped from the swap cache", arrived<Arrival::swapped_in>},
    {"swap-shared", "a swap entry that two page tables name", swap_entry_shared},
    {"two-dups", "a chain of two stable nodes with equal content", chain_of_dups},
    {"stale-node", "a stable node whose page is gone", stale_node},
    {"kept-over-cow", "a listed rmap_item whose page was copied on write", kept_over_cow},
    {"record-outlived", "a recorded page offset that is not the entry's any more", record_outlived},
    {"exited-with-items", "a process that has exited and still has rmap_items", exited_with_items},
    {"ksm-zero-page", "a zero page that KSM placed", ksm_zero_page},
    {"skipped", "a page that smart scan skipped", page_skipped},
    {"stack", "a written VMA that grows down", grown_down},
    {"miss-heals", "an entry that the reference misses until ksmd has run", miss_that<checker::Lifetime::heals>},
    {"miss-stays", "an entry that the reference misses for good", miss_that<checker::Lifetime::stays>},
    {"mmap-EINVAL", "mmap fails with EINVAL", fails<Mmap, Errno::einval>},
    {"mmap-ENOMEM", "mmap fails with ENOMEM", fails<Mmap, Errno::enomem>},
    {"mmap-EBADF", "mmap fails with EBADF", fails<Mmap, Errno::ebadf>},
    {"mmap-EEXIST", "mmap fails with EEXIST", fails<Mmap, Errno::eexist>},
    {"mmap-EOVERFLOW", "mmap fails with EOVERFLOW", fails<Mmap, Errno::eoverflow>},
    {"munmap-EINVAL", "munmap fails with EINVAL", fails<Munmap, Errno::einval>},
    {"mprotect-EINVAL", "mprotect fails with EINVAL", fails<Mprotect, Errno::einval>},
    {"mprotect-ENOMEM", "mprotect fails with ENOMEM", fails<Mprotect, Errno::enomem>},
    {"madvise-EINVAL", "madvise fails with EINVAL", fails<Madvise, Errno::einval>},
    {"madvise-ENOMEM", "madvise fails with ENOMEM", fails<Madvise, Errno::enomem>},
    {"mremap-EINVAL", "mremap fails with EINVAL", fails<Mremap, Errno::einval>},
    {"mremap-EFAULT", "mremap fails with EFAULT", fails<Mremap, Errno::efault>},
    {"mremap-ENOMEM", "mremap fails with ENOMEM", fails<Mremap, Errno::enomem>},
    {"mlock-EINVAL", "mlock fails with EINVAL", fails<Mlock, Errno::einval>},
    {"mlock-ENOMEM", "mlock fails with ENOMEM", fails<Mlock, Errno::enomem>},
    {"munlock-EINVAL", "munlock fails with EINVAL", fails<Munlock, Errno::einval>},
    {"munlock-ENOMEM", "munlock fails with ENOMEM", fails<Munlock, Errno::enomem>},
    {"prctl-EINVAL", "prctl fails with EINVAL", fails<Prctl, Errno::einval>},
    {"store-EFAULT", "a process writes where it may not", fails<Store, Errno::efault>},
    {"load-EFAULT", "a process reads where nothing is mapped", fails<Load, Errno::efault>},
    {"knob-EINVAL", "a setting is refused", fails<SetKnob, Errno::einval>},
    {"knob-EBUSY", "a setting is refused while pages are merged", fails<SetKnob, Errno::ebusy>},
    {"swap_out-EFAULT", "swap_out where nothing is mapped", fails<SwapOut, Errno::efault>},
    {"swap_out-EAGAIN", "swap_out misses an entry", fails<SwapOut, Errno::eagain>},
    {"swap_cache_drop-EFAULT", "swap_cache_drop where nothing is swapped out", fails<SwapCacheDrop, Errno::efault>},
    {"swap_cache_drop-ENOENT", "swap_cache_drop of what is not cached", fails<SwapCacheDrop, Errno::enoent>},
    {"swap_cache_drop-EBUSY", "swap_cache_drop of what is mapped", fails<SwapCacheDrop, Errno::ebusy>},
    {"migrate-EFAULT", "migrate where nothing is mapped", fails<Migrate, Errno::efault>},
    {"migrate-EAGAIN", "migrate misses an entry", fails<Migrate, Errno::eagain>},
};

} // namespace

std::span<const checker::Witness> witnesses() { return list; }

} // namespace properties
