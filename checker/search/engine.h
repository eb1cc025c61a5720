// The loop that every search shares. Work comes in numbered pieces: a random run, a state to expand, a sequence for a
// real kernel, a trace for a guest. They are given out in order, to one thread for each worker, until all are done, the
// time is up, the user interrupts, or a worker has seen enough. Where the pieces come from, and what is kept of them,
// the search says; a new search is one file.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <span>

namespace checker::inline search {

struct SearchBounds {
    std::uint64_t runs = 0; // 0: no limit
    double seconds = 0;     // 0: no limit
    unsigned jobs = 1;      // threads
};

// Why a search ended.
enum class End : std::uint8_t {
    exhausted, // everything that was asked for was played
    settled,   // there was nothing left to find out
    out_of_time,
    out_of_memory,
    interrupted,
    defect, // of the model
};

// What a search did, so far or in the end.
struct SearchEffort {
    std::uint64_t runs = 0, operations = 0;
    double seconds = 0;
    End end = End::exhausted;

    double operations_a_second() const { return static_cast<double>(operations) / (seconds > 1e-3 ? seconds : 1e-3); }
};
using Watch = std::function<void(const SearchEffort&)>;

// Plays the piece with this number; returns how many operations it was.
using Work = std::function<std::uint64_t(std::uint64_t number)>;

// Numbers first, first + 1, … below end, so many at a time to a worker.
struct Pieces {
    std::uint64_t first = 0, end = UINT64_MAX, at_a_time = 1;
};

class Engine {
  public:
    // The clock starts now; it goes on from one play() to the next.
    explicit Engine(double seconds_at_most) : seconds_at_most_(seconds_at_most) {}

    // The calling thread is the first worker's: with one worker nothing runs elsewhere. `progress` is called by it, at
    // most ten times a second. What a worker throws ends the loop and is thrown again. Returns false if not all was
    // played.
    bool play(const Pieces& pieces, std::span<const Work> workers, const Watch& progress);

    // The first reason counts. Of any thread.
    void stop(End why);
    // Between the operations of a long piece: should the worker end it here?
    bool look() {
        look_at_clock_and_user();
        return stopped();
    }
    bool stopped() const { return stopped_.load(std::memory_order_relaxed) >= 0; }
    double seconds() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }
    SearchEffort effort() const;

  private:
    using Clock = std::chrono::steady_clock;
    void work(const Pieces& pieces, const Work& play, const Watch& progress);
    void look_at_clock_and_user();

    double seconds_at_most_; // 0: no limit
    Clock::time_point begin_ = Clock::now();
    double told_ = 0; // seconds, when `progress` was called last
    std::atomic<std::uint64_t> next_{0}, runs_{0}, operations_{0};
    std::atomic<int> stopped_{-1}; // an End
};

} // namespace checker::inline search
