// mmap: memory that the others act on.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::Mmap> : OperationDefaults<model::Mmap> {
    static constexpr bool needed = true, makes_memory = true;
    static constexpr unsigned opens = 1, opens_shared = 1;
    static void widen(model::Mmap& op, std::uint64_t start, std::uint64_t length) {
        op.addr.v = start;
        op.length.v = length;
        op.prot.v = model::prot_read | model::prot_write;
    }
    static std::optional<model::Result> told(Draft& d, const model::Mmap& op) {
        if (!kernel_chooses(op)) return {};
        return draw_place(d, op.length.v);
    }

    static constexpr bool explored = true;
    static bool in_bounds(const Bounds& b, const model::Mmap& op) {
        const bool anonymous = op.flags.v & model::map_anonymous;
        return OperationDefaults::in_bounds(b, op) && op.prot.v == b.prots.front() && anonymous == (op.fd.v < 0) &&
               (!anonymous || !op.offset.v);
    }
    static bool enabled(const model::Kernel&, const Bounds&, model::Id<model::Mm>, const model::Mmap&) { return true; }

    static constexpr std::uint64_t rank = 1;
    static bool stands_in(const model::Mmap& op) {
        return op.fd.v < 0 && !op.offset.v && (op.flags.v & model::map_anonymous);
    }
    static bool kernel_chooses(const model::Mmap& op) {
        return !(op.flags.v & (model::map_fixed | model::map_fixed_noreplace));
    }
    static void pin(model::Mmap& op, std::uint64_t address) {
        op.addr.v = address;
        op.flags.v |= model::map_fixed;
    }
};

} // namespace checker::inline facets
