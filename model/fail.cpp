#include "model/fail.h"

#include <fmt/format.h>

namespace model {
namespace {

std::string one_line(const std::string& wrong, const std::string& right, const FilePlace& p) {
    std::string line = p.file;
    if (p.line) line += fmt::format(":{}:{}", p.line, p.column ? p.column : 1);
    line += (line.empty() ? "" : ": ") + wrong;
    return right.empty() ? line : fmt::format("{} ({})", line, right);
}

} // namespace

Failure::Failure(ExitCode exit_, std::string wrong_, std::string right_, FilePlace place_, std::string log_)
    : std::runtime_error(one_line(wrong_, right_, place_)),
      exit(exit_),
      wrong(std::move(wrong_)),
      right(std::move(right_)),
      place(std::move(place_)),
      log(std::move(log_)) {}

} // namespace model
