#include "checker/report/json.h"

#include <map>

#include "checker/judge/expect.h"
#include "model/ksm.h"

namespace checker::inline report {
namespace {

using model::Id;
using model::Kernel;
using nlohmann::json;

// Small numbers for identities, in the order in which they are met.
template <class T> class Numbers {
  public:
    json operator()(Id<T> id) {
        if (!id) return nullptr;
        return numbers_.try_emplace(id, numbers_.size() + 1).first->second;
    }

  private:
    std::map<Id<T>, std::size_t> numbers_;
};

struct ObjectNumbers {
    Numbers<model::AnonVma> anon_vma;
    Numbers<model::Folio> folio;
};

json flags_json(std::uint64_t flags) {
    json list = json::array();
    for (const model::VmFlagLetters& f : model::vm_flag_letters)
        if (flags & f.value) list.push_back(f.letters);
    return list;
}

json page_json(const Kernel& k, const model::Pte& p, ObjectNumbers& names) {
    using Kind = model::Pte::Kind;
    const bool swapped = p.kind == Kind::swap;
    const Id<model::Folio> folio = swapped ? k.swaps[p.swap].folio : p.folio;
    json j{{"address", model::address(p.page)}, {"swapped", swapped}};
    j["folio"] = names.folio(folio);
    j["ksm"] = p.kind == Kind::ksm_zero || (folio && k.folios[folio].mapping == model::Folio::Mapping::ksm);
    if (folio)
        j["byte"] = k.folios[folio].byte;
    else if (swapped)
        j["byte"] = k.swaps[p.swap].byte;
    else
        j["byte"] = 0;
    return j;
}

json pages_json(const Kernel& k, const model::Mm& mm, const model::Range& r, ObjectNumbers& names) {
    json list = json::array();
    auto p = mm.page_table.lower_bound(k.ptes, [&](const model::Pte& e) { return e.page >= r.start; });
    for (; p && k.ptes[p].page < r.end; p = mm.page_table.next(k.ptes, p))
        list.push_back(page_json(k, k.ptes[p], names));
    return list;
}

} // namespace

json to_json(MappedAt at) { return {{"pid", at.pid}, {"address", model::address(at.page)}}; }

json to_json(const Verdict& v) {
    json missed = json::array(), regressed = json::array();
    for (MappedAt m : v.missed) missed.push_back(to_json(m));
    for (MappedAt m : v.regressed) regressed.push_back(to_json(m));
    json lifetime = nullptr;
    if (v.lifetime != Lifetime::none) lifetime = to_string(v.lifetime);
    auto counts = [](const model::WalkCounts& c) {
        return json{{"visited", c.visited}, {"skipped_address", c.skipped_address}, {"skipped_mm", c.skipped_mm}};
    };
    json j = counts(v.cost.all);
    j.update({{"strategy", v.strategy->name},
              {"at", v.at},
              {"page", to_json(v.page)},
              {"missed", std::move(missed)},
              {"regressed", std::move(regressed)},
              {"found", v.found},
              {"mapped", v.mapped},
              {"longest_loop", counts(v.cost.longest)},
              {"reads_freed_vma", v.touched_freed_vma},
              {"lifetime", lifetime}});
    return j;
}

json state_json(const Kernel& k) {
    ObjectNumbers names;
    json processes = json::array();
    for (auto m = k.processes.first(k.mms); m; m = k.processes.next(k.mms, m)) {
        const model::Mm& mm = k.mms[m];
        json vmas = json::array();
        const auto text = vmas_of(k, mm.pid);
        std::size_t i = 0;
        for (auto v = mm.vmas.first(k.vmas); v; v = mm.vmas.next(k.vmas, v), ++i) {
            const model::Vma& vma = k.vmas[v];
            vmas.push_back({{"start", model::address(vma.range.start)},
                            {"end", model::address(vma.range.end)},
                            {"prot", text[i].prot},
                            {"flags", flags_json(vma.flags)},
                            {"pgoff", vm_pgoff(vma.range).n},
                            {"anon_vma", names.anon_vma(vma.anon_vma)},
                            {"pages", pages_json(k, mm, vma.range, names)}});
        }
        processes.push_back({{"pid", mm.pid}, {"vmas", std::move(vmas)}});
    }
    const model::KsmCounters c = model::ksm_counters(k);
    json flights = json::array();
    for (const model::Flight& f : k.flights)
        flights.push_back({{"name", f.name.view()}, {"is", model::describe(k, f)}});
    return {{"processes", std::move(processes)},
            {"flights", std::move(flights)},
            {"ksm", {{"pages_shared", c.pages_shared}, {"pages_sharing", c.pages_sharing}}}};
}

json report_json(const model::Trace& trace, const RunReport& report, bool with_state) {
    json verdicts = json::array(), failures = json::array();
    for (const Verdict& v : report.verdicts) verdicts.push_back(to_json(v));
    for (const Mismatch& f : report.failures) failures.push_back({{"at", f.line}, {"text", f.text}});
    json security = json::array();
    for (const SecurityFinding& f : report.security) {
        json entries = json::array();
        for (MappedAt at : f.entries) entries.push_back(to_json(at));
        security.push_back({{"at", f.line}, {"strategy", f.strategy->name}, {"entries", std::move(entries)}});
    }
    json j{{"trace", trace.path},
           {"verdicts", std::move(verdicts)},
           {"failures", std::move(failures)},
           {"security", std::move(security)}};
    if (report.unfinished) j["unfinished"] = {{"operations", report.played}, {"why", report.unfinished->wrong}};
    if (with_state) j["state"] = state_json(report.session.machines.front().kernel);
    return j;
}

std::string json_text(const nlohmann::json& document) {
    return document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace checker::inline report
