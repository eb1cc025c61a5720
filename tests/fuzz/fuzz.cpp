// A reader for libFuzzer: the one that READER names.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/fuzz/readers.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    for (const fuzz::Reader& reader : fuzz::readers()) {
        if (std::strcmp(reader.name, READER) != 0) continue;
        const std::string wrong = fuzz::complaint(reader, {reinterpret_cast<const char*>(data), size});
        if (wrong.empty()) return 0;
        std::fprintf(stderr, "%s\n", wrong.c_str());
        std::abort();
    }
    std::abort();
}
