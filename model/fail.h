// What can go wrong, kept apart: a defect of the model (Broken), and an input that asks for what cannot be (BadInput).
#pragma once

#include <stdexcept>
#include <string>

namespace model {

// The model broke one of its own rules: a defect of rmapcheck, exit code 3.
struct Broken : std::logic_error {
    using std::logic_error::logic_error;
};

// A trace asks for something that the format does not allow at this place: exit code 2.
struct BadInput : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Stays on in release builds: a wrong verdict costs more than a comparison.
inline void require(bool holds, const char* what) {
    if (!holds) [[unlikely]]
        throw Broken(what);
}

} // namespace model
