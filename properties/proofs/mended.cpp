#include "properties/proofs/mended.h"

#include <algorithm>
#include <stdexcept>

namespace properties::proofs {
namespace {

using checker::PieceSet;

Pair without_entry(Pair p) {
    p.mapped = p.swapped = false;
    return p;
}

// Derives the cases of the mended kernel from one of the kernel's.
class Mended {
  public:
    Mended(const Pair& before, PieceSet set, std::vector<Case>& out) : p_(before), set_(set), out_(out) {}

    void derive(const Case& c) {
        switch (c.does) {
        case Does::swaps_in: return swap_in(c);
        case Does::moves: return move(c);
        case Does::forks: return fork(c);
        case Does::records: return record(c);
        case Does::upgrades:
            if (!has("upgrade-alone")) add(c);
            return;
        case Does::inherits: // the record that answered stays
            if (!has("leave-leads")) add(c);
            return;
        case Does::unlists: return unlist(c);
        case Does::unlists_all: return unlist_all(c);
        case Does::something_else: return add(c);
        }
    }

  private:
    bool has(std::string_view name) const { return set_ & piece(name); }

    void add(Case c) {
        if (has("copy-at-swap-in")) c.after.swapped = false; // the swap cache answers nobody with a KSM page
        out_.push_back(std::move(c));
    }

    // A copy, or an item for it, or both as the VMA is; or the page as it is.
    void swap_in(const Case& c) {
        const bool elsewhere = has("copy-where-not-mergeable"), item = has("item-at-swap-in");
        Case copied = c, listed = c, kept = c;
        copied.after = without_entry(p_);
        copied.name += ", as a copy";
        copied.guard = c.guard && (has("copy-at-swap-in") || !p_.mergeable);
        if (has("copy-at-swap-in") || elsewhere) add(copied);
        listed.after = with_own_item(c.after);
        listed.name += ", and gets an item";
        listed.guard = c.guard && p_.mergeable;
        if (item) add(listed);
        if (elsewhere) kept.guard = kept.guard && p_.mergeable;
        if (item) kept.guard = kept.guard && !p_.mergeable;
        if (!has("copy-at-swap-in") && !(elsewhere && item)) add(kept);
    }
    static Pair with_own_item(Pair p) {
        p.own = p.listed = p.responsible = true;
        p.a = p.at;
        p.rec_linear = linear_page_index(p.v, p.at);
        return p;
    }

    // mremap unshares in every VMA, and reads back: what moves is neither.
    void move(Case c) {
        if (has("unshare-always")) c.guard = c.guard && !p_.mapped;
        if (has("read-back-swap")) c.guard = c.guard && !p_.swapped;
        if (!has("unshare-always") || !has("read-back-swap")) add(std::move(c));
    }

    void fork(Case c) {
        if (has("unshare-at-fork")) c.after.mapped = false;
        add(std::move(c));
    }

    // The item leaves a lead, unless another has the same record; either way the record stays.
    void record(Case c) {
        if (has("leave-leads")) c.after = with_lead(p_);
        add(std::move(c));
    }
    void unlist(Case c) {
        if (has("leave-leads")) c.after = with_lead(p_);
        add(std::move(c));
    }
    // As long as somebody maps the page. Else its node goes, and a swap entry of it reads back a copy.
    void unlist_all(Case c) {
        if (has("leave-leads")) {
            const Formula stays = Formula::named("node.stays");
            const Formula mapped = c.after.mapped;
            c.guard = c.guard && implies(mapped, stays);
            c.after = with_lead(c.after);
            c.after.listed = p_.listed && stays;
            c.after.swapped = p_.swapped && stays;
        }
        add(std::move(c));
    }
    // Whoever left it first has another address, perhaps.
    Pair with_lead(Pair p) const {
        p.listed = p_.listed;
        p.a = page_named<Int>("lead.a");
        return p;
    }

    const Pair& p_;
    PieceSet set_;
    std::vector<Case>& out_;
};

std::string step_name(const MendedProof& proof, const Case& c) {
    return proof.name + "/" + c.operation + ": " + c.name;
}

Query question(const MendedProof& proof, const LeftOut& left_out, const Pair& p, const Case& c) {
    const auto finds = left_out.finds ? left_out.finds : proof.finds;
    const auto before = left_out.before ? left_out.before : proof.invariant;
    return {step_name(proof, c) + ", without " + checker::to_text(left_out.piece),
            {is_pair(p), before(p), c.guard, left_out.playable(p, c), live(c.after)},
            finds(c.after)};
}

} // namespace

PieceSet piece(std::string_view name) {
    for (std::size_t n = 0; n < checker::piece_count; ++n)
        if (checker::piece_name(n) == name) return PieceSet{1} << n;
    throw std::logic_error("no piece is called " + std::string(name));
}

std::vector<Case> mended_cases(const Pair& p, PieceSet set) {
    std::vector<Case> out;
    Mended mended(p, set, out);
    for (const Case& c : cases(p)) mended.derive(c);
    return out;
}

std::vector<Query> mended_queries(const MendedProof& proof) {
    const Pair p = any_pair();
    std::vector<Query> out;
    out.push_back({proof.name + "/base: nothing is merged", {is_pair(p), !live(p), !p.listed}, proof.invariant(p)});
    for (const Case& c : mended_cases(p, proof.set))
        out.push_back({step_name(proof, c), {is_pair(p), proof.invariant(p), c.guard}, proof.invariant(c.after)});
    out.push_back({proof.name + "/conclusion: the walk finds the entry",
                   {is_pair(p), proof.invariant(p), p.mapped},
                   proof.finds(p)});
    return out;
}

std::vector<Break> mended_breaks(const MendedProof& proof) {
    const Pair p = any_pair();
    std::vector<Break> out;
    for (const LeftOut& l : proof.needed) {
        const std::vector<Case> all = mended_cases(p, proof.set & ~l.piece);
        const auto c =
            std::ranges::find_if(all, [&](const Case& x) { return x.operation == l.operation && x.name == l.name; });
        if (c == all.end()) throw std::logic_error("no step is called " + l.operation + ": " + l.name);
        Break b{l.operation, checker::to_text(l.piece) + ": " + l.premise, question(proof, l, p, *c), l.trace};
        b.mended = {proof.set, checker::Goal::exact};
        b.left_out = l.piece;
        out.push_back(std::move(b));
    }
    return out;
}

Formula hits_entry(const Pair& p) {
    return p.responsible && p.listed && contains(interval(p.v), p.rec_linear) &&
           vma_address(p.v, p.rec_linear).n == p.at.n;
}

Formula meets_entry_at_item(const Pair& p) {
    return p.responsible && p.listed && contains(interval(p.v), p.rec_linear) && p.a.n == p.at.n;
}

} // namespace properties::proofs
