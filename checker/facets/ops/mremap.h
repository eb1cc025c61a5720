// mremap: what parts addresses from offsets.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::Mremap> : OperationDefaults<model::Mremap> {
    static constexpr std::uint32_t weight = 14;
    static std::optional<model::Result> told(Draft& d, const model::Mremap& op) {
        if (!kernel_chooses(op) || !(op.flags.v & model::mremap_maymove)) return {};
        const bool wraps = op.old_length.v + model::PAGE_SIZE - 1 < op.old_length.v; // no length: a duplicate
        if (!(op.flags.v & model::mremap_dontunmap) && op.new_length.v <= op.old_length.v && !(d.mix.shared && wraps))
            return {};
        return draw_place(d, op.new_length.v);
    }

    static constexpr bool explored = true;
    // Grows or shrinks in place, or moves as it is.
    static bool in_bounds(const Bounds& b, const model::Mremap& op) {
        const auto [from, to] = ranges_of(op);
        if (!in_window(b, from) || !to.length) return false;
        if (!from.length) // a duplicate
            return op.flags.v == (model::mremap_maymove | model::mremap_fixed) && to.length == model::PAGE_SIZE &&
                   in_window(b, to);
        if (!op.flags.v) return to.start == b.base && to.length != from.length && in_window(b, {from.start, to.length});
        const bool apart = from.start + from.length <= to.start || to.start + to.length <= from.start;
        return to.length == from.length && in_window(b, to) && apart;
    }

    static bool enabled(const model::Kernel& k, const Bounds& b, model::Id<model::Mm> mm, const model::Mremap& op) {
        if (op.old_length.v) return OperationDefaults::enabled(k, b, mm, op);
        const model::Id<model::Vma> vma = model::vma_at(k, mm, model::vpn(op.old_addr.v));
        return vma && (k.vmas[vma].flags & model::VM_SHARED);
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
