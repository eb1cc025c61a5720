// The scope of an exploration: what every sequence of operations that it plays is made of.
//
// An operation's choices are the product of the choices of its fields, and a field's choices follow from its type: an
// Address is a page of the window, a Length a number of its pages, a Byte one of the contents. Nothing is said twice,
// and a new operation can be explored as soon as it is in the list of operations.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "checker/facets/bounds.h"
#include "checker/walks/kinds/kinds.h"
#include "model/ops.h"
#include "model/trace/trace.h"

namespace checker::inline search::scope {

struct Scope : Bounds {
    unsigned depth = 6;           // operations in a sequence
    std::vector<std::string> ops; // names, in the order of THE list; see default_ops()
    model::Trace from;            // played first; its operations do not count
    unsigned begins = 0;          // so many operations, each of them in flight, and nothing else; 0: no such bound
    bool every_point = false;     // also of an mremap that holds its lock and has done nothing; see goes_on_at_once()
    bool reduced = true;          // states equal up to a permutation of pids, contents and files are one
};

// Operations that change what a walk of a page of that kind meets.
std::vector<std::string> default_ops(const Kind& kind = ksm);
// What is explored where nobody says otherwise. Of ordinary pages also those of one file.
Scope default_scope(const Kind& kind);
// Every operation that can be explored.
std::vector<std::string> all_ops();

// Every step of the scope. What a process does comes once for each pid; see `first_of_pid`.
struct Catalog {
    std::vector<model::Step> steps;
    std::vector<std::size_t> first_of_pid; // steps of pid p: [first_of_pid[p], first_of_pid[p + 1]); 0 is the kernel
    model::Pid last_pid() const { return static_cast<model::Pid>(first_of_pid.size() - 2); }
};
Catalog catalog(const Scope& scope);

// Can the step be played here, and could it do what no other step of its scope does? Steps are left out whose range
// begins or ends at a page that is not mapped: they do nothing, or the same as the step with the shorter range.
bool enabled(const model::Kernel& k, const Scope& scope, const model::Step& step);

// An operation in flight that has taken its lock and done nothing else: whoever acts before it goes on could have acted
// before it began, so that nothing is lost if it goes on at once, or not at all where it would wait. None if there is
// none, or every point is wanted.
std::optional<model::FlightName> goes_on_at_once(const model::Kernel& k, const Scope& scope);

// "at most 5 operations (mmap, …) over 2 processes, 3 pages, no files, 1 content, …": the quotable part.
std::string to_text(const Scope& scope);

} // namespace checker::inline search::scope
