#include "properties/proofs/inductive.h"

#include <algorithm>
#include <stdexcept>

namespace properties::proofs {
namespace {

bool is_about(const Exception& e, const Case& c) { return e.operation == c.operation && e.name == c.name; }

std::string step_name(const Inductive& proof, const Case& c) { return proof.name + "/" + c.operation + ": " + c.name; }

} // namespace

std::vector<Query> inductive_queries(const Inductive& proof) {
    const Pair p = any_pair();
    std::vector<Query> out;
    out.push_back({proof.name + "/base: nothing is merged", {is_pair(p), !live(p), !p.listed}, proof.invariant(p)});
    for (const Case& c : cases(p)) {
        Query q{step_name(proof, c), {is_pair(p), proof.invariant(p), c.guard}, proof.invariant(c.after)};
        const auto e = std::find_if(proof.exceptions.begin(), proof.exceptions.end(),
                                    [&](const Exception& x) { return is_about(x, c); });
        if (e != proof.exceptions.end()) { // there may be several ways to fail, but there is one premise
            if (!e->holds) continue;
            q.premises.push_back(e->holds(p, c));
        }
        out.push_back(std::move(q));
    }
    out.push_back({proof.name + "/conclusion: the walk finds the entry",
                   {is_pair(p), proof.invariant(p), answers(p), p.mapped},
                   proof.finds(p)});
    return out;
}

std::vector<Break> inductive_breaks(const Inductive& proof) {
    const Pair p = any_pair();
    const std::vector<Case> all = cases(p);
    std::vector<Break> out;
    for (const Exception& e : proof.exceptions) {
        if (!e.trace) continue;
        const Case* c = nullptr;
        for (const Case& candidate : all)
            if (is_about(e, candidate)) c = &candidate;
        if (!c) throw std::logic_error("no step is called " + e.operation + ": " + e.name);
        Query q{step_name(proof, *c) + ", without the premise" + e.part,
                {is_pair(p), proof.invariant(p), c->guard, e.playable(p, *c),
                 proof.beside_naive ? answers(c->after) : live(c->after) && c->after.responsible},
                proof.finds(c->after)};
        out.push_back({e.operation, e.premise, std::move(q), e.trace});
    }
    return out;
}

} // namespace properties::proofs
