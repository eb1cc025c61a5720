// Reading: a line at a time, by recursive descent. A trace of a million lines takes about a second, so a step costs no
// allocation besides its place in the vector. By hand: each operation's syntax follows from its fields, and a generated
// parser would need it written a second time, and would not say what would be right at the column where it stopped.
#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include "model/trace/expectation_text.h"
#include "model/trace/fields.h"
#include "model/trace/trace.h"
#include "model/trace/unsayable.h"

namespace model {

namespace {

constexpr auto every_operation = std::make_index_sequence<std::variant_size_v<Operation>>{};

template <class Op> constexpr std::size_t field_count = std::tuple_size_v<std::remove_cvref_t<decltype(Op::fields)>>;
template <class Op> constexpr std::size_t optional_count() {
    if constexpr (requires { Op::optional_fields; }) return Op::optional_fields;
    return 0;
}

// Where the arguments of the call begin, for complaints about a combination of them.
using Places = std::array<std::size_t, 8>;

struct ParsedCall {
    std::size_t behind = 0; // the place behind the ')'
    Places places{};
};

// Are its arguments written without parentheses?
template <class Op> constexpr bool is_bare() {
    if constexpr (requires { Op::bare; }) return Op::bare;
    return false;
}

// "munmap(address, length)", "advance name".
template <class Op> std::string signature() {
    if (is_bare<Op>()) return fmt::format("{} name", Op::name);
    std::string text = fmt::format("{}(", Op::name);
    std::size_t i = 0;
    auto one = [&]<class F>(F Op::*) {
        bool optional = i >= field_count<Op> - optional_count<Op>();
        text += fmt::format("{}{}{}{}", optional ? "[" : "", i ? ", " : "", F::text.kind, optional ? "]" : "");
        ++i;
    };
    std::apply([&](auto... members) { (one(members), ...); }, Op::fields);
    return text + ")";
}

template <class Op> Op read_arguments(Cursor& c, Places& places, std::size_t& given) {
    static_assert(field_count<Op> <= std::tuple_size_v<Places>);
    Op op{};
    std::size_t i = 0;
    auto one = [&](auto member) {
        c.skip_blanks();
        std::size_t place = i++;
        if (place >= field_count<Op> - optional_count<Op>() && c.peek() == ')') return;
        if (place != 0) {
            if (c.peek() == ')') c.fail(fmt::format("too few arguments for `{}`", Op::name), signature<Op>());
            if (!c.take(',')) c.expected("`,`", signature<Op>());
            c.skip_blanks();
        }
        places[place] = c.at();
        read_field(c, op.*member);
        given = place + 1;
    };
    std::apply([&](auto... members) { (one(members), ...); }, Op::fields);
    c.skip_blanks();
    if (c.peek() == ',' || (field_count<Op> == 0 && !c.done() && c.peek() != ')'))
        c.fail(fmt::format("too many arguments for `{}`", Op::name), signature<Op>());
    if (!c.take(')')) c.expected("`)`", signature<Op>());
    return op;
}

// The number of arguments tells what the values of the fields do not.
template <class Op> void check_given(const Cursor& c, const Op& op, std::size_t given) {
    if constexpr (optional_count<Op>() != 0)
        if (given < field_count<Op> && Op::needs_optional(op))
            c.fail(c.at() - 1, std::string(Op::without_optional), signature<Op>());
}

// --- a line

Errno read_errno(Cursor& c) {
    std::size_t start = c.at();
    std::string_view word = c.word();
    for (const ErrnoName& e : errno_names)
        if (e.name == word) return e.value;
    std::vector<std::string_view> names;
    for (const ErrnoName& e : errno_names) names.push_back(e.name);
    if (word.empty()) c.expected("the name of an error", "-1 and a name, for instance -1 ENOMEM");
    c.fail(start, fmt::format("unknown error {}", quoted(word)), suggestion(word, names));
}

Result read_result(Cursor& c) {
    std::size_t start = c.at();
    if (!c.take('-')) return Result::of(c.number64("a result"));
    if (c.word() != "1") c.fail(start, "a negative result", "a number, or -1 and the name of an error");
    c.skip_blanks();
    Result r = read_errno(c);
    c.skip_blanks();
    if (c.peek() == '(') c.skip(c.rest().size()); // what strerror() says of it
    return r;
}

std::optional<Result> read_told(Cursor& c) {
    c.skip_blanks();
    if (c.done()) return std::nullopt;
    if (!c.take('=')) c.expected("`=` or the end of the line", "= RESULT, or nothing");
    c.skip_blanks();
    Result r = read_result(c);
    c.skip_blanks();
    if (!c.done()) c.expected("the end of the line", "nothing follows the result");
    return r;
}

template <class Op> void read_call(Cursor& c, Step& step, std::size_t who) {
    if (Op::by_kernel != (step.pid == 0)) {
        if (Op::by_kernel)
            c.fail(who, fmt::format("`{}` is done by the kernel, not by a process", Op::name),
                   fmt::format("* {}", signature<Op>()));
        c.fail(who, fmt::format("`{}` is done by a process, not by the kernel", Op::name),
               fmt::format("PID {}", signature<Op>()));
    }
    c.skip_blanks();
    Places places{};
    std::size_t given = 0;
    Op op{};
    if constexpr (is_bare<Op>()) {
        places[0] = c.at();
        std::apply([&](auto member) { read_field(c, op.*member); }, Op::fields);
    } else {
        if (!c.take('(')) c.expected("`(`", signature<Op>());
        op = read_arguments<Op>(c, places, given);
    }
    check_given(c, op, given);
    const std::size_t behind = c.at();
    auto complain = [&](const Unsayable& u) {
        c.fail(u.argument == Unsayable::of_result ? behind : places[static_cast<std::size_t>(u.argument)], u.wrong,
               u.right);
    };
    step.op = std::move(op);
    if (auto u = unsayable(step.op, std::nullopt); u && u->argument != Unsayable::of_result) complain(*u);
    step.expected = read_told(c);
    if (auto u = unsayable(step.op, step.expected)) complain(*u);
    if (step.begins && step.expected && returns_of<Op>() == Returns::zero)
        c.fail(behind, "a result where the operation only begins", "it stands behind the `finish` of the operation");
}

// Behind "begin": "m = ", before the call that only begins.
void read_begin(Cursor& c, Step& step) {
    c.skip_blanks();
    FlightArg flight;
    read_field(c, flight);
    step.begins = flight.v;
    c.skip_blanks();
    if (!c.take('=')) c.expected("`=`", "begin NAME = CALL");
    c.skip_blanks();
}

template <std::size_t... I>
bool read_known(Cursor& c, std::string_view name, Step& step, std::size_t who, std::index_sequence<I...>) {
    auto one = [&]<class Op>(std::type_identity<Op>) {
        if (Op::name != name) return false;
        read_call<Op>(c, step, who);
        return true;
    };
    return (one(std::type_identity<std::variant_alternative_t<I, Operation>>{}) || ...);
}

template <std::size_t... I> std::vector<std::string_view> call_names(std::index_sequence<I...>) {
    return {std::variant_alternative_t<I, Operation>::name...};
}

Step read_line(Cursor& c) {
    Step step;
    step.line = c.number();
    std::size_t who = c.at();
    if (!c.take('*')) {
        if (c.peek() < '0' || c.peek() > '9') c.expected("a pid or `*`", "PID CALL, * CALL, or # and a comment");
        step.pid = c.pid();
    }
    if (!c.done() && c.peek() != ' ' && c.peek() != '\t') c.expected("a space", "PID CALL or * CALL");
    c.skip_blanks();
    std::size_t start = c.at();
    std::string_view name = c.word();
    if (name == "begin") {
        read_begin(c, step);
        start = c.at();
        name = c.word();
    }
    if (name.empty()) c.expected("a call", "for instance 1 munmap(0x1000, 0x1000)");
    if (!read_known(c, name, step, who, every_operation))
        c.fail(start, fmt::format("unknown call {}", quoted(name)), suggestion(name, call_names(every_operation)));
    if (step.begins && !has_points(step.op))
        c.fail(start, fmt::format("`{}` has no point to stop at", name), "an operation that has points, or no `begin`");
    return step;
}

// "#= " is an expectation, and so is "#=vmas", where the space was forgotten; "#====" is a ruler.
bool is_expectation(std::string_view text) {
    if (!text.starts_with(expectation_mark) || text.size() == expectation_mark.size()) return false;
    char c = text[expectation_mark.size()];
    return c == ' ' || c == '\t' || c == '[' || (c >= 'a' && c <= 'z');
}

void read_header(const Cursor& c) {
    constexpr std::string_view name = "# rmapcheck trace ";
    if (c.rest() == trace_header) return;
    std::string right = fmt::format("the first line is `{}`", trace_header);
    if (c.rest().starts_with(name))
        c.fail(name.size(), fmt::format("unknown version {}", quoted(c.rest().substr(name.size()))), right);
    c.fail("not a trace", right);
}

void read_any(Cursor& c, std::string_view line, Trace& trace) {
    c.skip_blanks();
    if (is_expectation(c.rest())) {
        c.skip(expectation_mark.size());
        bool after_walk = !trace.steps.empty() && std::holds_alternative<Walk>(trace.steps.back().op);
        Expectation e = read_expectation(c, after_walk);
        e.after = trace.steps.size();
        e.line = c.number();
        trace.expectations.push_back(std::move(e));
    } else if (c.done() || c.peek() == '#') {
        trace.remarks.push_back({trace.steps.size(), std::string(line), c.number()});
    } else {
        trace.steps.push_back(read_line(c));
    }
}

} // namespace

Trace read_trace(std::string_view text, std::string path) {
    Trace trace;
    trace.path = std::move(path);
    trace.steps.reserve(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')));
    std::uint32_t number = 0;
    while (number == 0 || !text.empty()) {
        std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        Cursor c(line, trace.path, ++number);
        if (line.ends_with('\r'))
            c.fail(line.size() - 1, "a carriage return at the end of the line", "lines end with a newline only");
        if (number == 1)
            read_header(c);
        else
            read_any(c, line, trace);
    }
    return trace;
}

Trace load_trace(const std::string& path) { return read_trace(read_whole(path, "a file with a trace"), path); }

void require_playable(const Trace& trace, const Config& config) {
    Kernel k = boot(config);
    for (const Step& step : trace.steps) at_step(trace, step, [&] { return play(k, step); });
}

Step read_step(std::string_view line, std::string path) {
    Cursor c(line, path, 1);
    c.skip_blanks();
    return read_line(c);
}

} // namespace model
