// One way to write a setting of the machine: a file below /sys or /proc.
#pragma once

namespace checker::kernels {

// write(2) of the text. Returns 0, or the errno of what failed. Async-signal-safe: a way out calls it, too.
int write_setting(const char* path, const char* text);

} // namespace checker::kernels
