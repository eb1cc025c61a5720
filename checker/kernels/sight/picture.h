// What can be seen of a machine, the model's or the real one's, in one form in which the two can be compared.
//
// Identities (anon_vmas, frames) are numbers without meaning: compare() first renames them in the order in which an
// observer meets them. How much a picture holds depends on its level; what is below the level of both is compared.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/kernel.h"

namespace checker::kernels {

enum class Level : std::uint8_t {
    maps,   // VMAs, protection, flags: /proc/PID/smaps, no rights needed
    frames, // which entries share a frame, mapcounts, what is merged, counters of KSM: root
    kernel, // page offsets, anon_vmas and their trees, rmap_items: root, BPF and BTF
};
constexpr std::string_view to_string(Level l) {
    return l == Level::maps ? "maps" : l == Level::frames ? "frames" : "kernel";
}

using Name = std::uint64_t; // 0: none

struct VmaPicture {
    std::uint64_t start = 0, end = 0; // bytes
    std::uint64_t flags = 0;          // VM_*, those that the model knows
    std::int32_t file = -1;
    std::uint64_t pgoff = 0;                      // kernel (of files: maps): vm_pgoff
    std::optional<std::uint64_t> anon_pgoff = {}; // kernel, since 7.3: the anonymous offset; before, it is vm_pgoff
    Name anon_vma = 0;                            // kernel
    std::vector<Name> chain;                      // kernel
    friend bool operator==(const VmaPicture&, const VmaPicture&) = default;
};

struct PagePicture { // an entry of a page table; empty entries are left out
    enum class Kind : std::uint8_t { zero, anon, ksm, swap, migration, file };
    std::uint64_t address = 0;
    Kind kind = Kind::anon;
    Name frame = 0;             // the frame or the swap slot
    std::uint64_t mapcount = 0; // of a file's page: 0, since the kernel maps more of them than were asked for
    bool swap_cache = false;
    std::int32_t byte = -1;  // the content; -1: not looked at
    bool exclusive = false;  // kernel: PG_anon_exclusive
    std::uint64_t index = 0; // kernel
    Name anon_vma = 0;       // kernel: of folio->mapping
    friend bool operator==(const PagePicture&, const PagePicture&) = default;
};

struct ProcessPicture {
    model::Pid pid = 0;
    std::vector<VmaPicture> vmas; // both by ascending address
    std::vector<PagePicture> pages;
    std::uint64_t rmap_items = 0, merging_pages = 0, zero_pages = 0; // /proc/PID/ksm_stat
    bool merge_any = false;
    friend bool operator==(const ProcessPicture&, const ProcessPicture&) = default;
};

struct AnonVmaPicture { // kernel
    struct Entry {      // of the interval tree, in its order
        model::Pid pid = 0;
        std::uint64_t start = 0; // of the VMA
        friend bool operator==(const Entry&, const Entry&) = default;
    };
    Name name = 0, root = 0, parent = 0;
    std::uint64_t refcount = 0, num_children = 0, num_active_vmas = 0;
    std::vector<Entry> tree;
    friend bool operator==(const AnonVmaPicture&, const AnonVmaPicture&) = default;
};

struct NodePicture { // kernel: the stable node of a frame that is mapped
    struct Item {
        model::Pid pid = 0; // 0: of a process that is gone
        std::uint64_t address = 0;
        Name anon_vma = 0;
        std::optional<std::uint64_t> index = {}; // recorded at merge, where the kernel records it (since 7.3)
        friend bool operator==(const Item&, const Item&) = default;
    };
    Name frame = 0;
    std::vector<Item> items; // in the order of the list
    friend bool operator==(const NodePicture&, const NodePicture&) = default;
};

struct KsmPicture { // /sys/kernel/mm/ksm
    std::uint64_t pages_shared = 0, pages_sharing = 0, pages_unshared = 0, pages_volatile = 0, pages_skipped = 0;
    std::uint64_t stable_node_chains = 0, stable_node_dups = 0;
    // Of the model: what would be left of these if every search for any content had come by every chain. The kernel's
    // tree decides by its shape which chains a search meets, and drops their stale nodes.
    std::uint64_t least_chains = 0, least_dups = 0;
    std::int64_t zero_pages = 0;
    friend bool operator==(const KsmPicture&, const KsmPicture&) = default;
};

struct Picture {
    Level level = Level::maps;
    bool has_ksm = false;                  // `ksm` and the counters of processes were looked at
    std::vector<ProcessPicture> processes; // by pid
    std::vector<AnonVmaPicture> anon_vmas;
    std::vector<NodePicture> nodes;
    KsmPicture ksm;
    // kernel: rmap_items that ksmd takes for listed, though they are not: the `head` that
    // remove_node_from_stable_tree() left behind is the address of the page's new stable node. Which address a node
    // gets is the allocator's choice.
    std::vector<NodePicture::Item> mistaken;
};

// The model's machine at the highest level.
Picture picture_of(const model::Kernel& k);

// Names in the order in which they are met, from processes to VMAs to pages to nodes to what is left; objects that
// cannot be met that way are dropped.
Picture renamed(Picture picture);

// What is not the same, at most `limit` lines; empty where the pictures agree as far as both go.
std::vector<std::string> compare(const Picture& model, const Picture& live, std::size_t limit = 20);

// A picture in a few lines, for a reader.
std::string to_text(const Picture& picture);

// Two such texts in columns; between them is a mark where a line has no equal on the other side.
std::string side_by_side(std::string_view model, std::string_view live);

} // namespace checker::kernels
