// The scanner of the running kernel, borrowed: its settings are the machine's, so they are saved, and put back on every
// way out of the program that can be caught.
#pragma once

#include <cstdint>

#include "checker/kernels/ksm/settings.h"
#include "checker/support/available.h"
#include "model/config.h"
#include "model/ops/fields.h"

namespace checker::kernels {

// The setting that a trace writes.
KsmSetting setting_of(model::KnobName knob);

// While it lives nobody else uses ksmd through this program, and ksmd only moves when told.
class KsmControl {
  public:
    // Refuses where KSM is absent, not ours to write, or in use by others, unless `force`. A `run` of 2 means that
    // it is stopped, and used by nobody.
    static Available<KsmControl> acquire(bool force);
    KsmControl(KsmControl&& other) noexcept;
    KsmControl& operator=(KsmControl&&) = delete;
    ~KsmControl();

    // Forgets all that ksmd knows, and takes over the settings of the model.
    void reset(const model::Config& config);
    // Writes a setting as a trace does. Returns 0 or an errno.
    int write(KsmSetting setting, std::uint64_t value);
    // Runs exactly `scans` full scans. Says why if ksmd does not: not while run is 2, and within ten seconds each.
    Available<void> scan(std::uint64_t scans);
    std::uint64_t get(const char* name) const;

  private:
    KsmControl() = default;
    bool owner_ = false;
    int lock_ = -1;
    int ksmd_ = -1;          // /proc/PID/stat of ksmd
    void* keeper_ = nullptr; // a mergeable range without pages: ksmd's list is never empty
    bool long_sleep_ = false;
};

} // namespace checker::kernels
