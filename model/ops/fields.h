// The types of the fields that operations are made of. A field's type says how it is written and read (`text`), and
// checker/facets/fields/ how it is drawn at random and made smaller; an operation only lists its fields.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "model/flags.h"
#include "model/kernel.h"
#include "model/result.h"

namespace model {

// How a field is written: as a number, as names of bits joined by '|', as one name. `special`: model/trace/fields.cpp
// says it.
enum class Written : std::uint8_t { hex, decimal, names, name, special };
struct FieldText {
    std::string_view kind; // in the signature of a call: "address"
    std::string_view what; // in a complaint: "an address"
    Written written = Written::special;
    std::span<const FlagName> names{};
};

struct Address { // bytes
    std::uint64_t v = 0;
    static constexpr FieldText text{"address", "an address", Written::hex};
    friend bool operator==(const Address&, const Address&) = default;
};
struct Length { // bytes
    std::uint64_t v = 0;
    static constexpr FieldText text{"length", "a length", Written::hex};
    friend bool operator==(const Length&, const Length&) = default;
};
struct FileOffset { // bytes
    std::uint64_t v = 0;
    static constexpr FieldText text{"offset", "an offset in bytes", Written::hex};
    friend bool operator==(const FileOffset&, const FileOffset&) = default;
};
struct FileSize { // bytes
    std::uint64_t v = 0;
    static constexpr FieldText text{"length", "a length in bytes", Written::hex};
    friend bool operator==(const FileSize&, const FileSize&) = default;
};
struct FallocBits { // FALLOC_FL_*; 0: none
    std::uint64_t v = 0;
    static constexpr FieldText text{"mode", "FALLOC_FL_ flags", Written::names, falloc_names};
    friend bool operator==(const FallocBits&, const FallocBits&) = default;
};
struct Fd { // -1, or the number of a file
    std::int32_t v = -1;
    static constexpr FieldText text{"fd", "a file descriptor"};
    friend bool operator==(const Fd&, const Fd&) = default;
};
struct ProtBits { // PROT_*
    std::uint64_t v = 0;
    static constexpr FieldText text{"prot", "PROT_ flags", Written::names, prot_names};
    friend bool operator==(const ProtBits&, const ProtBits&) = default;
};
struct MapBits { // MAP_*
    std::uint64_t v = 0;
    static constexpr FieldText text{"flags", "MAP_ flags", Written::names, map_names};
    friend bool operator==(const MapBits&, const MapBits&) = default;
};
struct MremapBits { // MREMAP_*
    std::uint64_t v = 0;
    static constexpr FieldText text{"flags", "MREMAP_ flags", Written::names, mremap_names};
    friend bool operator==(const MremapBits&, const MremapBits&) = default;
};
struct AdviceCode { // MADV_*
    std::uint64_t v = 0;
    static constexpr FieldText text{"advice", "an advice", Written::name, advice_names};
    friend bool operator==(const AdviceCode&, const AdviceCode&) = default;
};
struct Byte { // the content of a page
    std::uint8_t v = 0;
    static constexpr FieldText text{"byte", "a byte"};
    friend bool operator==(const Byte&, const Byte&) = default;
};
struct Count { // how often
    std::uint64_t v = 0;
    static constexpr FieldText text{"number", "a number", Written::decimal};
    friend bool operator==(const Count&, const Count&) = default;
};
struct PidArg { // a process that the kernel acts on
    Pid v = 0;
    static constexpr FieldText text{"pid", "a pid"};
    friend bool operator==(const PidArg&, const PidArg&) = default;
};
struct Switch { // on or off: an int of a system call
    std::uint64_t v = 0;
    static constexpr FieldText text{"number", "a number", Written::decimal};
    friend bool operator==(const Switch&, const Switch&) = default;
};
struct Reserved { // an argument that must be 0
    std::uint64_t v = 0;
    static constexpr FieldText text{"number", "a number", Written::decimal};
    friend bool operator==(const Reserved&, const Reserved&) = default;
};
struct PrctlOption { // only PR_SET_MEMORY_MERGE
    static constexpr FieldText text{"PR_SET_MEMORY_MERGE", "an option"};
    friend bool operator==(const PrctlOption&, const PrctlOption&) = default;
};
struct FlightArg { // an operation in flight
    FlightName v;
    static constexpr FieldText text{"name", "the name of an operation in flight"};
    friend bool operator==(const FlightArg&, const FlightArg&) = default;
};

// Settings of /sys/kernel/mm/ksm that a trace can write.
enum class KnobName : std::uint8_t { max_page_sharing, run, smart_scan, use_zero_pages };
inline constexpr std::string_view knob_names[] = {"max_page_sharing", "run", "smart_scan", "use_zero_pages"};
struct Knob {
    KnobName v = KnobName::run;
    static constexpr FieldText text{"setting", "a setting"};
    friend bool operator==(const Knob&, const Knob&) = default;
};
struct KnobValue { // what it is set to
    std::uint64_t v = 0;
    static constexpr FieldText text{"number", "a number", Written::decimal};
    friend bool operator==(const KnobValue&, const KnobValue&) = default;
};

// What the value of a successful result is. An operation that says nothing (`returns`) returns 0.
enum class Returns : std::uint8_t { zero, address, pid };
template <class Op> constexpr Returns returns_of() {
    if constexpr (requires { Op::returns; }) return Op::returns;
    return Returns::zero;
}

// What an operation acts on and is told.
struct Context {
    Kernel& k;
    Id<Mm> mm;                    // the calling process; none for calls of the kernel
    const Result* told = nullptr; // the result that the trace states, if any: where the kernel chooses, it chose this
};

} // namespace model
