// Drives ksmd, on whatever machine: the running one (KsmControl) and, inside a guest, its init. Freestanding.
//
// One full scan, and no more: with sleep_millisecs huge and pages_to_scan huge, every *change* of sleep_millisecs wakes
// ksmd for one batch, which ends with the pass. (mm/ksm.c: ksm_scan_thread(), sleep_millisecs_store())
//
// A Machine has
//   u64 get(const char* name)                 the value of a file of /sys/kernel/mm/ksm
//   i64 set(KsmSetting, u64 value)            0 or a negative errno
//   i64 set_word(KsmSetting, const char*)     the same for one that is a word
//   u64 now()                                 nanoseconds of a clock that only goes forward
//   void nap()                                waits a little
//   bool ksmd_sleeps()                        does ksmd wait for something?
//   bool long_sleep                           which of two values sleep_millisecs has
// and something that is mergeable, so that ksmd's list is never empty, and every pass ends and counts.
#pragma once

#include "checker/kernels/ksm/settings.h"

namespace checker::kernels {

using KsmValue = unsigned long;
inline constexpr long ksm_again = -11; // EAGAIN: ksmd did not scan within ten seconds, or scanned more often
inline constexpr long ksm_busy = -16;  // EBUSY: ksmd does not scan while run is 2

template <class Machine> void ksm_poke(Machine& m) {
    m.long_sleep = !m.long_sleep;
    m.set(KsmSetting::sleep_millisecs, 4000000000u - m.long_sleep);
}

// ksmd waits either for the time of its next batch, which the poke ends, or for `run` to become 1.
template <class Machine> bool ksm_one_scan(Machine& m) {
    constexpr KsmValue second = 1000000000, patience = second / 20;
    const KsmValue before = m.get("full_scans"), deadline = m.now() + 10 * second;
    ksm_poke(m);
    if (m.get("run") != 1) m.set(KsmSetting::run, 1);
    for (KsmValue again = m.now() + patience; m.get("full_scans") == before;) {
        if (m.now() > deadline) return false;
        if (m.now() > again && m.ksmd_sleeps()) { // the poke came when ksmd was just about to sleep
            ksm_poke(m);
            again = m.now() + patience;
        } else
            m.nap();
    }
    while (!m.ksmd_sleeps()) {
        if (m.now() > deadline) return false;
        m.nap();
    }
    return m.get("full_scans") == before + 1;
}

// Exactly so many full scans. Leaves `run` as it is: 0 between scans, whatever the trace says (ksm_write()), since ksmd
// scans by itself while it is 1. 0, ksm_again or ksm_busy.
template <class Machine> long ksm_scan(Machine& m, KsmValue scans) {
    if (!scans) return 0;
    const KsmValue run = m.get("run");
    if (run == 2) return ksm_busy;
    bool good = true;
    for (KsmValue n = 0; good && n < scans; ++n) good = ksm_one_scan(m);
    if (run != 1) m.set(KsmSetting::run, run);
    return good ? 0 : ksm_again;
}

// A setting as a trace writes it. 0 or a negative errno.
template <class Machine> long ksm_write(Machine& m, KsmSetting setting, KsmValue value) {
    if (setting == KsmSetting::run && value == 1) // or ksmd would begin a scan of its own; a scan sets it
        return m.get("run") == 2 ? m.set(KsmSetting::run, 0) : 0;
    return m.set(setting, value);
}

// Forgets all that ksmd knows. What a trace may set is as it says, everything else as the driver needs it.
template <class Machine>
void ksm_reset(Machine& m, KsmValue max_page_sharing, KsmValue use_zero_pages, KsmValue smart_scan) {
    m.set(KsmSetting::run, 2); // frees every rmap_item, and every stable node that nothing maps
    m.set(KsmSetting::run, 0);
    m.set_word(KsmSetting::advisor_mode, "none");
    m.set(KsmSetting::merge_across_nodes, 1);
    m.set(KsmSetting::max_page_sharing, max_page_sharing);
    m.set(KsmSetting::use_zero_pages, use_zero_pages);
    m.set(KsmSetting::smart_scan, smart_scan);
    m.set(KsmSetting::stable_node_chains_prune_millisecs, 1000000000);
    m.set(KsmSetting::pages_to_scan, 1000000000);
    ksm_one_scan(m); // setting `run` to 1 starts a pass: let it happen before anything is there to be merged
}

} // namespace checker::kernels
