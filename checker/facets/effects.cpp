#include "checker/facets/effects.h"

#include "checker/facets/facets.h"

namespace checker::inline facets {

bool changes_mappings(const model::Operation& any) {
    return std::visit([]<class Op>(const Op&) { return Facets<Op>::changes_mappings; }, any);
}
ByteRanges changed_ranges(const model::Operation& any, const model::Result& result) {
    return std::visit([&]<class Op>(const Op& op) { return Facets<Op>::changes(op, result); }, any);
}
std::uint64_t flags_changed_elsewhere(const model::Operation& any, const model::Config& config) {
    return std::visit([&]<class Op>(const Op&) { return Facets<Op>::changes_flags_elsewhere(config); }, any);
}
bool changes_items(const model::Operation& any) {
    return std::visit([]<class Op>(const Op&) { return Facets<Op>::changes_items; }, any);
}
bool uses_walk(const model::Operation& any) {
    return std::visit([]<class Op>(const Op& op) { return Facets<Op>::uses_walk(op); }, any);
}

std::optional<AskedPage> asked_page(const model::Operation& any) {
    return std::visit([]<class Op>(const Op& op) { return Facets<Op>::asks(op); }, any);
}
Brought brought(const model::Operation& any) {
    static constexpr auto by_kind = of_each_operation([]<class Op>() { return Facets<Op>::brings; });
    return by_kind[any.index()];
}
bool replaces_folios(const model::Operation& any) {
    static constexpr auto by_kind = of_each_operation([]<class Op>() { return Facets<Op>::replaces_folios; });
    return by_kind[any.index()];
}

} // namespace checker::inline facets
