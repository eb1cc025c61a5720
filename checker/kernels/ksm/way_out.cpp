#include "checker/kernels/ksm/way_out.h"

#include <array>
#include <csignal>
#include <cstdlib>

#include "model/fail.h"

namespace checker::kernels {
namespace {

constexpr std::array caught = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGABRT, SIGSEGV, SIGBUS, SIGALRM, SIGXCPU};

std::array<void (*volatile)(), 4> undos{};
std::array<struct sigaction, caught.size()> previous;
std::array<volatile std::sig_atomic_t, caught.size()> handed_on{};
struct sigaction ours {};

void undo_all() {
    for (auto undo = undos.rbegin(); undo != undos.rend(); ++undo)
        if (*undo) (*undo)();
}

// Whoever wanted to hear of the first SIGINT, SIGTERM or SIGHUP does, and goes on until it gives everything back by
// itself; a second one ends the program.
bool hand_on(int signal) {
    if (signal != SIGINT && signal != SIGTERM && signal != SIGHUP) return false;
    for (std::size_t i = 0; i < caught.size(); ++i) {
        if (caught[i] != signal || handed_on[i] || (previous[i].sa_flags & SA_SIGINFO)) continue;
        if (previous[i].sa_handler == SIG_DFL || previous[i].sa_handler == SIG_IGN) continue;
        handed_on[i] = 1;
        previous[i].sa_handler(signal);
        sigaction(signal, &ours, nullptr); // it may have asked for the default
        return true;
    }
    return false;
}

void on_signal(int signal) {
    if (hand_on(signal)) return;
    undo_all();
    std::signal(signal, SIG_DFL);
    raise(signal); // does what it always does
}

bool idle() {
    for (auto undo : undos)
        if (undo) return false;
    return true;
}

} // namespace

void remember_to_undo(void (*undo)()) {
    static const bool at_exit = std::atexit(undo_all) == 0;
    model::require(at_exit, "no room at atexit()");
    if (idle())
        for (std::size_t i = 0; i < caught.size(); ++i) {
            ours.sa_handler = on_signal;
            ours.sa_flags = SA_NODEFER;
            handed_on[i] = 0;
            sigaction(caught[i], &ours, &previous[i]);
            if (previous[i].sa_handler == SIG_IGN) sigaction(caught[i], &previous[i], nullptr);
        }
    for (auto& place : undos)
        if (!place) {
            place = undo;
            return;
        }
    model::require(false, "too many things to undo");
}

void forget_to_undo(void (*undo)()) {
    for (auto& place : undos)
        if (place == undo) place = nullptr;
    if (idle())
        for (std::size_t i = 0; i < caught.size(); ++i) sigaction(caught[i], &previous[i], nullptr);
}

} // namespace checker::kernels
