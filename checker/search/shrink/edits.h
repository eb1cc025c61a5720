// Elementary edits of a sequence. Each proposes every sequence that is one edit away, in a fixed order.
#pragma once

#include <functional>
#include <vector>

#include "model/ops.h"

namespace checker::inline search {

using Steps = std::vector<model::Step>;

// What is edited, and where candidates go.
struct Proposer {
    const Steps& from; // where it is the best sequence itself, it changes when a candidate is taken
    const Steps& best; // the values that new operations are made of
    const std::function<bool(Steps)>& propose; // returns whether a candidate was taken
    const std::function<bool()>& stop;         // enough
};
using Edit = void (*)(const Proposer&);

// --- fewer steps
void keep_end(const Proposer& p);    // what came long before may not matter, and a short end costs little
void drop_chunks(const Proposer& p); // long ones first
template <std::size_t n> void drop(const Proposer& p); // any n steps; 1 to 3
void merge(const Proposer& p); // two operations become one, with the hull of their ranges or the sum of their counts

void land(const Proposer& p);         // an operation in flight becomes a plain one, where it began or where it ended
void finish_early(const Proposer& p); // it goes to its end where it went to a point

// --- another order
void move_step(const Proposer& p);

// --- one step
void simplify(const Proposer& p);   // one field gets a simpler value
void change(const Proposer& p);     // one field gets another value, in whatever direction
void replace(const Proposer& p);    // another operation takes its place
void make_usual(const Proposer& p); // an unusual one gets usual arguments; it goes if that is not enough
void insert(const Proposer& p);     // one that is not unusual, anywhere

// --- throughout
void pin_places(const Proposer& p);       // what the kernel chose is said in the arguments
void rename_processes(const Proposer& p); // two become one, or change names
void rename_contents(const Proposer& p);
void rename_addresses(const Proposer& p);
void narrow(const Proposer& p); // addresses come closer together
void mirror(const Proposer& p); // the lowest page becomes the highest

// The results that steps need not state, taken out.
void drop_results(Steps& steps);

} // namespace checker::inline search
