#include "checker/live/way_out.h"

#include <array>
#include <csignal>
#include <cstdlib>

#include "model/fail.h"

namespace checker::live {
namespace {

constexpr std::array caught = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGABRT, SIGSEGV, SIGBUS, SIGALRM, SIGXCPU};

std::array<void (*volatile)(), 4> undos{};
std::array<struct sigaction, caught.size()> previous;

void undo_all() {
    for (auto undo = undos.rbegin(); undo != undos.rend(); ++undo)
        if (*undo) (*undo)();
}

void on_signal(int signal) { // SA_RESETHAND: raised again, it does what it always does
    undo_all();
    raise(signal);
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
            struct sigaction action {};
            action.sa_handler = on_signal;
            action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER);
            sigaction(caught[i], &action, &previous[i]);
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

} // namespace checker::live
