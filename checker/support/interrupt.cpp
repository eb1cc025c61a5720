#include "checker/support/interrupt.h"

#include <csignal>

namespace checker::inline support {
namespace {

volatile std::sig_atomic_t signalled = 0;

void on_signal(int signal) {
    signalled = 1;
    std::signal(signal, SIG_DFL);
}

} // namespace

void catch_interrupts() {
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
    std::signal(SIGHUP, on_signal);
}

bool interrupted() { return signalled != 0; }

} // namespace checker::inline support
