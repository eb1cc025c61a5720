// fall-back: asks for an index first, and walks everything where fewer entries were met at their items' own places than
// the page has mappings, or where nothing maps the page. It finds what naive finds in every state, whatever the first
// question is, whatever has happened before, and on whatever machine.
//
// Informal proof. What is counted is an entry at the address of an rmap_item in the item's own process. One process has
// one entry at an address, in one VMA, and no two items with one address; so none is counted twice, and as many entries
// were met as were counted. If that is the mapcount, all were. While the walk goes on entries go, which it counts or
// not, and come, which it does not count: a child has no items, and ksmd lists none while the page is locked. Where
// nothing maps the page, migration looks for its own entries: then the walk is naive's.
//
// Taken for granted: a migration that is undone while the page is still mapped has no mapped entry at an item's own
// place, since the walk before would have found it.
#include "properties/proofs/theorems/mends/list.h"
#include "properties/proofs/theorems/strategies/counting.h"

namespace properties::proofs::theorems {
namespace {

const Int none(0), one(1);

// A place in a page table, or of an rmap_item.
struct CountedPlace {
    Int process, page;
    explicit CountedPlace(const std::string& name)
        : process(Int::named(name + ".process")), page(Int::named(name + ".page")) {}
};
Formula same_place(const CountedPlace& a, const CountedPlace& b) { return a.process == b.process && a.page == b.page; }

// Of what is met at the place of an item it counts what is of the item's process, and at its address.
Formula counts(const CountedPlace& item, const CountedPlace& entry) { return same_place(item, entry); }

Query none_is_counted_twice() {
    const CountedPlace x("item"), y("other"), e("entry");
    return {"fall-back/no entry is counted twice: a process has no two items with one address",
            {!same_place(x, y), counts(x, e)},
            !counts(y, e)};
}
Query one_vma_has_it() {
    const IntRange v = range_named<Int>("v"), w = range_named<Int>("w");
    const IntPage at = page_named<Int>("at");
    return {"fall-back/no entry is counted twice: a process has no two VMAs at one address",
            {is_vma(v), is_vma(w), v.end.n <= w.start.n || w.end.n <= v.start.n, contains(v, at)},
            !contains(w, at)};
}

struct FallingBack {
    const Int mapcount = Int::named("mapcount"), entries = Int::named("entries");
    const Formula narrow = Formula::named("narrow.finds"), naive = Formula::named("naive.finds"); // of one entry
    const Int own = Int::named("narrow.counted"), met = Int::named("narrow.met"),
              missing = Int::named("narrow.missing");

    Formula whole() const { return mapcount == none || own < mapcount; }
    Formula finds() const { return narrow || (whole() && naive); }
    std::vector<Formula> premises() const {
        return {counted(mapcount, entries),
                own >= none,
                own <= met,
                missing >= none,
                met + missing == entries,
                implies(!narrow, missing >= one),
                implies(narrow, met >= one)};
    }
};

// Of the entries that there were at the beginning some were met, some went before, and some are left.
Query while_others_act() {
    const FallingBack w;
    const Int gone = Int::named("gone"), left = Int::named("left");
    return {"fall-back/while others act: what was there and stays is met, or everything is walked",
            {w.mapcount == w.met + gone + left, w.own >= none, w.own <= w.met, gone >= none, left >= none, !w.whole()},
            left == none};
}
// Of migration entries none is mapped: whatever the first question puts back on the way, there is nothing to count.
Query of_migration_entries() {
    const FallingBack w;
    const Int put_back = Int::named("put_back");
    return {"fall-back/migrate: where nothing maps the page everything is walked",
            {w.mapcount == none, w.own == put_back, put_back >= none, w.naive},
            w.finds()};
}

std::vector<Query> queries() {
    const FallingBack w;
    std::vector<Query> out = mapcount_is_counted("fall-back");
    out.push_back(none_is_counted_twice());
    out.push_back(one_vma_has_it());
    out.push_back(while_others_act());
    out.push_back(of_migration_entries());
    out.push_back({"fall-back/conclusion: what naive finds is found", w.premises(), implies(w.naive, w.finds())});
    return out;
}

// Counting what is met at an item's address in any process: an item of the parent and one of the child meet one entry.
Query control() {
    const CountedPlace x("item"), y("other"), e("entry");
    return {"fall-back/control", {!same_place(x, y), x.page == e.page}, y.page != e.page};
}

checker::PieceSet alone() { return piece("fall-back"); }
checker::PieceSet beside_tree_hit() { return piece("fall-back") | piece("tree-hit"); }

// Without it the first question is all.
Break without_it(checker::PieceSet set, const std::string& walk) {
    const FallingBack w;
    const Int a = Int::named("a");
    std::vector<Formula> premises = w.premises();
    premises.push_back(scripts::ordinary_page(a));
    premises.push_back(w.naive);
    const scripts::Story story = scripts::found_by_another_item();
    Break b{"ksmd",
            "fall-back: what an item with another index leads to is found beside " + walk,
            {"fall-back/conclusion, " + walk + " without fall-back", premises, w.narrow},
            story.trace};
    b.mended = {set, checker::Goal::covers};
    b.left_out = piece("fall-back");
    return b;
}
std::vector<Break> breaks() { return {without_it(alone(), "linear-index"), without_it(beside_tree_hit(), "tree-hit")}; }
std::vector<Mend> reached() { return {{alone(), checker::Goal::covers}, {beside_tree_hit(), checker::Goal::covers}}; }

} // namespace

const Theorem& fall_back() {
    static const Theorem t{
        "fall-back",
        "Falling back on the whole tree finds what naive finds, in every state, after any narrow walk",
        "none about history; mapcount is the number of entries, and a process has one entry, one VMA "
        "and one rmap_item at an address",
        queries,
        control,
        breaks,
        reached};
    return t;
}

} // namespace properties::proofs::theorems
