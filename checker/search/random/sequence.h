// A random sequence, one operation at a time, along a machine that plays it: for check, for campaigns on a running
// kernel and for guests. What a seed and a number give does not depend on who plays it.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "checker/search/random/generate.h"

namespace checker::inline search {

// An operation that who plays the sequence cannot play, or does not want to.
using LeaveOut = std::function<bool(const model::Kernel&, const model::Step&)>;

class Sequence {
  public:
    Sequence(std::uint64_t seed, std::uint64_t number, const DrawScope& scope)
        : run_(start_run(seed, number, scope)), scope_(scope) {}

    Sequence& opening(std::vector<model::Step> steps) { // played before anything is drawn
        opening_ = std::move(steps);
        return *this;
    }
    Sequence& without(LeaveOut leave_out) {
        leave_out_ = std::move(leave_out);
        return *this;
    }

    // The next operation on this machine, if it is played after those before; nothing: the sequence is over.
    std::optional<model::Step> next(const model::Kernel& k);
    // How often was an operation asked for? Some draws give none, or one that is left out.
    std::uint32_t asked() const { return asked_; }

  private:
    Run run_;
    DrawScope scope_;
    std::vector<model::Step> opening_;
    LeaveOut leave_out_;
    std::uint32_t asked_ = 0;
};

} // namespace checker::inline search
