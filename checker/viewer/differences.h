// What a step changes, object by object: the machine as a table of keys and values, and the difference of two.
//
// A value is a direct image of the object (model/kernel.h); others are named in it by their keys. Keys last as long as
// what they name: m1 an mm, v1 a VMA, c1 an anon_vma_chain, a1 an anon_vma, p1.10 the page-table entry of mm 1 for page
// 0x10, f1 a frame (frames are used again), s1 a swap slot, i1.10 an rmap_item, n1 a stable node; `k` is what there is
// once. VMAs, anon_vmas and nodes are numbered in the order in which they are met. Page offsets are strings, in
// hexadecimal: they have 64 bits.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>
#include "checker/walks/walks.h"
#include "model/kernel.h"

namespace checker::inline viewer {

using nlohmann::json;

// Names that stay: of what has a birth, in the order in which it is asked for.
class Births {
  public:
    explicit Births(char letter) : letter_(letter) {}
    std::string operator()(std::uint64_t birth) {
        return letter_ + std::to_string(numbers_.try_emplace(birth, numbers_.size() + 1).first->second);
    }

  private:
    char letter_;
    std::map<std::uint64_t, std::size_t> numbers_;
};

struct Difference {
    std::map<std::string, json> now; // new objects, and those that are not as they were
    std::map<std::string, json> was; // objects that are gone, and those that are not as they were
};

std::string hex(std::uint64_t n);

// A machine along a trace.
class StepDifferences {
  public:
    // Strategies: those whose stored words are to be seen in rmap_items.
    explicit StepDifferences(std::vector<const Strategy*> strategies) : strategies_(std::move(strategies)) {}

    // What became of the machine since the last call; of the first, since there was nothing. `step` numbers it.
    Difference next(const model::Kernel& k, std::size_t step);
    const model::Kernel& before() const { return before_; } // as it was at the last call

    std::string key(const model::Kernel& k, model::Id<model::AnonVma> id);
    std::string key(const model::Kernel& k, model::Id<model::Vma> id);

  private:
    template <class T>
    void compare(const model::Pool<T>& was, const model::Kernel& before, const model::Pool<T>& is,
                 const model::Kernel& after, Difference& d);
    void date_records(Difference& d, std::size_t step);

    std::string key(const model::Kernel& k, model::Id<model::Mm> id);
    std::string key(const model::Kernel& k, model::Id<model::Avc> id);
    std::string key(const model::Kernel& k, model::Id<model::Pte> id);
    std::string key(const model::Kernel& k, model::Id<model::Folio> id);
    std::string key(const model::Kernel& k, model::Id<model::SwapEntry> id);
    std::string key(const model::Kernel& k, model::Id<model::RmapItem> id);
    std::string key(const model::Kernel& k, model::Id<model::StableNode> id);

    json value(const model::Kernel& k, const model::Mm& o);
    json value(const model::Kernel& k, const model::Vma& o);
    json value(const model::Kernel& k, const model::Avc& o);
    json value(const model::Kernel& k, const model::AnonVma& o);
    json value(const model::Kernel& k, const model::Pte& o);
    json value(const model::Kernel& k, const model::Folio& o);
    json value(const model::Kernel& k, const model::SwapEntry& o);
    json value(const model::Kernel& k, const model::RmapItem& o);
    json value(const model::Kernel& k, const model::StableNode& o);
    json once(const model::Kernel& k);

    template <class T> json key_or_null(const model::Kernel& k, model::Id<T> id) {
        return id ? json(key(k, id)) : json(nullptr);
    }

    std::vector<const Strategy*> strategies_;
    model::Kernel before_;
    json once_;
    Births vmas_{'v'}, anon_vmas_{'a'}, nodes_{'n'};
    std::map<std::string, std::size_t> recorded_in_; // by rmap_item: the step
};

} // namespace checker::inline viewer
