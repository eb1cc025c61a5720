// What others ask of a type of field, and of an operation; and the answers that hold where its own file, in
// checker/facets/fields/ or checker/facets/ops/, gives no other: Facets<T> then derives from these and hides some.
//
// A consumer never tests for an operation by its name. It asks here, mostly through draw.h, choices.h, smaller.h and
// ranges.h, which derive the answer for an operation from its fields.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "checker/facets/bounds.h"
#include "checker/facets/draft.h"
#include "checker/facets/effects.h"
#include "checker/facets/ranges.h"
#include "checker/facets/values.h"
#include "model/address_space.h"
#include "model/file.h"

namespace checker::inline facets {

template <class Field> struct FieldDefaults {
    // Random sequences: a value, with one look at the machine.
    static void draw(Draft&, Field&) {}
    // Exhaustive search: every value. `about` is the process that the operation is for; 0 if for none.
    static std::vector<Field> choices(const Bounds&, model::Pid /*about*/) { return {Field{}}; }
    // Minimizing: how far from the simplest value, which is 0; the values worth a try, simple ones first; is there a
    // more usual way to say it, and which.
    static std::uint64_t rank(const Field&) { return 0; }
    static std::vector<Field> values(const ValuesInUse&) { return {Field{}}; }
    static bool unusual(const Field&) { return false; }
    static Field usual(const Field& f) { return f; }
    // The choice of an exhaustive search that stands for it, where minimizing has others.
    static Field as_choice(const Field& f) { return f; }
};

template <class Op> struct OperationDefaults {
    static constexpr bool names_memory =
        count_of_fields<Op, model::Address>() != 0 && count_of_fields<Op, model::Length>() != 0;

    // --- random sequences
    static constexpr std::uint32_t weight = 8;  // how often, before the run's own taste
    static constexpr bool goes_on = false;      // it is about what is in flight, and drawn where something is
    static constexpr bool of_files = false;     // drawn in runs that are about shared files
    static constexpr bool needed = false;       // runs that nearly leave it out show little
    static constexpr bool makes_memory = false; // its address is where memory is to be; else it is where memory is
    // Its place among the first operations of most runs, from 1, without which nothing is merged for long; 0: none. And
    // then it acts on much of the pool, which is this range, with arguments that do something.
    static constexpr unsigned opens = 0;
    // The same of a run whose pages are shared before any is merged.
    static constexpr unsigned opens_shared = 0;
    static void widen(Op&, std::uint64_t /*start*/, std::uint64_t /*length*/) {}
    // The result that a step must state, because the kernel would choose it.
    static std::optional<model::Result> told(Draft&, const Op&) { return {}; }
    // May it be played at all now?
    static bool possible(const model::Kernel&, const std::optional<model::Result>& /*told*/) { return true; }

    // --- exhaustive search
    static constexpr bool explorable = true; // it changes something
    static constexpr bool explored = false;  // by default: it changes what a walk of a KSM page meets
    // Does this combination of choices make sense?
    static bool in_bounds(const Bounds& b, const Op& op) {
        if constexpr (count_of_fields<Op, model::Length>() != 0)
            return std::ranges::all_of(ranges_of(op), [&](const ByteRange& r) { return r.length && in_window(b, r); });
        return true;
    }
    static bool in_window(const Bounds& b, const ByteRange& r) {
        return r.start + r.length <= b.base + b.pages * model::PAGE_SIZE;
    }
    // Can it be played here, and could it do what no other of its scope does? Not if its range begins or ends at a page
    // that is not mapped: it does nothing, or the same as the one with the shorter range.
    static bool enabled(const model::Kernel& k, const Bounds&, model::Id<model::Mm> mm, const Op& op) {
        if constexpr (names_memory) return ends_are_mapped(k, mm, ranges_of(op).front());
        return true;
    }
    static bool ends_are_mapped(const model::Kernel& k, model::Id<model::Mm> mm, const ByteRange& r) {
        return model::vma_at(k, mm, model::vpn(r.start)) && model::vma_at(k, mm, model::vpn(r.start + r.length - 1));
    }

    // --- minimizing
    static constexpr std::uint64_t rank = 4; // how far from what everybody knows; from 4 on it is unusual
    // May it be tried in the place of another?
    static bool stands_in(const Op&) { return true; }
    // Does the kernel choose its result, so that the trace must state it? And to say it in the arguments instead.
    static bool kernel_chooses(const Op&) { return false; }
    static void pin(Op&, std::uint64_t /*address*/) {}

    // --- what it can do
    // The memory of its process whose attributes (flags, file, offset) it may change; all of it is among these ranges.
    static constexpr bool changes_mappings = !Op::by_kernel && names_memory;
    static ByteRanges changes(const Op& op, const model::Result& result) {
        const auto named = ranges_of(op);
        ByteRanges all(named.begin(), named.end());
        if constexpr (model::returns_of<Op>() == model::Returns::address)
            if (result.error == model::Errno::ok && !all.empty()) all.push_back({result.value, all.back().length});
        return all;
    }
    // VM_* flags that it may change outside of them, too.
    static std::uint64_t changes_flags_elsewhere(const model::Config&) { return 0; }
    // May it make, free or list rmap_items?
    static constexpr bool changes_items = false;
    // Does it reclaim or migrate, so that what it does depends on the walk?
    static bool uses_walk(const Op&) { return false; }
    // effects.h
    static constexpr Brought brings = Brought::from_swap;
    static constexpr bool replaces_folios = false;
    static std::optional<AskedPage> asks(const Op&) { return {}; }
};

template <class T> struct Facets : std::conditional_t < requires {
    T::fields;
}, OperationDefaults<T>, FieldDefaults < T >> {};

} // namespace checker::inline facets
