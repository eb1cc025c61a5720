// Terms without a solver: making them, printing them as SMT-LIB, and putting values into them.
#include <set>
#include <stdexcept>

#include <fmt/format.h>

#include "properties/proofs/solver.h"

namespace properties::proofs {
namespace {

using Op = Term::Op;

unsigned bits(Sort s) { return s == Sort::bits32 ? 32 : 64; }
bool is_bits(Sort s) { return s == Sort::bits32 || s == Sort::bits64; }

std::string_view operator_name(Op op, Sort of) {
    const bool b = is_bits(of);
    switch (op) {
    case Op::add: return b ? "bvadd" : "+";
    case Op::sub: return b ? "bvsub" : "-";
    case Op::shift_left: return "bvshl";
    case Op::shift_right: return "bvlshr";
    case Op::eq: return "=";
    case Op::less: return b ? "bvult" : "<";
    case Op::less_eq: return b ? "bvule" : "<=";
    case Op::conj: return "and";
    case Op::disj: return "or";
    case Op::neg: return "not";
    case Op::ite: return "ite";
    case Op::constant:
    case Op::symbol: break;
    }
    throw std::logic_error("a term without an operator");
}

// x << n is x * 2^n for integers; SMT-LIB's shifts are of bit-vectors only.
void print_integer_shift(const Term& t, std::string& out);

void print(const Term& t, std::string& out) {
    switch (t.op) {
    case Op::constant:
        if (t.sort == Sort::boolean)
            out += t.value ? "true" : "false";
        else if (is_bits(t.sort))
            out += fmt::format("(_ bv{} {})", t.value, bits(t.sort));
        else
            out += fmt::format("{}", t.value);
        return;
    case Op::symbol: out += "|" + t.name + "|"; return;
    default: break;
    }
    if (t.sort == Sort::integer && (t.op == Op::shift_left || t.op == Op::shift_right))
        return print_integer_shift(t, out);
    out += "(";
    out += operator_name(t.op, t.args.front()->sort);
    for (const TermRef& a : t.args) {
        out += " ";
        print(*a, out);
    }
    out += ")";
}

void print_integer_shift(const Term& t, std::string& out) {
    out += t.op == Op::shift_left ? "(* " : "(div ";
    print(*t.args[0], out);
    out += fmt::format(" {})", std::uint64_t{1} << t.args[1]->value);
}

void collect(const Term& t, std::set<std::pair<std::string, Sort>>& symbols, std::size_t& size) {
    ++size;
    if (t.op == Op::symbol) symbols.insert({t.name, t.sort});
    for (const TermRef& a : t.args) collect(*a, symbols, size);
}

__extension__ typedef __int128 Wide; // sums of a few 64-bit numbers, exactly

Wide wrapped(Wide v, Sort s) {
    if (!is_bits(s)) return v;
    return v & ((Wide{1} << bits(s)) - 1);
}

Wide parse(const std::string& text, Sort sort) {
    if (sort == Sort::boolean) return text == "true";
    const bool negative = !text.empty() && text.front() == '-';
    Wide v = 0;
    for (char c : std::string_view(text).substr(negative)) {
        if (c < '0' || c > '9') throw std::out_of_range("not a whole number: " + text);
        v = v * 10 + (c - '0');
        if (v > (Wide{1} << 120)) throw std::out_of_range("too large a number: " + text);
    }
    return negative ? -v : v;
}

Wide evaluate(const Term& t, const Values& values) {
    auto arg = [&](std::size_t n) { return evaluate(*t.args[n], values); };
    switch (t.op) {
    case Op::constant: return static_cast<Wide>(t.value);
    case Op::symbol: {
        auto it = values.of.find(t.name);
        return it == values.of.end() ? 0 : wrapped(parse(it->second, t.sort), t.sort);
    }
    case Op::add: return wrapped(arg(0) + arg(1), t.sort);
    case Op::sub: return wrapped(arg(0) - arg(1), t.sort);
    case Op::shift_left: return wrapped(arg(0) << arg(1), t.sort);
    case Op::shift_right: return arg(0) >> arg(1);
    case Op::eq: return arg(0) == arg(1);
    case Op::less: return arg(0) < arg(1);
    case Op::less_eq: return arg(0) <= arg(1);
    case Op::conj: return arg(0) && arg(1);
    case Op::disj: return arg(0) || arg(1);
    case Op::neg: return !arg(0);
    case Op::ite: return arg(0) ? arg(1) : arg(2);
    }
    throw std::logic_error("a term without an operator");
}

std::string sort_name(Sort s) {
    if (s == Sort::boolean) return "Bool";
    return s == Sort::integer ? "Int" : fmt::format("(_ BitVec {})", bits(s));
}

} // namespace

TermRef make_constant(Sort sort, std::uint64_t value) {
    return std::make_shared<const Term>(Term{sort, Op::constant, value, {}, {}});
}
TermRef make_symbol(Sort sort, std::string name) {
    return std::make_shared<const Term>(Term{sort, Op::symbol, 0, std::move(name), {}});
}
TermRef make_term(Sort sort, Op op, std::vector<TermRef> args) {
    return std::make_shared<const Term>(Term{sort, op, 0, {}, std::move(args)});
}

std::string to_smt2(const Query& q) {
    std::set<std::pair<std::string, Sort>> symbols;
    std::size_t size = 0;
    for (const Formula& p : q.premises) collect(*p.term(), symbols, size);
    collect(*q.goal.term(), symbols, size);
    bool integers = false, vectors = false;
    for (const auto& [name, sort] : symbols) {
        integers |= sort == Sort::integer;
        vectors |= is_bits(sort);
    }
    std::string out = fmt::format("; {}\n(set-logic {})\n", q.name, vectors ? (integers ? "ALL" : "QF_BV") : "QF_LIA");
    for (const auto& [name, sort] : symbols) out += fmt::format("(declare-const |{}| {})\n", name, sort_name(sort));
    for (const Formula& p : q.premises) {
        out += "(assert ";
        print(*p.term(), out);
        out += ")\n";
    }
    out += "; the premises can be met: sat\n(check-sat)\n(assert (not ";
    print(*q.goal.term(), out);
    return out + "))\n; the goal is proved: unsat\n(check-sat)\n";
}

std::string smt2_file(const Query& q) {
    std::string name = q.name;
    for (char& c : name)
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-')) c = '_';
    return name + ".smt2";
}

bool holds(const Formula& f, const Values& values) { return evaluate(*f.term(), values) != 0; }

std::uint64_t Values::number(const std::string& name) const {
    auto it = of.find(name);
    if (it == of.end()) return 0;
    const Wide v = parse(it->second, Sort::integer);
    if (v < 0 || v > static_cast<Wide>(UINT64_MAX)) throw std::out_of_range(name + " is " + it->second);
    return static_cast<std::uint64_t>(v);
}

std::string_view to_string(Answer a) {
    switch (a) {
    case Answer::proved: return "proved";
    case Answer::refuted: return "refuted";
    case Answer::vacuous: return "vacuous";
    case Answer::unknown: return "unknown";
    case Answer::timeout: return "timeout";
    case Answer::error: return "error";
    }
    return "error";
}

} // namespace properties::proofs
