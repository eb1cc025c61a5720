// A program that cannot reach the network and can change no file but those of a few folders: what builds sources of
// others is kept in such a room. It can still read whatever the user can read.
#pragma once

#include <span>
#include <string>

namespace checker::inline support {

// For the process that calls it and all that it starts, for good: nothing outside these folders can be written, there
// is no network, and no program regains the right to undo that. After fork(): nothing but system calls. Returns what
// the system refused; null if all was done. The folders are absolute paths and exist.
const char* confine(std::span<const std::string> writable);

// Why no process can be confined here; empty if it can. Asked of the system once, by a process that does nothing else.
const std::string& why_not_confined();

} // namespace checker::inline support
