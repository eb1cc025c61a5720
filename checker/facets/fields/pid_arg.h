// The process that the kernel acts on: the addresses behind it are those of that process.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::PidArg> : FieldDefaults<model::PidArg> {
    static void draw(Draft& d, model::PidArg& f) {
        d.mm = draw_process(d.random, d.k);
        f.v = d.mm ? d.k.mms[d.mm].pid : 1;
    }
    static std::vector<model::PidArg> choices(const Bounds&, model::Pid about) { return {{about}}; }
    static std::uint64_t rank(const model::PidArg& f) { return f.v - 1u; }
    static std::vector<model::PidArg> values(const ValuesInUse& v) { return all_of<model::PidArg>(v.pids); }
};

} // namespace checker::inline facets
