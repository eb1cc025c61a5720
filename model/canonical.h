// When are two machines the same? When they differ only in the names of things.
//
// The canonical form writes a machine down by walking it in an order that every observer would choose (processes, VMAs
// by address, then whatever they lead to) and naming VMAs, anon_vmas, folios and nodes in the order in which they are
// met. What is in flight comes in the order in which it began. Left out is what only counts history: the number of
// passes and of skipped pages. A dangling head, and a remembered VMA that is gone, are written as such and not by the
// name that they had.
//
// What else is a name is a question of who asks. To a trace, pids, bytes and file numbers mean what they say. To the
// rules of the model they are names as well: a permutation of pids, of the contents other than zero, or of files turns
// every run into a run with the permuted verdicts (Symmetry::all). Addresses are no names: an address and a page offset
// are compared by address >> PAGE_SHIFT.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/kernel.h"

namespace model {

enum class Symmetry : std::uint8_t {
    identities, // only what the model itself names: equal forms cannot be told apart by any trace
    all,        // pids, contents and files too: equal forms are equal up to a permutation of these
};

// Writes canonical forms, one after another, in memory that it keeps.
class Canonicalizer {
  public:
    // Good until the next call.
    std::span<const std::uint64_t> form(const Kernel& k, Symmetry symmetry);

  private:
    // Names in the order of first meeting; 0 is "none".
    template <class T> struct Namer {
        std::vector<std::uint32_t> names;
        std::vector<Id<T>> met;
        void start(std::size_t capacity);
        std::uint64_t operator()(Id<T> id);
    };

    void write(const Kernel& k);
    void order_by_pid(const Kernel& k);
    void process(const Kernel& k, Id<Mm> id);
    void item(const Kernel& k, const RmapItem& i);
    void stable_tree(const Kernel& k);
    void place(const Kernel& k, const StablePlace& p);
    void folio(const Kernel& k, Id<Folio> id);
    void files(const Kernel& k);
    void swap(const Kernel& k, Id<SwapEntry> id);
    void anon_vma(const Kernel& k, Id<AnonVma> id);
    void config(const Kernel& k);
    void flights(const Kernel& k);
    void flight(const Kernel& k, const Migrating& m);
    void flight(const Kernel& k, const Reclaiming& r);
    void flight(const Kernel& k, const Moving& m);
    void flight(const Kernel& k, const Forking& f);
    void flight(const Kernel& k, const Scanning& s);
    void item_name(const Kernel& k, Id<RmapItem> item);
    void walk(const Kernel& k, const WalkCursor& w);
    std::uint64_t content(std::uint8_t byte);
    std::uint64_t file(std::int32_t number);
    std::uint64_t scan_word(const RmapItem& i, const ItemLayout& layout);

    void put(std::uint64_t v) { out_.push_back(v); }
    template <class... V> void put(std::uint64_t first, V... more) {
        put(first);
        put(static_cast<std::uint64_t>(more)...);
    }

    Symmetry symmetry_ = Symmetry::identities;
    std::vector<Id<Mm>> order_; // of the processes, in the form that is being written
    std::vector<std::uint64_t> out_, best_;
    std::uint8_t contents_ = 0; // how many have a name
    std::uint8_t content_names_[256] = {};
    std::vector<std::int32_t> files_;
    std::vector<const StablePlace*> places_;
    Namer<Mm> mm_;
    Namer<Vma> vma_;
    Namer<AnonVma> anon_;
    Namer<Folio> folio_;
    Namer<SwapEntry> swap_;
    Namer<StableNode> node_;
};

std::vector<std::uint64_t> canonical(const Kernel& k, Symmetry symmetry = Symmetry::identities);

// Equality and hash up to renaming.
bool same(const Kernel& a, const Kernel& b);
std::uint64_t hash(std::span<const std::uint64_t> canonical_form);

} // namespace model
