// mremap: what parts addresses from offsets.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::Mremap> : OperationDefaults<model::Mremap> {
    static constexpr std::uint32_t weight = 14;
    static std::optional<model::Result> told(Draft& d, const model::Mremap& op) {
        if (!kernel_chooses(op) || !(op.flags.v & model::mremap_maymove)) return {};
        if (!(op.flags.v & model::mremap_dontunmap) && op.new_length.v <= op.old_length.v) return {};
        return draw_place(d, op.new_length.v);
    }

    static constexpr bool explored = true;
    // Grows or shrinks in place, or moves as it is.
    static bool in_bounds(const Bounds& b, const model::Mremap& op) {
        const auto [from, to] = ranges_of(op);
        if (!in_window(b, from)) return false;
        if (!op.flags.v) return to.start == b.base && to.length != from.length && in_window(b, {from.start, to.length});
        const bool apart = from.start + from.length <= to.start || to.start + to.length <= from.start;
        return to.length == from.length && in_window(b, to) && apart;
    }

    static constexpr std::uint64_t rank = 1;
    static bool stands_in(const model::Mremap& op) { return !kernel_chooses(op); }
    static bool kernel_chooses(const model::Mremap& op) { return !(op.flags.v & model::mremap_fixed); }
    static void pin(model::Mremap& op, std::uint64_t address) {
        op.flags.v |= model::mremap_fixed | model::mremap_maymove;
        op.new_addr.v = address;
    }

    static constexpr Brought brings = Brought::by_move;
    static ByteRanges changes(const model::Mremap& op, const model::Result& result) {
        ByteRanges all = OperationDefaults::changes(op, result);
        all.front().length = std::max(op.old_length.v, op.new_length.v);
        return all;
    }
    // MREMAP_DONTUNMAP may unlock all of the VMA that stays (dontunmap_complete()).
    static std::uint64_t changes_flags_elsewhere(const model::Config& c) {
        return c.rules.dontunmap_presplits_locked ? 0 : std::uint64_t{model::VM_LOCKED};
    }
};

} // namespace checker::inline facets
