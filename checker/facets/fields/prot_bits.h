// Protection of memory.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::ProtBits> : FieldDefaults<model::ProtBits> {
    static void draw(Draft& d, model::ProtBits& f) {
        const std::uint32_t kind = d.random.below(100);
        f.v = kind < 72   ? model::prot_read | model::prot_write
              : kind < 92 ? model::prot_read
              : kind < 96 ? model::prot_none
                          : model::prot_read | model::prot_write | model::prot_exec;
        if (goes_wrong(d, 50)) f.v |= model::prot_growsdown | model::prot_growsup;
    }

    static std::vector<model::ProtBits> choices(const Bounds& b, model::Pid) {
        return all_of<model::ProtBits>(b.prots);
    }

    static std::uint64_t rank(const model::ProtBits& f) { return rank_in(simple, f.v); }
    static std::vector<model::ProtBits> values(const ValuesInUse&) { return all_of<model::ProtBits>(simple); }
    static bool unusual(const model::ProtBits& f) { return rank(f) >= std::size(simple); }
    static model::ProtBits usual(const model::ProtBits& f) {
        return {f.v & model::prot_write ? model::prot_read | model::prot_write : f.v & model::prot_read};
    }

  private:
    static constexpr std::uint64_t simple[] = {model::prot_read | model::prot_write, model::prot_read,
                                               model::prot_none};
};

} // namespace checker::inline facets
