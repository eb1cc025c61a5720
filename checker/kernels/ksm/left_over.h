// What cannot be caught (SIGKILL, the OOM killer) leaves the machine's settings as we have set them. So what must be
// put back is written down first, in files that only we can write, each with the name of the process that will do it;
// the next one that borrows the machine does it where that process is gone.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>

namespace checker::kernels {

// A record for each: a program may borrow one thing without the other.
enum class Borrowed : unsigned { ksm, swap, damon };

// "PATH VALUE": write VALUE to the setting. With `swap_file_word` for a value: PATH is a swap file of ours. With
// `damon_word` for a path: DAMON was told to reclaim what begins at VALUE, and nothing else.
using Setting = std::pair<std::string, std::string>;
inline constexpr char swap_file_word[] = "swap-file", damon_word[] = "damon";

// Written whole or not at all. Where it cannot be written (no /run), nothing is said: catching signals must do.
void write_record(Borrowed which, std::span<const Setting> settings);
// Async-signal-safe.
void remove_record(Borrowed which);

// Puts back what records of processes that are gone say. Returns a line about it; nothing if there was nothing to do.
std::optional<std::string> put_back_left_overs();

} // namespace checker::kernels
