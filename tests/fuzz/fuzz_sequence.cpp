// libFuzzer on sequences of operations: its inputs are traces, changed operation by operation. It stops at a loss whose
// cause no trace of the corpora shows, and at a defect of the model; the input is the trace.
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "model/fail.h"
#include "tests/fuzz/sequences.h"

namespace {

// Beside the program, where it was built for another machine, or those of the source.
std::set<std::string> known_causes() {
    const std::filesystem::path beside = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "corpora";
    return fuzz::causes_below(std::filesystem::is_directory(beside) ? beside.string()
                                                                    : RMAPCHECK_SOURCE_DIR "/corpora");
}

std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

std::size_t put(const std::string& text, std::uint8_t* data) {
    std::memcpy(data, text.data(), text.size());
    return text.size();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::set<std::string> known = known_causes();
    try {
        for (const std::string& cause : fuzz::causes_in(text_of(data, size))) {
            if (known.contains(cause)) continue;
            std::fprintf(stderr, "a cause that is not known yet: %s\n", cause.c_str());
            std::abort();
        }
    } catch (const model::Failure& e) { // what the model requires of itself
        std::fprintf(stderr, "defect of rmapcheck: %s\n", e.what());
        std::abort();
    }
    return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
    return put(fuzz::changed(text_of(data, size), seed, most), data);
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* one, std::size_t size, const std::uint8_t* other,
                                                 std::size_t size_of_other, std::uint8_t* out, std::size_t most,
                                                 unsigned seed) {
    return put(fuzz::crossed(text_of(one, size), text_of(other, size_of_other), seed, most), out);
}
