#include "checker/support/time_limit.h"

#include <atomic>
#include <chrono>
#include <limits>

namespace checker::inline support {
namespace {

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

std::atomic<double> end = std::numeric_limits<double>::infinity();

} // namespace

void limit_time(double seconds) { end = now() + seconds; }
bool out_of_time() { return now() >= end; }

} // namespace checker::inline support
