#include "checker/support/interrupt.h"

#include <csignal>
#include <initializer_list>

namespace checker::inline support {
namespace {

volatile std::sig_atomic_t signalled = 0;

void on_signal(int signal) {
    signalled = 1;
    std::signal(signal, SIG_DFL);
}

} // namespace

void catch_interrupts() {
    for (int signal : {SIGINT, SIGTERM, SIGHUP})
        if (std::signal(signal, on_signal) == SIG_IGN) std::signal(signal, SIG_IGN); // as nohup wants it
}

bool interrupted() { return signalled != 0; }

} // namespace checker::inline support
