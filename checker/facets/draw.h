// Random operations, drawn field by field.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "checker/facets/draft.h"

namespace checker::inline facets {

// How often each operation is drawn, before a run's own taste; and those without which a run shows little.
extern const std::array<std::uint32_t, operation_kinds> draw_weights;
extern const std::array<bool, operation_kinds> draw_needs;
// Those that are drawn where something is in flight, and nowhere else.
extern const std::array<bool, operation_kinds> draw_goes_on;
// Those that are drawn in runs about files, and nowhere else.
extern const std::array<bool, operation_kinds> draw_of_files;
// Those that can be begun, by place in the list.
std::span<const std::size_t> draw_begins();
bool can_begin(std::size_t kind);

// The first operations of most runs, by place in the list.
std::size_t openings();
std::size_t opening(std::size_t n);
// The same of runs whose pages are shared before any is merged.
std::size_t shared_openings();
std::size_t shared_opening(std::size_t n);

bool is_by_kernel(std::size_t kind);

// Draws the operation and what the step must state. One that opens a run acts on much of the pool.
void draw_operation(Draft& d, std::size_t kind, bool opens, model::Step& step);

// May this be played at all now?
bool possible(const model::Kernel& k, const model::Step& step);

} // namespace checker::inline facets
