#include "checker/search/engine.h"

#include <algorithm>
#include <exception>
#include <thread>
#include <vector>

#include "checker/support/interrupt.h"

namespace checker::inline search {
namespace {

constexpr double between_reports = 0.1; // seconds

} // namespace

void Engine::stop(End why) {
    int running = -1;
    stopped_.compare_exchange_strong(running, static_cast<int>(why));
}

void Engine::look_at_clock_and_user() {
    if (interrupted()) stop(End::interrupted);
    if (seconds_at_most_ > 0 && seconds() >= seconds_at_most_) stop(End::out_of_time);
}

SearchEffort Engine::effort() const {
    const int end = stopped_;
    return {runs_, operations_, seconds(), end < 0 ? End::exhausted : static_cast<End>(end)};
}

void Engine::work(const Pieces& pieces, const Work& play, const Watch& progress) {
    for (;;) {
        look_at_clock_and_user();
        if (stopped()) return;
        const std::uint64_t from = next_.fetch_add(pieces.at_a_time);
        if (from >= pieces.end) return;
        const std::uint64_t count = std::min(pieces.at_a_time, pieces.end - from);
        for (std::uint64_t n = 0; n < count && !stopped(); ++n) {
            operations_ += play(from + n);
            ++runs_;
        }
        if (!progress || seconds() - told_ < between_reports) continue;
        told_ = seconds();
        progress(effort());
    }
}

bool Engine::play(const Pieces& pieces, std::span<const Work> workers, const Watch& progress) {
    next_ = pieces.first;
    std::vector<std::exception_ptr> thrown(workers.size());
    auto guarded = [&](std::size_t n, const Watch& report) {
        try {
            work(pieces, workers[n], report);
        } catch (...) {
            thrown[n] = std::current_exception();
            stop(End::defect);
        }
    };
    {
        std::vector<std::jthread> others;
        for (std::size_t n = 1; n < workers.size(); ++n) others.emplace_back([&, n] { guarded(n, {}); });
        guarded(0, progress);
    }
    for (const std::exception_ptr& e : thrown)
        if (e) std::rethrow_exception(e);
    return !stopped();
}

} // namespace checker::inline search
