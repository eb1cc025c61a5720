// orig-vma: the remembered VMA, read at walk time, finds the entry while it lives and keeps its anon_vma.
//
// Informal proof. A VMA object is never moved: cutting and growing keep its displacement pgoff - start, so it says the
// index of any address, even of one that it no longer contains. What ends it is being freed: unmapped (with a cut, the
// object often goes with the part that is unmapped), absorbed by a neighbour, or its process exits; and
// MREMAP_DONTUNMAP of the whole takes its anon_vma away.
#include "properties/proofs/theorems/strategies/list.h"

namespace properties::proofs::theorems {
namespace {

IntPgoff asked(const Pair& p) { return linear_page_index(p.u, p.a); }
Formula speaks(const Pair& p) { return p.u_alive && p.u_faulted && asked(p).n == linear_page_index(p.v, p.at).n; }
Formula invariant(const Pair& p) { return implies(answers(p), speaks(p)); }
Formula finds(const Pair& p) { return p.u_alive && p.u_faulted && contains(interval(p.v), asked(p)); }

Formula not_freed(const Pair& p, const Case& c) { return implies(p.u_alive, c.after.u_alive); }
Formula not_emptied(const Pair& p, const Case&) { return !answers(p); }
Formula agrees(const Pair&, const Case& c) { return speaks(c.after); }
Formula agrees_there(const Pair& p, const Case& c) { return c.after.at.n != p.a.n || speaks(c.after); }

Inductive proof() {
    using namespace scripts;
    Inductive p{"orig-vma", invariant, finds, {}};
    const std::string lives = "the operation does not free the VMA that the item remembers";
    for (const char* op : {"munmap", "mmap", "mremap", "brk"})
        p.exceptions.push_back(unless(op, "split below the entry", lives, not_freed, cut_by(op)));
    for (const char* op : {"mprotect", "madvise", "mlock", "munlock"})
        p.exceptions.push_back(unless(op, "absorbed by the lower neighbour", lives, not_freed, absorbed_by(op)));
    p.exceptions.push_back(unless("exit", "of the item's process", lives, not_freed, item_process_exits()));
    p.exceptions.push_back(unless("mremap", "empties the remembered VMA",
                                  "MREMAP_DONTUNMAP does not empty the VMA that the item remembers", not_emptied,
                                  remembered_vma_emptied()));
    p.exceptions.push_back(unless("mremap", "moves the entry",
                                  "no entry of a KSM page is moved to an address that has an item", agrees_there,
                                  arrives()));
    p.exceptions.push_back(unless("ksmd", "records the item anew",
                                  "no item is recorded anew while it answers for a fork's entry", agrees,
                                  recorded_anew_moved()));
    p.exceptions.push_back(unless("ksmd", "frees the item that answered, and this one is left",
                                  "the entry's own item is not freed while another item has its address", agrees,
                                  heir()));
    // The same premise in the other cases of these operations: one story each is enough.
    const Pair before = any_pair();
    for (const Case& c : cases(before)) {
        const bool can_free = c.after.u_alive.term() != before.u_alive.term();
        if (can_free && c.operation != "ksmd" && c.operation != "exit" && c.name != "gone")
            p.exceptions.push_back({c.operation, c.name, lives, not_freed, nullptr, nullptr, ""});
    }
    return p;
}

std::vector<Query> queries() { return inductive_queries(proof()); }
std::vector<Break> breaks() { return inductive_breaks(proof()); }

// A remembered VMA that lives still holds the address.
Query control() {
    const Pair p = any_pair();
    return {"orig-vma/control", {is_pair(p), invariant(p), answers(p)}, contains(p.u, p.a)};
}

} // namespace

const Theorem& orig_vma() {
    static const Theorem t{
        "orig-vma",
        "The remembered VMA finds the entry while it lives and keeps its anon_vma",
        "no operation frees the remembered VMA, and MREMAP_DONTUNMAP does not empty it; no swap entry or "
        "unmergeable page is moved to an item's address; no item is recorded anew, or left over, for a fork's "
        "entry of another index",
        queries,
        control,
        breaks};
    return t;
}

} // namespace properties::proofs::theorems
