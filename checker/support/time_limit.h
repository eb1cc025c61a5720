// A limit on the time of all that this program does, for those who cannot be told: the model's long operations.
#pragma once

namespace checker::inline support {

// From now on. Infinite: no limit.
void limit_time(double seconds);
bool out_of_time();

} // namespace checker::inline support
