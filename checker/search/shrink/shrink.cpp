#include "checker/search/shrink/shrink.h"

#include <chrono>
#include <unordered_set>
#include <utility>

#include "checker/search/shrink/moves.h"
#include "checker/search/shrink/size.h"
#include "checker/support/interrupt.h"
#include "model/canonical.h"

namespace checker::inline search {

namespace {

using Clock = std::chrono::steady_clock;

class Search {
  public:
    Search(Steps steps, const Question& question, const Effort& effort)
        : best_(std::move(steps)),
          size_(size_of(best_)),
          question_(question),
          dear_(effort.dear),
          deadline_(Clock::now() +
                    std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(effort.seconds))) {}

    Minimized run() {
        for (std::size_t i = 0; i < moves().size() && !best_.empty();) { // after a success the cheap moves come again
            const Move& move = moves()[i];
            const bool taken = (dear_ || !move.dear) && best_.size() <= move.up_to && make(move);
            if (stop_) break;
            i = taken ? 0 : i + 1;
        }
        return {std::move(best_), tries_, !stop_};
    }

  private:
    bool make(const Move& move) {
        taken_ = false;
        const std::function<bool(Steps)> propose = [this](Steps s) { return this->propose(std::move(s)); };
        const std::function<bool()> stop = [&] { return (taken_ && !move.sweeps) || time_is_up(); };
        compose(edits_of(move), {best_, best_, propose, stop});
        if (!stop()) ask();
        waiting_.clear();
        return taken_;
    }

    bool propose(Steps candidate) {
        if (time_is_up()) return false;
        if (!shorter(candidate)) {
            const Size size = size_of(candidate);
            if (!(size < size_) || !tried_.insert(model::hash(size.order)).second) return false;
        }
        waiting_.push_back(std::move(candidate));
        return waiting_.size() >= question_.at_once && ask();
    }

    // Of those that still show it, the smallest is taken.
    bool ask() {
        if (waiting_.empty()) return false;
        tries_ += waiting_.size();
        const std::vector<bool> shows = question_.ask(waiting_);
        bool shorter_one = false;
        for (std::size_t i = 0; i < waiting_.size(); ++i) {
            if (!shows[i]) continue;
            Size size = size_of(waiting_[i]); // it may have lost steps, or hold other results
            if (!shorter(waiting_[i]) && !(size < size_)) continue;
            best_ = std::move(waiting_[i]);
            size_ = std::move(size);
            shorter_one = true;
        }
        waiting_.clear();
        taken_ |= shorter_one;
        return shorter_one;
    }

    // Of long sequences only the length is compared: the whole order would cost more than playing them.
    bool shorter(const Steps& s) const {
        constexpr std::size_t long_sequence = 400;
        return s.size() < best_.size() && best_.size() > long_sequence;
    }

    bool time_is_up() {
        stop_ = stop_ || interrupted() || Clock::now() >= deadline_;
        return stop_;
    }

    Steps best_;
    Size size_;
    const Question& question_;
    bool dear_;
    Clock::time_point deadline_;
    std::vector<Steps> waiting_; // proposed and not asked about yet
    std::unordered_set<std::uint64_t> tried_;
    std::uint64_t tries_ = 0;
    bool taken_ = false, stop_ = false;
};

} // namespace

Question one_by_one(StillThere still_there) {
    return {[still_there = std::move(still_there)](std::vector<Steps>& candidates) {
        std::vector<bool> shows;
        for (Steps& s : candidates) shows.push_back(still_there(s));
        return shows;
    }};
}

Minimized shrink(Steps steps, const Question& question, const Effort& effort) {
    drop_results(steps);
    std::vector<Steps> start{std::move(steps)};
    const bool shows = question.ask(start).front();
    if (!shows) return {std::move(start.front()), 1, true};
    return Search(std::move(start.front()), question, effort).run();
}

} // namespace checker::inline search
