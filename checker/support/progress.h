// How far something long is, in numbers; who shows it adds the rate and the time that is left.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace checker::inline support {

struct HowFar {
    std::string what;
    std::uint64_t done = 0, of = 0; // of: 0 where it is not known how much there is
    std::string unit{};             // of both, in the plural; may be empty
    double seconds_left = -1;       // at most, where a limit of time ends it; negative: there is none
    std::string detail{};           // what is at hand
};
using Tell = std::function<void(const HowFar&)>;

// "WHAT: DONE of OF UNIT, 34 a second, 2 min left; DETAIL". Rates are those since the first time that `what` was told.
class Meter {
  public:
    std::string text(const HowFar& far, double now); // seconds, of any clock

  private:
    struct Start {
        std::uint64_t done = 0;
        double at = 0;
    };
    std::map<std::string, Start> starts_;
};

// How many lines of a file that others write begin so: asked again and again, it reads what is new.
class LineCount {
  public:
    LineCount(std::string path, std::string beginning) : path_(std::move(path)), beginning_(std::move(beginning)) {}
    std::uint64_t now();

  private:
    std::string path_, beginning_, rest_; // rest_: of a line that has no end yet
    std::uint64_t read_ = 0, count_ = 0;
};

// Is it time to tell again? At most so often.
class Every {
  public:
    explicit Every(double seconds) : seconds_(seconds) {}
    bool due();

  private:
    double seconds_, next_ = 0;
};

// "42 s", "12 min", "3 h 20 min".
std::string duration_text(double seconds);

} // namespace checker::inline support
