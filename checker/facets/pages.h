// What a page-table entry holds that an operation of the kernel is about.
#pragma once

#include "model/kernel.h"
#include "model/page_table.h"

namespace checker::inline facets {

inline model::Id<model::Pte> entry_at(const model::Kernel& k, model::PidArg pid, model::Address at) {
    return model::pte_at(k, model::find_process(k, pid.v), model::vpn(at.v));
}
inline bool is_swapped_out(const model::Kernel& k, model::PidArg pid, model::Address at) {
    const model::Id<model::Pte> pte = entry_at(k, pid, at);
    return pte && k.ptes[pte].kind == model::Pte::Kind::swap;
}
// In memory or swapped out.
inline bool has_page(const model::Kernel& k, model::PidArg pid, model::Address at) {
    const model::Id<model::Pte> pte = entry_at(k, pid, at);
    return pte && (k.ptes[pte].kind == model::Pte::Kind::present || k.ptes[pte].kind == model::Pte::Kind::swap);
}

} // namespace checker::inline facets
