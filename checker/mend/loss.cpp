#include "checker/mend/loss.h"

#include <algorithm>
#include <iterator>

#include "checker/judge/bound.h"
#include "checker/judge/ksm_entries.h"

namespace checker::inline mend {
namespace {

using model::Id;
using model::Kernel;

// What one page's walk loses.
std::optional<Loss> loss_of(const Kernel& k, const Strategy& walk, Id<model::Folio> folio,
                            const std::vector<MappedAt>& truth, Goal goal) {
    const WalkResult r = walk.walk(k, folio);
    if (r.cost.all.visited > allowed_visits(k, walk, folio)) return Loss{truth.front(), false, true, 0};
    if (r.found == truth) return {};
    std::vector<MappedAt> missed;
    std::ranges::set_difference(truth, r.found, std::back_inserter(missed));
    if (goal == Goal::exact) return Loss{missed.front()};
    const std::vector<MappedAt> reached = reference().walk(k, folio).found;
    for (MappedAt at : missed)
        if (std::ranges::binary_search(reached, at)) return Loss{at};
    return {};
}

std::optional<Loss> loss_in(const Kernel& k, const Strategy& walk, Goal goal) {
    std::vector<KsmEntry> entries;
    read_ksm_entries(k, entries);
    std::ranges::stable_sort(entries, {}, [](const KsmEntry& e) { return e.folio; });
    for (auto at = entries.begin(); at != entries.end();) {
        const Id<model::Folio> folio = at->folio;
        std::vector<MappedAt> truth;
        for (; at != entries.end() && at->folio == folio; ++at) truth.push_back(at->at);
        if (auto loss = loss_of(k, walk, folio, truth, goal)) return loss;
    }
    return {};
}

// Is no operation half done? ksmd rests between two pages of a pass (pages_to_scan).
bool at_rest(const Kernel& k) {
    return std::ranges::all_of(k.flights, [](const model::Flight& f) {
        const auto* s = std::get_if<model::Scanning>(&f.what);
        return is_over(f) || (s && s->point == model::Scanning::Point::page);
    });
}

// The machine that the reference drives, after these steps; does it forget an entry?
bool reference_forgets_along(std::span<const model::Step> steps, model::Config config) {
    config.drive = {};
    Kernel k = model::boot(config);
    try {
        for (const model::Step& step : steps) {
            if (k.stale) break;
            model::play(k, step);
        }
    } catch (const model::BadInput&) {
        return k.stale.operator bool();
    }
    return k.stale.operator bool();
}

// The same, too, where others act at another of its points: the two walks have not equally many, and after so many
// steps one is not where the other is.
bool reference_forgets(std::span<const model::Step> steps, const model::Config& config) {
    if (reference_forgets_along(steps, config)) return true;
    const auto goes_on = [](const model::Step& s) { return going_on(s.op).has_value(); };
    for (auto from = std::ranges::find_if(steps, goes_on); from != steps.end();) {
        const auto to = std::find_if_not(from, steps.end(), [&](const model::Step& s) { return s.op == from->op; });
        const auto many = static_cast<std::size_t>(to - from);
        for (std::size_t n = 0; n <= 2 * many; ++n) {
            std::vector<model::Step> other(steps.begin(), from);
            other.insert(other.end(), n, *from);
            other.insert(other.end(), to, steps.end());
            if (n != many && reference_forgets_along(other, config)) return true;
        }
        from = std::find_if(to, steps.end(), goes_on);
    }
    return false;
}

} // namespace

std::string_view words_of(Goal goal) {
    return goal == Goal::covers ? "loses nothing that naive finds"
                                : "finds every entry, always, as soon as the operation ends";
}

std::optional<Loss> first_loss(std::span<const model::Step> steps, const model::Config& config, const Strategy& walk,
                               Goal goal) {
    model::Config mine = config;
    mine.drive = driver_of(walk);
    Kernel k = model::boot(mine);
    for (std::size_t n = 0; n < steps.size(); ++n) {
        try {
            model::play(k, steps[n]);
        } catch (const model::BadInput&) {
            return {};
        }
        std::optional<Loss> loss;
        if (k.stale) {
            const model::EntryAt e = model::stale_entries(k).front();
            if (goal == Goal::exact || !reference_forgets(steps.first(n + 1), config))
                return Loss{{e.pid, e.page}, true, false, n + 1};
            return {};
        }
        if (at_rest(k)) loss = loss_in(k, walk, goal);
        if (!loss) continue;
        loss->steps = n + 1;
        return loss;
    }
    return {};
}

std::optional<Loss> first_loss(std::span<const model::Step> steps, const model::Rules& rules, PieceSet set, Goal goal) {
    model::Config config;
    config.rules = rules;
    config.mends = mends_of(set);
    return first_loss(steps, config, walk_of(set), goal);
}

} // namespace checker::inline mend
