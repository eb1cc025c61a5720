// What makes an operation simpler: how far it is from the simplest, and what could be put in its place.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "checker/facets/kinds.h"
#include "checker/facets/values.h"

namespace checker::inline facets {

// How far an operation is from what everybody knows, whatever its arguments. 0 is the simplest.
std::uint64_t rank_of(const model::Operation& op);
// The same of each field; appended. Returns their sum.
std::uint64_t append_ranks(const model::Operation& op, std::vector<std::uint64_t>& ranks);
// How much of it, the kind of operation or an argument, there is a more usual way to say.
std::uint64_t count_unusual(const model::Operation& op);
// The kinds of operations that are not unusual.
OperationSet usual_operations();
// The same with arguments that are usual, where there is a nearest one.
void make_usual(model::Operation& op);

std::size_t field_count(const model::Operation& op);
// Calls f for every value of one field that differs from what it is, or for those that are simpler.
enum class Try : std::uint8_t { simpler, all };
void each_value(const model::Operation& op, std::size_t field, const ValuesInUse& values, Try which,
                const std::function<void(const model::Operation&)>& f);
// Every operation of these values that may be tried in the place of another, simple ones first by kind.
void each_operation(const ValuesInUse& values, const std::function<void(const model::Operation&)>& f);

// Does the kernel choose its result, so that the trace must state it?
bool kernel_chooses(const model::Operation& op);
// What the kernel chose, said in the arguments instead.
void pin(model::Operation& op, std::uint64_t address);

// What lets an operation in flight go on to its end, in one step.
model::Operation finish_of(model::FlightName flight);

} // namespace checker::inline facets
