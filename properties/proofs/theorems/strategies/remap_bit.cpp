// remap-bit: while the bit is clear the address is asked for, as addr-shift does; when it is set, everything.
//
// Informal proof. The bit is set at merge exactly where the linear index is not the page number, so a clear bit is
// right then; and indices change only in mremap. It becomes wrong where the entry at the address changes without the
// item being recorded anew, or where the item is recorded anew for another page and answers for a fork's entry still.
#include "properties/proofs/theorems/strategies/list.h"

namespace properties::proofs::theorems {
namespace {

IntPgoff asked(const Pair& p) { return model::anonymous_pgoff(p.a); }
Formula in_place(const Pair& p) { return linear_page_index(p.v, p.at).n == model::anonymous_pgoff(p.at).n; }
Formula invariant(const Pair& p) { return implies(answers(p), p.rec_bit || in_place(p)); }
Formula finds(const Pair& p) { return p.rec_bit || contains(interval(p.v), asked(p)); }

Formula bit_is_right(const Pair&, const Case& c) { return c.after.rec_bit || in_place(c.after); }
Formula bit_is_right_there(const Pair& p, const Case& c) { return c.after.at.n != p.a.n || bit_is_right(p, c); }

Inductive proof() {
    using namespace scripts;
    return {
        "remap-bit",
        invariant,
        finds,
        {unless("mremap", "moves the entry", "no entry of a KSM page is moved to an address whose item has a clear bit",
                bit_is_right_there, arrives()),
         unless("ksmd", "records the item anew",
                "no item is recorded anew while it answers for a fork's entry elsewhere moved", bit_is_right,
                recorded_anew_in_place()),
         unless("ksmd", "frees the item that answered, and this one is left",
                "the entry's own item is not freed while another item has its address", bit_is_right, heir())}};
}

std::vector<Query> queries() { return inductive_queries(proof()); }
std::vector<Break> breaks() { return inductive_breaks(proof()); }

// A clear bit is right wherever the item is.
Query control() {
    const Pair p = any_pair();
    return {"remap-bit/control", {is_pair(p), answers(p), !p.rec_bit}, in_place(p)};
}

} // namespace

const Theorem& remap_bit() {
    static const Theorem t{
        "remap-bit",
        "A bit recorded at merge chooses rightly between the address and the full walk",
        "no swap entry or unmergeable page is moved to an item's address; no item is recorded anew, or left "
        "over, for a fork's entry of another index",
        queries,
        control,
        breaks};
    return t;
}

} // namespace properties::proofs::theorems
