// The only file that knows Z3.
#include "properties/proofs/solver.h"

#include <ctime>
#include <filesystem>
#include <memory>
#include <stdexcept>

#include <z3++.h>

#include "checker/support/files.h"

namespace properties::proofs {
namespace {

// Time that this thread has had of a processor: what else the machine does is no property of a theorem.
double processor_seconds() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

// One context serves all questions of a thread: making one costs more than most answers. An error leaves its traces in
// a context (the parser repeats it), so after an error there is a new one.
std::unique_ptr<z3::context>& context() {
    static thread_local auto c = std::make_unique<z3::context>();
    return c;
}

Outcome inconclusive(const z3::solver& s) {
    Outcome o;
    o.reason = s.reason_unknown();
    const bool late = o.reason == "timeout" || o.reason == "canceled" || o.reason == "max. resource limit exceeded";
    o.answer = late ? Answer::timeout : Answer::unknown;
    return o;
}

Values values_of(const z3::model& m) {
    Values v;
    for (unsigned i = 0; i < m.num_consts(); ++i) {
        const z3::func_decl d = m.get_const_decl(i);
        const z3::expr value = m.get_const_interp(d);
        std::string text;
        if (value.is_bool())
            text = value.is_true() ? "true" : "false";
        else if (!value.is_numeral(text))
            throw std::runtime_error("the solver's value of " + d.name().str() + " is not a number");
        v.of.emplace(d.name().str(), text);
    }
    return v;
}

// A solver for one check: bit-vectors go to the SAT solver at once, which is not incremental but many times faster.
z3::solver make_solver(z3::context& c, bool bit_vectors, const Settings& settings) {
    z3::solver s = bit_vectors ? z3::tactic(c, "qfbv").mk_solver() : z3::solver(c, z3::solver::simple());
    z3::params p(c);
    p.set("random_seed", settings.seed);
    p.set("timeout", settings.timeout_ms);
    s.set(p);
    return s;
}

// The premises and the negated goal are read from the very text that is written for other solvers.
Outcome check(const Query& q, const std::string& text, const Settings& settings) {
    z3::context& c = *context();
    const z3::expr_vector assertions = c.parse_string(text.c_str());
    const bool bit_vectors = text.find("(set-logic QF_BV)") != std::string::npos;
    z3::solver possible = make_solver(c, bit_vectors, settings);
    for (unsigned i = 0; i + 1 < assertions.size(); ++i) possible.add(assertions[static_cast<int>(i)]);
    Outcome o;
    switch (possible.check()) {
    case z3::unsat: o.answer = Answer::vacuous; return o;
    case z3::unknown: return inconclusive(possible);
    case z3::sat: break;
    }
    z3::solver s = make_solver(c, bit_vectors, settings);
    for (unsigned i = 0; i < assertions.size(); ++i) s.add(assertions[static_cast<int>(i)]);
    switch (s.check()) {
    case z3::unsat: o.answer = Answer::proved; return o;
    case z3::unknown: return inconclusive(s);
    case z3::sat: break;
    }
    o.values = values_of(s.get_model());
    bool refutes = !holds(q.goal, o.values);
    for (const Formula& premise : q.premises) refutes = refutes && holds(premise, o.values);
    o.answer = refutes ? Answer::refuted : Answer::error;
    if (!refutes) o.reason = "the solver's values do not refute the goal";
    return o;
}

std::size_t nodes(const Term& t) {
    std::size_t n = 1;
    for (const TermRef& a : t.args) n += nodes(*a);
    return n;
}

void write(const std::string& directory, const Query& q, const std::string& text) {
    checker::make_folder(directory);
    checker::write_output((std::filesystem::path(directory) / smt2_file(q)).string(), text);
}

} // namespace

Outcome ask(const Query& q, const Settings& settings) {
    const double start = processor_seconds();
    const std::string text = to_smt2(q);
    if (!settings.smt2.empty()) write(settings.smt2, q, text);
    Outcome o;
    try {
        o = check(q, text, settings);
    } catch (const z3::exception& e) {
        o.reason = e.msg();
        context() = std::make_unique<z3::context>();
    } catch (const std::exception& e) {
        o.reason = e.what();
    }
    for (const Formula& p : q.premises) o.size += nodes(*p.term());
    o.size += nodes(*q.goal.term());
    o.seconds = processor_seconds() - start;
    return o;
}

std::string solver_version() {
    unsigned major = 0, minor = 0, build = 0, revision = 0;
    Z3_get_version(&major, &minor, &build, &revision);
    return "Z3 " + std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(build) + "." +
           std::to_string(revision);
}

} // namespace properties::proofs
