// Reclaim of one page frame, however many entries map it: DAMON applies its scheme `pageout` to a range of physical
// addresses. (mm/damon/paddr.c: damon_pa_pageout(); Documentation/admin-guide/mm/damon/usage.rst)
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "checker/kernels/ksm/ksm_control.h"

namespace checker::kernels {

// Sets DAMON up for this frame and lets it work until `done`, at most a second; then DAMON is as it was. Says why if
// the kernel has no such DAMON, or others use it.
Available<void> damon_page_out(std::uint64_t frame, const std::function<bool()>& done);

// Ends what is under way. Async-signal-safe.
void damon_end();

// What a process that was killed had told DAMON ends, if it still is what DAMON is told: this range alone, which begins
// at `start` (in bytes, decimal).
void damon_put_back(const std::string& start);

} // namespace checker::kernels
