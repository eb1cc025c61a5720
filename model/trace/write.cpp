#include <type_traits>

#include <fmt/format.h>

#include "model/trace/expectation_text.h"
#include "model/trace/fields.h"
#include "model/trace/trace.h"

namespace model {

namespace {

// Must the last fields, which may be left out of the text, be there?
template <class Op> bool shows_optional(const Op& op) {
    constexpr auto last = std::get<std::tuple_size_v<std::remove_cvref_t<decltype(Op::fields)>> - 1>(Op::fields);
    return Op::needs_optional(op) || op.*last != std::remove_cvref_t<decltype(op.*last)>{};
}

template <class Op> void write_call(std::string& out, const Op& op) {
    constexpr std::size_t all = std::tuple_size_v<std::remove_cvref_t<decltype(Op::fields)>>;
    std::size_t shown = all;
    if constexpr (requires { Op::optional_fields; })
        if (!shows_optional(op)) shown -= Op::optional_fields;
    out += Op::name;
    constexpr bool bare = requires { Op::bare; };
    out += bare ? ' ' : '(';
    [[maybe_unused]] std::size_t i = 0;
    [[maybe_unused]] auto one = [&](auto member) {
        if (i >= shown) return;
        if (i++ != 0) out += ", ";
        write_field(out, op.*member);
    };
    std::apply([&](auto... members) { (one(members), ...); }, Op::fields);
    if (!bare) out += ')';
}

void write_result(std::string& out, const Result& r, bool hex) {
    if (r.error == Errno::ok) return hex ? write_hex(out, r.value) : write_decimal(out, r.value);
    for (const ErrnoName& e : errno_names) {
        if (e.value != r.error) continue;
        out += "-1 ";
        out += e.name;
        return;
    }
}

void write_step(std::string& out, const Step& step) {
    if (step.pid == 0)
        out += '*';
    else
        write_decimal(out, step.pid);
    out += ' ';
    if (step.begins) {
        out += "begin ";
        out += step.begins.view();
        out += " = ";
    }
    std::visit([&](const auto& op) { write_call(out, op); }, step.op);
    if (!step.expected) return;
    out += " = ";
    write_result(out, *step.expected, returned_by(step.op) != Returns::pid);
}

} // namespace

std::string to_text(const Operation& operation) {
    std::string out;
    std::visit([&](const auto& op) { write_call(out, op); }, operation);
    return out;
}

std::string to_text(const Step& step) {
    std::string out;
    write_step(out, step);
    return out;
}

std::string to_text(const Expectation& expectation) {
    std::string out;
    write_expectation(out, expectation);
    return out;
}

std::string to_text(const Result& result) {
    std::string out;
    write_result(out, result, result.value >= PAGE_SIZE);
    return out;
}

// Between two steps, remarks and expectations stand in the order of their lines; where there are none (the trace was
// made here), expectations stay next to the step that they are about.
std::string to_text(const Trace& trace) {
    std::string out{trace_header};
    out += '\n';
    auto remark = trace.remarks.begin();
    auto expectation = trace.expectations.begin();
    for (std::size_t i = 0;; ++i) {
        bool last = i == trace.steps.size();
        for (;;) {
            bool has_remark = remark != trace.remarks.end() && (last || remark->before <= i);
            bool has_expectation = expectation != trace.expectations.end() && (last || expectation->after <= i);
            if (!has_remark && !has_expectation) break;
            if (has_expectation && !(has_remark && remark->line < expectation->line)) {
                write_expectation(out, *expectation++);
            } else {
                out += remark->text;
                ++remark;
            }
            out += '\n';
        }
        if (last) break;
        write_step(out, trace.steps[i]);
        out += '\n';
    }
    return out;
}

} // namespace model
