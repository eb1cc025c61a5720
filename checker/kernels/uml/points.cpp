#include "checker/kernels/uml/points.h"

#include <algorithm>
#include <variant>

namespace checker::kernels::uml {
namespace {

struct NameOfPoint {
    static std::string_view of_walk(const model::WalkCursor& w) { return w.inside ? "visit" : "loop"; }

    std::string_view operator()(const model::Migrating& m) const {
        return m.point == model::Migrating::Point::unmapped ? "unmapped" : of_walk(m.walk);
    }
    std::string_view operator()(const model::Reclaiming& r) const {
        return r.point == model::Reclaiming::Point::unmapped ? "unmapped" : of_walk(r.walk);
    }
    std::string_view operator()(const model::Moving& m) const {
        constexpr std::string_view names[] = {"called", "prepared", "copied", "moved"};
        return names[static_cast<std::size_t>(m.point)];
    }
    std::string_view operator()(const model::Forking& f) const {
        return f.point == model::Forking::Point::called ? "called" : "linked";
    }
    std::string_view operator()(const model::Scanning& s) const {
        constexpr std::string_view names[] = {"page", "aged", "unlisted"};
        return names[static_cast<std::size_t>(s.point)];
    }
};

struct HoldsMmapLock {
    model::Id<model::Mm> mm;

    bool operator()(const model::Moving& m) const { return m.mm == mm; }
    bool operator()(const model::Forking& f) const { return f.parent == mm || f.child == mm; }
    bool operator()(const auto&) const { return false; }
};

} // namespace

std::string_view point_name(const model::Flight& f) {
    return model::is_over(f) ? "over" : std::visit(NameOfPoint{}, f.what);
}

bool mmap_lock_is_held(const model::Kernel& k, model::Id<model::Mm> mm) {
    return std::ranges::any_of(
        k.flights, [&](const model::Flight& f) { return !model::is_over(f) && std::visit(HoldsMmapLock{mm}, f.what); });
}

} // namespace checker::kernels::uml
