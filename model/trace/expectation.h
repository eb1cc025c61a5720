// What a trace says of the states that it passes: lines that begin with "#= ", comments to any other reader.
//
// An expectation is a record of typed fields like an operation is. Those that name a strategy are about the walk on the
// line before. They are only read and written here; checker/judge/expect.cpp holds a run to them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "model/ksm.h"
#include "model/versions.h"

namespace model {

// A page of a process: "1:0x12000", bytes.
struct PageAt {
    Pid pid = 0;
    std::uint64_t address = 0;
    friend auto operator<=>(const PageAt&, const PageAt&) = default;
};

// "0x10000-0x12000 rw-p 0x10 A1[A2 A1]": the range in bytes, access as in /proc/PID/maps, vm_pgoff in pages, anon_vma.
struct ExpectedVma {
    std::uint64_t start = 0, end = 0;
    std::string prot; // "rw-p"
    std::uint64_t pgoff = 0;
    std::string anon;               // a name, equal where two VMAs have one anon_vma; empty ("-"): unfaulted
    std::vector<std::string> chain; // anon_vmas in the order of the anon_vma_chain list; empty: not stated
    friend bool operator==(const ExpectedVma&, const ExpectedVma&) = default;
};

// Counters of /sys/kernel/mm/ksm.
enum class KsmCounter : std::uint8_t {
    pages_shared,
    pages_sharing,
    pages_unshared,
    pages_volatile,
    full_scans,
    pages_skipped,
    stable_node_chains,
    stable_node_dups,
    ksm_zero_pages,
};
inline constexpr std::string_view ksm_counter_names[] = {
    "pages_shared",  "pages_sharing",      "pages_unshared",   "pages_volatile", "full_scans",
    "pages_skipped", "stable_node_chains", "stable_node_dups", "ksm_zero_pages",
};
// The counter of that name.
std::int64_t value_of(const KsmCounters& counters, KsmCounter which);

// What a page-table entry is.
enum class PteWord : std::uint8_t { none, zero, ksm_zero, file, anon, ksm, swap, guard, migration };
inline constexpr std::string_view pte_words[] = {"none", "zero", "ksm-zero", "file",     "anon",
                                                 "ksm",  "swap", "guard",    "migration"};

struct StrategyName {
    std::string v;
    friend bool operator==(const StrategyName&, const StrategyName&) = default;
};

// --- of the state after the step before

struct VmasAre { // all VMAs of a process, in address order
    Pid pid = 0;
    std::vector<ExpectedVma> vmas;

    static constexpr std::string_view name = "vmas";
    static constexpr bool of_a_walk = false;
    static constexpr auto fields = std::tuple{&VmasAre::pid, &VmasAre::vmas};
    friend bool operator==(const VmasAre&, const VmasAre&) = default;
};
struct KsmCounterIs {
    KsmCounter counter{};
    std::int64_t value = 0;

    static constexpr std::string_view name = "ksm";
    static constexpr bool of_a_walk = false;
    static constexpr auto fields = std::tuple{&KsmCounterIs::counter, &KsmCounterIs::value};
    friend bool operator==(const KsmCounterIs&, const KsmCounterIs&) = default;
};
struct IndexWord { // the word `index`, which a reader may leave out
    friend bool operator==(const IndexWord&, const IndexWord&) = default;
};
struct FolioIndexIs { // folio->index of the page that is mapped there
    PageAt page;
    std::uint64_t index = 0;
    IndexWord word{};

    static constexpr std::string_view name = "folio";
    static constexpr bool of_a_walk = false;
    static constexpr auto fields = std::tuple{&FolioIndexIs::page, &FolioIndexIs::word, &FolioIndexIs::index};
    friend bool operator==(const FolioIndexIs&, const FolioIndexIs&) = default;
};
struct SameFolio {
    PageAt a, b;

    static constexpr std::string_view name = "same";
    static constexpr bool of_a_walk = false;
    static constexpr auto fields = std::tuple{&SameFolio::a, &SameFolio::b};
    friend bool operator==(const SameFolio&, const SameFolio&) = default;
};
struct DifferentFolio {
    PageAt a, b;

    static constexpr std::string_view name = "differ";
    static constexpr bool of_a_walk = false;
    static constexpr auto fields = std::tuple{&DifferentFolio::a, &DifferentFolio::b};
    friend bool operator==(const DifferentFolio&, const DifferentFolio&) = default;
};
struct ByteIs { // the content that the process would read there
    PageAt page;
    std::uint8_t byte = 0;

    static constexpr std::string_view name = "byte";
    static constexpr bool of_a_walk = false;
    static constexpr auto fields = std::tuple{&ByteIs::page, &ByteIs::byte};
    friend bool operator==(const ByteIs&, const ByteIs&) = default;
};
struct PteIs {
    PageAt page;
    PteWord pte{};

    static constexpr std::string_view name = "pte";
    static constexpr bool of_a_walk = false;
    static constexpr auto fields = std::tuple{&PteIs::page, &PteIs::pte};
    friend bool operator==(const PteIs&, const PteIs&) = default;
};

// Where the strategy drives reclaim and migration, these are the migration entries that nobody will put back; none:
// none is. Where there are any, nothing is played on.
struct Stale {
    StrategyName strategy;
    std::vector<PageAt> entries;

    static constexpr std::string_view name = "stale";
    static constexpr bool of_a_walk = false;
    static constexpr auto fields = std::tuple{&Stale::strategy, &Stale::entries};
    friend bool operator==(const Stale&, const Stale&) = default;
};

// --- of the walk on the line before

struct Misses { // exactly these entries, one at least
    StrategyName strategy;
    std::vector<PageAt> entries;

    static constexpr std::string_view name = "misses";
    static constexpr bool of_a_walk = true;
    static constexpr auto fields = std::tuple{&Misses::strategy, &Misses::entries};
    friend bool operator==(const Misses&, const Misses&) = default;
};
struct Regressed { // of what it misses, `naive` finds exactly these; none: it misses nothing that `naive` finds
    StrategyName strategy;
    std::vector<PageAt> entries;

    static constexpr std::string_view name = "regressed";
    static constexpr bool of_a_walk = true;
    static constexpr auto fields = std::tuple{&Regressed::strategy, &Regressed::entries};
    friend bool operator==(const Regressed&, const Regressed&) = default;
};
struct Finds { // every entry
    StrategyName strategy;

    static constexpr std::string_view name = "finds";
    static constexpr bool of_a_walk = true;
    static constexpr auto fields = std::tuple{&Finds::strategy};
    friend bool operator==(const Finds&, const Finds&) = default;
};
struct Heals { // it misses an entry, and full scans with nothing else running end that
    StrategyName strategy;

    static constexpr std::string_view name = "heals";
    static constexpr bool of_a_walk = true;
    static constexpr auto fields = std::tuple{&Heals::strategy};
    friend bool operator==(const Heals&, const Heals&) = default;
};
struct Stays { // it misses an entry, and full scans do not end that
    StrategyName strategy;

    static constexpr std::string_view name = "stays";
    static constexpr bool of_a_walk = true;
    static constexpr auto fields = std::tuple{&Stays::strategy};
    friend bool operator==(const Stays&, const Stays&) = default;
};
struct Passes { // it misses an entry, and that ends when what is in flight is over
    StrategyName strategy;

    static constexpr std::string_view name = "passes";
    static constexpr bool of_a_walk = true;
    static constexpr auto fields = std::tuple{&Passes::strategy};
    friend bool operator==(const Passes&, const Passes&) = default;
};
struct Walked { // VMAs taken from the tree, and how many of them were skipped by their address and by their process
    StrategyName strategy;
    std::uint64_t visited = 0, skipped_address = 0, skipped_mm = 0;

    static constexpr std::string_view name = "walked";
    static constexpr bool of_a_walk = true;
    static constexpr auto fields =
        std::tuple{&Walked::strategy, &Walked::visited, &Walked::skipped_address, &Walked::skipped_mm};
    friend bool operator==(const Walked&, const Walked&) = default;
};

struct Loop { // the same of the longest loop over one rmap_item's tree
    StrategyName strategy;
    std::uint64_t visited = 0, skipped_address = 0, skipped_mm = 0;

    static constexpr std::string_view name = "loop";
    static constexpr bool of_a_walk = true;
    static constexpr auto fields =
        std::tuple{&Loop::strategy, &Loop::visited, &Loop::skipped_address, &Loop::skipped_mm};
    friend bool operator==(const Loop&, const Loop&) = default;
};

// --- of the trace itself

struct AllBelow { // "below": the lines from here on, with their results and claims, are said of the versions named only
    static constexpr std::string_view name = "below";
    static constexpr bool of_a_walk = false;
    static constexpr std::tuple<> fields{};
    friend bool operator==(const AllBelow&, const AllBelow&) = default;
};

using ExpectationKind = std::variant<VmasAre, KsmCounterIs, FolioIndexIs, SameFolio, DifferentFolio, ByteIs, PteIs,
                                     Stale, Misses, Regressed, Finds, Passes, Heals, Stays, Walked, Loop, AllBelow>;

// Rows of the table of kernels: "7.3", ">=7.2", "<=6.18".
struct VersionBound {
    enum class Kind : std::uint8_t { is, at_least, at_most };
    Kind kind = Kind::is;
    const KernelVersion* row = nullptr;
    friend bool operator==(const VersionBound&, const VersionBound&) = default;
};

struct Expectation {
    std::size_t after = 0;  // how many steps were played before it
    std::uint32_t line = 0; // in the file it was read from; 0 if there is none
    ExpectationKind kind;
    std::vector<VersionBound> versions = {}; // it is said of the kernels that one of these allows; none: of all

    friend bool operator==(const Expectation& a, const Expectation& b) {
        return a.after == b.after && a.kind == b.kind && a.versions == b.versions;
    }
};
// Is it said of a kernel with these rules? What names versions is only said of rules that are a row of the table.
bool said_of(const Expectation& e, const Rules& rules);

} // namespace model
