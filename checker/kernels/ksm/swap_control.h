// Somewhere to swap to: a device that the machine has, or a file that is ours while this lives.
#pragma once

#include <optional>
#include <string>

#include "checker/kernels/ksm/ksm_control.h"

namespace checker::kernels {

class SwapControl {
  public:
    // With a path: makes a file of 16 MiB there, which must not exist, and swaps to it. Without: wants swap to be on.
    // Swap-in reads one page at a time while this lives (vm.page-cluster is saved and put back); one program at a time.
    static Available<SwapControl> acquire(const std::optional<std::string>& path);
    SwapControl(SwapControl&& other) noexcept;
    SwapControl& operator=(SwapControl&&) = delete;
    ~SwapControl();

  private:
    SwapControl() = default;
    bool owner_ = false;
    int lock_ = -1; // on vm.page-cluster: who comes second would save what the first has written
};

} // namespace checker::kernels
