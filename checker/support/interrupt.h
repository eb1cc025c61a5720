// SIGINT, SIGTERM and SIGHUP (a terminal that closes) end a long run in good order: what was found so far is printed.
#pragma once

namespace checker::inline support {

// From here on, the first signal only sets a flag; a second one ends the program.
void catch_interrupts();
bool interrupted();

} // namespace checker::inline support
