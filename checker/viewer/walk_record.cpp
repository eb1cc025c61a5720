#include "checker/viewer/walk_record.h"

#include "model/ksm.h"

namespace checker::inline viewer {
namespace {

constexpr std::size_t skipped_shown = 60; // in a row

} // namespace

void WalkRecord::ask(const Ask& ask) { passes.push_back({{"asks", ask.words}, {"items", json::array()}}); }

void WalkRecord::item(model::Id<model::RmapItem> id, const model::TreeQuery& query, bool search_new_forks) {
    const model::RmapItem& item = k_.items[id];
    json j{{"round", search_new_forks ? 2 : 1},
           {"pid", pid_of(k_, item)},
           {"address", address(item.page)},
           {"vmas", json::array()}};
    if (query.anon_vma) {
        j["first"] = hex(query.pgoffs.first.n);
        j["last"] = hex(query.pgoffs.last.n);
        j["own_tree"] = query.anon_vma == item.anon_vma;
    } else {
        j["freed"] = true;
    }
    passes.back()["items"].push_back(std::move(j));
    skipped_ = 0;
    ++events;
}

void WalkRecord::given(model::Id<model::Vma> id, Vpn page, model::Given what, bool maps) {
    json& item = passes.back()["items"].back();
    const bool asked = what == model::Given::asked;
    if (!asked && ++skipped_ > skipped_shown) {
        item["more"] = item.value("more", std::size_t{0}) + 1;
        return;
    }
    if (asked) skipped_ = 0;
    const model::Vma& vma = k_.vmas[id];
    const char* outcome = maps                                  ? "found"
                          : asked                               ? "not mapped"
                          : what == model::Given::other_address ? "other address"
                                                                : "other process";
    item["vmas"].push_back(
        {k_.mms[vma.mm].pid, address(vma.range.start), address(vma.range.end), address(page), outcome});
    ++events;
}

} // namespace checker::inline viewer
