// two-pass: counts the distinct entries that the short walk finds, and walks everything when they are fewer than the
// page has mappings. It finds what naive finds in every state, whatever has happened before.
//
// Informal proof. The folio's mapcount is the number of entries that map it: mapping and unmapping change both by one,
// and nothing else changes either. The entries found are distinct, and map the folio, so if they are as many as
// mapcount says, none is missing; if they are fewer, the second walk is naive's. No premise about history is needed;
// what is needed is that distinct entries are counted.
#include "properties/proofs/theorems/strategies/counting.h"
#include "properties/proofs/theorems/strategies/list.h"

namespace properties::proofs::theorems {
namespace {

const Int mapcount = Int::named("mapcount"), entries = Int::named("entries");

struct Walks {
    Formula narrow = Formula::named("narrow.finds"),
            naive = Formula::named("naive.finds");                                  // of one entry that maps the page
    Int found = Int::named("narrow.found"), missing = Int::named("narrow.missing"); // entries, each once
    Formula two_pass() const { return (found >= mapcount && narrow) || (found < mapcount && naive); }
    // Every entry is found by the short walk or missing; this one is among the missing if it is not found.
    std::vector<Formula> premises() const {
        return {counted(mapcount, entries),
                found >= Int(0),
                missing >= Int(0),
                found + missing == entries,
                implies(!narrow, missing >= Int(1)),
                implies(narrow, found >= Int(1))};
    }
};

std::vector<Query> queries() {
    const Walks w;
    std::vector<Query> out = mapcount_is_counted("two-pass");
    out.push_back({"two-pass/conclusion: what naive finds is found", w.premises(), implies(w.naive, w.two_pass())});
    return out;
}

// A counter of successes, which an entry met by two items increments twice.
Query control() {
    Walks w;
    std::vector<Formula> premises = w.premises();
    const Int successes = Int::named("successes");
    premises.push_back(successes >= w.found && successes <= w.found + w.found);
    return {"two-pass/control", premises,
            implies(w.naive, (successes >= mapcount && w.narrow) || (successes < mapcount && w.naive))};
}

} // namespace

Formula counted(const Int& count, const Int& of) { return count == of && of >= Int(0); }

std::vector<Query> mapcount_is_counted(const std::string& theorem) {
    const Int n = Int::named("n"), none(0), one(1);
    // What operations do to entries, by the primitives that do it: some appear, some disappear.
    const auto step = [&](const std::string& part, const Formula& guard, const Int& appear, const Int& disappear) {
        return Query{theorem + "/" + part,
                     {counted(mapcount, entries), n >= none, guard},
                     counted(mapcount + appear - disappear, entries + appear - disappear)};
    };
    return {
        {theorem + "/base: a page that nothing maps", {mapcount == none, entries == none}, counted(mapcount, entries)},
        step("store, load, ksmd: map_folio()", true, one, none),
        step("munmap, mmap, mremap, madvise, brk, store, ksmd, swap_out: zap_pte()", entries >= one, none, one),
        step("fork: as many again as the parent has", n <= entries, n, none),
        step("exit: all that the process had", n <= entries, none, n),
        step("mremap: an entry goes and comes", entries >= one, one, one),
        step("migrate: to migration entries and back", n <= entries, n, n),
        step("mprotect, mlock, munlock, prctl, knob, swap_cache_drop, walk: none", true, none, none),
    };
}

const Theorem& two_pass() {
    static const Theorem t{"two-pass", "Two passes find what naive finds, in every state",
                           "none about history; distinct entries are counted, and mapcount is the number of entries",
                           queries, control};
    return t;
}

} // namespace properties::proofs::theorems
