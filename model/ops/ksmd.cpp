#include "model/ops/ksmd.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "model/canonical.h"
#include "model/ksm.h"
#include "model/limits.h"
#include "model/locks.h"
#include "model/ops/knob.h"

namespace model {

namespace {

// A machine that nothing but ksmd touches comes back, sooner or later, to a state in which it was: Brent's search for
// the period ("An improved Monte Carlo factorization algorithm", 1980). What differs from one round to the next are the
// counters of passes and of skipped pages, which grow evenly, and the seqnr of items, which is that of a pass modulo
// 256; so rounds are left out in multiples of 256.
class Rounds {
  public:
    // After pass number n, from 1: how many of the `rest` passes behind it can be left out.
    std::uint64_t to_leave_out(const Kernel& k, std::uint64_t n, std::uint64_t rest) {
        constexpr std::uint64_t few = 64; // which cost less than to compare
        if (n < few || found_) return 0;
        const std::span<const std::uint64_t> form = canonicalizer_.form(k, Symmetry::identities);
        if (n > began_ && std::ranges::equal(form, form_)) {
            found_ = true;
            const std::uint64_t round = std::lcm(n - began_, std::uint64_t{256});
            skipped_ = (k.ksm.pages_skipped - skipped_at_) * (rest / round * (round / (n - began_)));
            return rest / round * round;
        }
        if (std::has_single_bit(n)) {
            began_ = n;
            form_.assign(form.begin(), form.end());
            skipped_at_ = k.ksm.pages_skipped;
        }
        return 0;
    }
    // What pages_skipped would have grown by in them.
    std::uint64_t skipped() const { return skipped_; }

  private:
    Canonicalizer canonicalizer_;
    std::vector<std::uint64_t> form_;
    std::uint64_t began_ = UINT64_MAX, skipped_at_ = 0, skipped_ = 0;
    bool found_ = false;
};

} // namespace

// ksmd_should_run(): KSM_RUN_MERGE. While `run` is 0 or 2 it sleeps.
Result apply(Context c, const Ksmd& op) {
    if (c.k.config.run != 1) return {};
    need_ksm_thread_mutex(c.k);
    Rounds rounds;
    for (std::uint64_t n = 1; n <= op.scans.v && c.k.ksm.slots_first; ++n) {
        require_time(c.k.config);
        ksm_full_scan(c.k);
        if (const std::uint64_t more = rounds.to_leave_out(c.k, n, op.scans.v - n)) {
            n += more;
            c.k.ksm.seqnr += more;
            c.k.ksm.pages_skipped += rounds.skipped();
        }
        if (n == UINT64_MAX) break;
    }
    return {};
}

Scanning begin(Context c, const Ksmd& op) {
    need_ksm_thread_mutex(c.k);
    return begin_scan(c.k.config.run == 1 ? op.scans.v : 0);
}

namespace {

// max_page_sharing_store(): not while anything is merged.
Errno set_max_page_sharing(Kernel& k, std::uint64_t value) {
    if (value < 2 || value > INT32_MAX) return Errno::einval;
    if (value == k.config.max_page_sharing) return Errno::ok;
    need_ksm_thread_mutex(k);
    if (ksm_counters(k).pages_shared || !remove_all_stable_nodes(k)) return Errno::ebusy;
    k.config.max_page_sharing = static_cast<std::uint32_t>(value);
    return Errno::ok;
}

} // namespace

Result apply(Context c, const SetKnob& op) {
    Config& config = c.k.config;
    switch (op.knob.v) {
    case KnobName::max_page_sharing: return set_max_page_sharing(c.k, op.value.v);
    case KnobName::run:
        if (op.value.v > 2) return Errno::einval;
        need_ksm_thread_mutex(c.k);
        if (config.run != op.value.v && op.value.v == 2) {
            config.run = 2;
            unmerge_and_remove_all_rmap_items(c.k);
        }
        config.run = static_cast<std::uint8_t>(op.value.v);
        return {};
    case KnobName::smart_scan:
    case KnobName::use_zero_pages:
        if (op.value.v > 1) return Errno::einval;
        (op.knob.v == KnobName::smart_scan ? config.smart_scan : config.use_zero_pages) = op.value.v;
        return {};
    }
    return Errno::einval;
}

} // namespace model
