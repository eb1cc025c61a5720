// The fence around the solver: numbers, formulas, one question, six possible answers.
//
// Numbers and formulas are small values (trees of shared nodes), made without a solver in sight, so that the templates
// of model/arithmetic/pgoff.h can be instantiated with them and a theorem is an ordinary function. A question is
// printed as SMT-LIB text, and that text is all that Z3 gets: what `--smt2` saves for another solver is what was
// answered here. A refutation is not taken on the solver's word: its values are put into the formulas by an evaluator
// of our own.
//
// Z3 is known to solver.cpp only.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace properties::proofs {

enum class Sort : std::uint8_t { boolean, integer, bits32, bits64 };

// One node of a number or formula. Symbols with equal names and sorts are the same symbol.
struct Term {
    enum class Op : std::uint8_t {
        constant,
        symbol,
        add,
        sub,
        shift_left,
        shift_right,
        eq,
        less,
        less_eq,
        conj,
        disj,
        neg,
        ite
    };
    Sort sort = Sort::boolean;
    Op op = Op::constant;
    std::uint64_t value = 0; // constant; of a formula 0 or 1
    std::string name;        // symbol
    std::vector<std::shared_ptr<const Term>> args;
};
using TermRef = std::shared_ptr<const Term>;

TermRef make_constant(Sort sort, std::uint64_t value);
TermRef make_symbol(Sort sort, std::string name);
TermRef make_term(Sort sort, Term::Op op, std::vector<TermRef> args);

class Formula {
  public:
    Formula(bool value = true) : term_(make_constant(Sort::boolean, value)) {}
    explicit Formula(TermRef term) : term_(std::move(term)) {}
    static Formula named(std::string name) { return Formula(make_symbol(Sort::boolean, std::move(name))); }
    const TermRef& term() const { return term_; }

    friend Formula operator&&(const Formula& a, const Formula& b) { return of(Term::Op::conj, {a.term_, b.term_}); }
    friend Formula operator||(const Formula& a, const Formula& b) { return of(Term::Op::disj, {a.term_, b.term_}); }
    friend Formula operator!(const Formula& a) { return of(Term::Op::neg, {a.term_}); }
    friend Formula operator==(const Formula& a, const Formula& b) { return of(Term::Op::eq, {a.term_, b.term_}); }
    friend Formula operator!=(const Formula& a, const Formula& b) { return !(a == b); }

  private:
    static Formula of(Term::Op op, std::vector<TermRef> args) {
        return Formula(make_term(Sort::boolean, op, std::move(args)));
    }
    TermRef term_;
};
inline Formula implies(const Formula& a, const Formula& b) { return !a || b; }

// A symbolic number. `integer` is a mathematical integer; the others wrap around, and compare without sign.
template <Sort S> class NumberOf {
  public:
    static constexpr Sort sort = S;

    NumberOf() : NumberOf(0) {}
    explicit NumberOf(std::uint64_t value) : term_(make_constant(S, value)) {}
    explicit NumberOf(TermRef term) : term_(std::move(term)) {}
    static NumberOf named(std::string name) { return NumberOf(make_symbol(S, std::move(name))); }
    const TermRef& term() const { return term_; }

    friend NumberOf operator+(const NumberOf& a, const NumberOf& b) { return of(Term::Op::add, a, b); }
    friend NumberOf operator-(const NumberOf& a, const NumberOf& b) { return of(Term::Op::sub, a, b); }
    friend NumberOf operator<<(const NumberOf& a, unsigned n) { return of(Term::Op::shift_left, a, NumberOf(n)); }
    friend NumberOf operator>>(const NumberOf& a, unsigned n) { return of(Term::Op::shift_right, a, NumberOf(n)); }
    friend Formula operator==(const NumberOf& a, const NumberOf& b) { return says(Term::Op::eq, a, b); }
    friend Formula operator!=(const NumberOf& a, const NumberOf& b) { return !(a == b); }
    friend Formula operator<(const NumberOf& a, const NumberOf& b) { return says(Term::Op::less, a, b); }
    friend Formula operator<=(const NumberOf& a, const NumberOf& b) { return says(Term::Op::less_eq, a, b); }
    friend Formula operator>(const NumberOf& a, const NumberOf& b) { return b < a; }
    friend Formula operator>=(const NumberOf& a, const NumberOf& b) { return b <= a; }

  private:
    static NumberOf of(Term::Op op, const NumberOf& a, const NumberOf& b) {
        return NumberOf(make_term(S, op, {a.term_, b.term_}));
    }
    static Formula says(Term::Op op, const NumberOf& a, const NumberOf& b) {
        return Formula(make_term(Sort::boolean, op, {a.term_, b.term_}));
    }
    TermRef term_;
};
using Int = NumberOf<Sort::integer>;
using Bv32 = NumberOf<Sort::bits32>;
using Bv64 = NumberOf<Sort::bits64>;

template <Sort S> NumberOf<S> ite(const Formula& test, const NumberOf<S>& yes, const NumberOf<S>& no) {
    return NumberOf<S>(make_term(S, Term::Op::ite, {test.term(), yes.term(), no.term()}));
}

// --- Questions

// Do the premises entail the goal? `name` is unique among all questions: theorem/part.
struct Query {
    std::string name;
    std::vector<Formula> premises;
    Formula goal;
};

enum class Answer : std::uint8_t {
    proved,  // the premises can be met, and then the goal holds
    refuted, // there are values that meet the premises and not the goal
    vacuous, // nothing meets the premises: the goal would be "proved" of nothing
    unknown, // the solver gave up, with a reason
    timeout, // the solver ran out of its time
    error,   // the solver failed, or its values do not refute what it says they refute
};
std::string_view to_string(Answer a);

// What a refutation says of the symbols: decimal numbers, "true" or "false". Symbols that do not matter may be absent.
class Values {
  public:
    std::map<std::string, std::string> of;
    // The value of a number that is not negative; 0 where it does not matter. Throws std::out_of_range otherwise.
    std::uint64_t number(const std::string& name) const;
};

struct Settings {
    unsigned seed = 1;
    unsigned timeout_ms = 300'000; // of one question, by the clock
    std::string smt2;              // directory that every question is written to; empty: none
};

struct Outcome {
    Answer answer = Answer::error;
    std::string reason;   // unknown, timeout, error
    Values values;        // refuted
    double seconds = 0;   // of the processor
    std::size_t size = 0; // nodes of the formulas
};

Outcome ask(const Query& query, const Settings& settings);

// The question in SMT-LIB 2.6: the premises, a check-sat that must say sat, the negated goal, and a check-sat that says
// unsat if the goal is proved.
std::string to_smt2(const Query& query);
// The file that `ask` writes for a question, below Settings::smt2: its name, in characters that need no quoting.
std::string smt2_file(const Query& query);

// Does the formula hold of these values? Computed here, not by the solver.
bool holds(const Formula& formula, const Values& values);

// "Z3 4.8.12.0".
std::string solver_version();

} // namespace properties::proofs
