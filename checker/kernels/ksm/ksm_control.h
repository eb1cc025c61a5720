// The scanner of the running kernel, borrowed: its settings are the machine's, so they are saved, and put back on every
// way out of the program that can be caught.
//
// One full scan, and no more: with sleep_millisecs huge and pages_to_scan huge, every *change* of sleep_millisecs wakes
// ksmd for one batch, which ends with the pass. (mm/ksm.c: ksm_scan_thread(), sleep_millisecs_store())
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "model/config.h"

namespace checker::kernels {

// Why something could not be done here. Never folded into success.
struct Unavailable {
    std::string reason;
};

// While it lives nobody else uses ksmd through this program, and ksmd only moves when told.
class KsmControl {
  public:
    // Refuses where KSM is absent, not ours to write, or in use by others, unless `force`.
    static std::variant<KsmControl, Unavailable> acquire(bool force);
    KsmControl(KsmControl&& other) noexcept;
    KsmControl& operator=(KsmControl&&) = delete;
    ~KsmControl();

    // Forgets all that ksmd knows, and takes over the settings of the model.
    void reset(const model::Config& config);
    // Writes a setting. Returns 0 or an errno.
    int set(const char* name, std::uint64_t value);
    // Runs exactly `scans` full scans. Returns false if ksmd does not do so within ten seconds.
    bool scan(std::uint64_t scans);
    std::uint64_t get(const char* name) const;

  private:
    KsmControl() = default;
    void poke();
    bool one_scan();
    bool owner_ = false;
    int lock_ = -1;
    int ksmd_ = -1; // /proc/PID/stat of ksmd
    void* keeper_ =
        nullptr; // a mergeable range without pages: ksmd's list is never empty, so every pass ends and counts
    bool long_sleep_ = false;
};

} // namespace checker::kernels
