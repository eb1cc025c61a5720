#include "checker/judge/security.h"

#include <fmt/format.h>

namespace checker::inline judge {

using namespace model;

SecurityCause security_cause(const Kernel& k, const Strategy& driver, bool in_between) {
    SecurityCause cause{&driver, Whereabouts::page_is_ordinary, !in_between};
    const Folio& f = k.folios[k.stale];
    if (f.mapping != Folio::Mapping::ksm) return cause;
    cause.where = Whereabouts::address_unknown;
    const std::vector<EntryAt> entries = stale_entries(k);
    if (!f.node || entries.empty()) return cause;
    for (Id<RmapItem> i = k.nodes[f.node].hlist; i; i = k.items[i].next)
        if (k.items[i].page == entries.front().page) cause.where = Whereabouts::address_known;
    return cause;
}

bool acted_between(std::span<const Step> steps) {
    if (steps.empty()) return false;
    const auto ends = going_on(steps.back().op);
    if (!ends) return false;
    for (std::size_t i = steps.size() - 1; i-- > 0;) {
        if (steps[i].begins == *ends) return false;
        if (going_on(steps[i].op) != ends) return true;
    }
    return true;
}

std::string to_text(const SecurityCause& cause) {
    constexpr std::string_view where[] = {"ordinary-page", "address-unknown", "address-known"};
    return fmt::format("stale-migration-entry {}{}", where[static_cast<std::size_t>(cause.where)],
                       cause.sequential ? " sequential" : "");
}

std::string explained(const SecurityCause& cause) {
    constexpr std::string_view where[] = {
        "the page is none of KSM's",
        "no rmap_item of the page has the address that the entry is at now, so no walk looks there",
        "an rmap_item of the page has the address that the entry is at now, but the walk does not see it from there"};
    return fmt::format(
        "a migration is over and has left an entry behind: it names a frame that was freed, and whoever gets the frame "
        "shares it; {}{}",
        where[static_cast<std::size_t>(cause.where)], cause.sequential ? "; nothing acted between its walks" : "");
}

} // namespace checker::inline judge
