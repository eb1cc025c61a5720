#include "checker/mend/price.h"

#include <utility>

#include "checker/judge/ksm_entries.h"
#include "checker/search/random/sequence.h"
#include "model/canonical.h"
#include "model/ksm.h"
#include "model/locks.h"
#include "model/page_table.h"

namespace checker::inline mend {
namespace {

using namespace model;

// struct ksm_rmap_item of 7.3, on x86-64; no piece makes it larger.
constexpr std::uint64_t bytes_of_an_item = 64;
constexpr std::uint64_t base = 0x100000000;

void run(Kernel& k, Pid pid, Operation op, std::optional<Result> told = {}) {
    Step s;
    s.pid = pid;
    s.op = std::move(op);
    s.expected = told;
    require(model::play(k, s).error == Errno::ok, "a step of a priced machine fails");
}

Config config_of(PieceSet set, const Rules& rules) {
    Config config;
    config.rules = rules;
    config.mends = mends_of(set);
    config.max_map_count = 1000000;
    return config;
}

// One mergeable mapping with two equal pages, at its first and its last page, merged.
Kernel merged(const Config& config, std::uint64_t pages) {
    Kernel k = boot(config);
    const MapBits flags{map_private | map_anonymous | map_fixed};
    run(k, 1, Mmap{{base}, {pages * PAGE_SIZE}, {prot_read | prot_write}, flags, {}, {}});
    run(k, 1, Madvise{{base}, {pages * PAGE_SIZE}, {madv_mergeable}});
    run(k, 1, Store{{base}, {1}, {1}});
    run(k, 1, Store{{base + (pages - 1) * PAGE_SIZE}, {1}, {1}});
    run(k, 0, Ksmd{{2}});
    return k;
}

std::uint64_t visited(const Kernel& k, PieceSet set, Vpn page) {
    const Id<Pte> pte = pte_at(k, find_process(k, 1), page);
    require(pte && k.ptes[pte].kind == Pte::Kind::present, "the page of a priced machine is not there");
    const Id<Folio> folio =
        k.ptes[pte].folio; // a piece may have made it an ordinary one, whose walk costs nothing here
    return k.folios[folio].mapping == Folio::Mapping::ksm ? walk_of(set).walk(k, folio).cost.all.visited : 0;
}

Kernel split(PieceSet set, const Rules& rules) {
    Kernel k = merged(config_of(set, rules), split_vmas);
    for (std::uint64_t i = 1; i < split_vmas; i += 2)
        run(k, 1, Mprotect{{base + i * PAGE_SIZE}, {PAGE_SIZE}, {prot_read}});
    return k;
}

std::uint64_t visited_with_one_lost(Kernel k, PieceSet set) {
    constexpr std::uint64_t last = base + (split_vmas - 1) * PAGE_SIZE;
    run(k, 0, SwapOut{{1}, {base}});
    run(k, 1, Load{{last}, {1}});
    run(k, 0, Ksmd{{1}});
    run(k, 1, Load{{base}, {1}});
    return visited(k, set, vpn(last));
}

std::uint64_t forked(PieceSet set, const Rules& rules) {
    Kernel k = merged(config_of(set, rules), 2);
    for (Pid n = 0; n < forked_children; ++n) run(k, 1, Fork{}, Result::of(n + 2));
    return visited(k, set, vpn(base));
}

// Random sequences, and scans at their end until nothing changes.
struct Worked {
    std::uint64_t operations = 0, copies = 0, passes = 0, shared = 0, items = 0, leads = 0;
};

constexpr unsigned most_passes = 27; // smart scan has looked at every page by then (checker/judge/lifetimes.h)

Worked work(PieceSet set, const Rules& rules, std::uint64_t seed) {
    Worked w;
    const DrawScope scope;
    for (std::uint64_t n = 0; n < priced_runs; ++n) {
        Kernel k = boot(config_of(set, rules));
        Sequence sequence(seed, n, scope);
        while (std::optional<Step> step = sequence.next(k)) {
            try {
                model::play(k, *step);
            } catch (const WouldWait&) {
                continue;
            }
            ++w.operations;
        }
        k.items.each([&](Id<RmapItem>, const RmapItem& i) {
            if (i.state == RmapItem::State::stable) ++(is_lead(i) ? w.leads : w.items);
        });
        w.copies += k.ksm.copied_to_mend;
        std::vector<std::uint64_t> before = canonical(k);
        for (unsigned pass = 0; pass < most_passes; ++pass) {
            ksm_full_scan(k);
            std::vector<std::uint64_t> after = canonical(k);
            if (after == before) break;
            ++w.passes;
            before = std::move(after);
        }
        std::vector<KsmEntry> entries;
        read_ksm_entries(k, entries);
        w.shared += entries.size();
    }
    return w;
}

double per(std::uint64_t a, std::uint64_t b, double unit = 1) {
    return b ? unit * static_cast<double>(a) / static_cast<double>(b) : 0;
}

} // namespace

Prices::Prices(const Rules& rules, std::uint64_t seed) : rules_(rules), seed_(seed) {
    const Worked plain = work(0, rules, seed);
    passes_of_the_kernel_ = per(plain.passes, priced_runs);
    shared_by_the_kernel_ = plain.shared;
}

Price Prices::of(PieceSet set) const {
    const Worked w = work(set, rules_, seed_);
    const Kernel k = split(set, rules_);
    return {visited(k, set, vpn(base)),
            forked(set, rules_),
            visited_with_one_lost(k, set),
            bytes_of_an_item,
            per(w.leads, w.items),
            per(w.copies, w.operations, 1000),
            per(w.shared, shared_by_the_kernel_),
            per(w.passes, priced_runs) - passes_of_the_kernel_};
}

} // namespace checker::inline mend
