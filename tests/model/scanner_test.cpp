// Two ways to scan, one result: whatever a sequence of operations did before, a pass that goes by range and a pass that
// goes by address leave machines that nothing can tell apart; and so does unmerging.
#include <gtest/gtest.h>

#include "checker/search/scope/search.h"
#include "model/address_space.h"
#include "model/canonical.h"
#include "model/ksm.h"

namespace model {
namespace {

std::uint64_t pages_of_scanned_vmas(const Kernel& k) {
    std::uint64_t pages = 0;
    k.vmas.each([&](Id<Vma>, const Vma& v) {
        if ((v.flags & VM_MERGEABLE) && v.anon_vma) pages += vma_pages(v.range).n;
    });
    return pages;
}

void map_mergeable(Kernel& k, std::uint64_t at, std::uint64_t size) {
    const MapBits flags{map_private | map_anonymous | map_fixed | map_noreserve};
    play(k, {1, Mmap{{at}, {size}, {prot_read | prot_write}, flags, {}, {}}, {}, 0});
    play(k, {1, Madvise{{at}, {size}, {madv_mergeable}}, {}, 0});
}

TEST(Scanner, ByRangeAndByAddressDoTheSame) {
    checker::scope::Scope scope;
    scope.pages = 4;
    scope.contents = 2;
    scope.ops = {"mprotect", "madvise", "mremap", "fork", "store", "load", "ksmd", "swap_out"};
    scope.config.smart_scan = true;
    const checker::scope::Catalog c = checker::scope::catalog(scope);
    std::uint64_t random = 11, by_range = 0, by_address = 0, unshared = 0;
    for (int run = 0; run < 300; ++run) {
        Kernel k = boot(scope.config);
        map_mergeable(k, scope.base, 4 * PAGE_SIZE);
        play(k, {1, Store{{scope.base}, {4 * PAGE_SIZE}, {0x11}}, {}, 0});
        for (int n = 0; n < 30; ++n) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            const Step& step = c.steps[(random >> 33) % c.steps.size()];
            if (!by_kernel(step.op) && !find_process(k, step.pid)) continue;
            if (const auto* out = std::get_if<SwapOut>(&step.op); out && !find_process(k, out->pid.v)) continue;
            if (!checker::scope::enabled(k, scope, step)) continue;
            play(k, checker::scope::as_played(k, step));

            Kernel ranged = k, addressed = k;
            const bool scans = k.ksm.slots_first.operator bool();
            by_range += ksm_full_scan(ranged, Scanner::by_range);
            const std::uint64_t looked_at = ksm_full_scan(addressed, Scanner::by_address);
            EXPECT_EQ(looked_at, scans ? pages_of_scanned_vmas(k) : 0u);
            by_address += looked_at;
            EXPECT_EQ(canonical(ranged), canonical(addressed));

            const Id<Mm> mm = k.processes.first(k.mms);
            const Id<Vma> vma = mm ? first_vma(k, mm) : Id<Vma>::none();
            if (!vma || !k.vmas[vma].anon_vma) continue;
            ranged = addressed = k;
            const Range range = k.vmas[vma].range;
            unmerge_ksm_pages(ranged, vma, range.start, range.end, Scanner::by_range);
            const std::uint64_t all =
                unmerge_ksm_pages(addressed, vma, range.start, range.end, Scanner::by_address).looked_at;
            EXPECT_EQ(all, vma_pages(range).n);
            EXPECT_EQ(canonical(ranged), canonical(addressed));
            unshared += canonical(ranged) != canonical(k);
        }
    }
    EXPECT_GT(by_address, by_range);
    EXPECT_GT(by_range, 1000u);
    EXPECT_GT(unshared, 20u);
}

TEST(Scanner, APageInAHugeMappingIsOnePlaceByRange) {
    Kernel k = boot();
    const std::uint64_t size = std::uint64_t{32} << 40;
    map_mergeable(k, PAGE_SIZE, size);
    play(k, {1, Store{{PAGE_SIZE}, {1}, {1}}, {}, 0});
    EXPECT_EQ(ksm_full_scan(k), 1u);
    EXPECT_EQ(pages_of_scanned_vmas(k), 8589934592u); // what by address would look at
}

} // namespace
} // namespace model
