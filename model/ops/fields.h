// The types of the fields that operations are made of. A field's type says how it is written and read (model/trace),
// drawn at random (checker/facets) and made smaller (checker/facets); an operation only lists its fields.
#pragma once

#include <cstdint>
#include <string_view>

#include "model/kernel.h"
#include "model/result.h"

namespace model {

struct Address { // bytes; written in hexadecimal
    std::uint64_t v = 0;
    friend bool operator==(const Address&, const Address&) = default;
};
struct Length { // bytes; written in hexadecimal
    std::uint64_t v = 0;
    friend bool operator==(const Length&, const Length&) = default;
};
struct FileOffset { // bytes; written in hexadecimal
    std::uint64_t v = 0;
    friend bool operator==(const FileOffset&, const FileOffset&) = default;
};
struct Fd { // -1, or the number of a file
    std::int32_t v = -1;
    friend bool operator==(const Fd&, const Fd&) = default;
};
struct ProtBits { // PROT_*
    std::uint64_t v = 0;
    friend bool operator==(const ProtBits&, const ProtBits&) = default;
};
struct MapBits { // MAP_*
    std::uint64_t v = 0;
    friend bool operator==(const MapBits&, const MapBits&) = default;
};
struct MremapBits { // MREMAP_*
    std::uint64_t v = 0;
    friend bool operator==(const MremapBits&, const MremapBits&) = default;
};
struct AdviceCode { // MADV_*
    std::uint64_t v = 0;
    friend bool operator==(const AdviceCode&, const AdviceCode&) = default;
};
struct Byte { // the content of a page
    std::uint8_t v = 0;
    friend bool operator==(const Byte&, const Byte&) = default;
};
struct Count { // how often
    std::uint64_t v = 0;
    friend bool operator==(const Count&, const Count&) = default;
};
struct PidArg { // a process that the kernel acts on
    Pid v = 0;
    friend bool operator==(const PidArg&, const PidArg&) = default;
};
struct Switch { // an int of a system call
    std::uint64_t v = 0;
    friend bool operator==(const Switch&, const Switch&) = default;
};
struct PrctlOption { // only PR_SET_MEMORY_MERGE
    friend bool operator==(const PrctlOption&, const PrctlOption&) = default;
};

// Settings of /sys/kernel/mm/ksm that a trace can write.
enum class KnobName : std::uint8_t { max_page_sharing, run, smart_scan, use_zero_pages };
inline constexpr std::string_view knob_names[] = {"max_page_sharing", "run", "smart_scan", "use_zero_pages"};
struct Knob {
    KnobName v = KnobName::run;
    friend bool operator==(const Knob&, const Knob&) = default;
};

// What an operation acts on and is told.
struct Context {
    Kernel& k;
    Id<Mm> mm;                    // the calling process; none for calls of the kernel
    const Result* told = nullptr; // the result that the trace states, if any: where the kernel chooses, it chose this
};

} // namespace model
