// How a field of each type is drawn: one overload for each type of model/ops/fields.h.
#pragma once

#include "checker/search/random/generate.h"
#include "model/ops/fields.h"

namespace checker::inline search {

// An operation in the making: what its fields can look at, and what those before them were.
struct Draft {
    Random& random;
    const model::Kernel& k;
    const Scope& scope;
    const Mix& mix;
    model::Id<model::Mm> mm{}; // whose addresses: the caller, or the process named by a PidArg
    bool by_kernel = false;
    bool mapped = true;          // the operation is about memory that is there
    bool wrong = false;          // some field is to be wrong
    std::uint32_t addresses = 0; // fields of that type drawn so far
    std::uint32_t lengths = 0;
    std::uint32_t switches = 0;
    model::Vpn at{};          // the first address
    std::uint64_t length = 0; // the first length, in bytes
    std::uint64_t map_flags = 0;
    std::optional<model::KnobName> knob{};
};

void draw(Draft& d, model::Address& f);
void draw(Draft& d, model::Length& f);
void draw(Draft& d, model::FileOffset& f);
void draw(Draft& d, model::Fd& f);
void draw(Draft& d, model::ProtBits& f);
void draw(Draft& d, model::MapBits& f);
void draw(Draft& d, model::MremapBits& f);
void draw(Draft& d, model::AdviceCode& f);
void draw(Draft& d, model::Byte& f);
void draw(Draft& d, model::Count& f);
void draw(Draft& d, model::PidArg& f);
void draw(Draft& d, model::Switch& f);
void draw(Draft& d, model::PrctlOption& f);
void draw(Draft& d, model::Knob& f);

// A live process, each as likely; none if there is none.
model::Id<model::Mm> draw_process(Random& random, const model::Kernel& k);
// A free range of this process near the pool, in pages.
model::Vpn draw_free_range(Draft& d, model::Pages pages);

} // namespace checker::inline search
