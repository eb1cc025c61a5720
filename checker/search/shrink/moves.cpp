#include "checker/search/shrink/moves.h"

#include <algorithm>

namespace checker::inline search {

namespace {

constexpr bool cheap = false, dear = true;
constexpr bool sweep = true, first = false;
constexpr std::size_t any = SIZE_MAX;

constexpr Move table[] = {
    {"keep the end", cheap, first, any, {keep_end}},
    {"land", cheap, sweep, any, {land}},
    {"delete chunks", cheap, sweep, any, {drop_chunks}},
    {"finish early", cheap, sweep, 400, {finish_early}},
    {"pin places", cheap, sweep, 400, {pin_places}},
    {"rename processes", cheap, sweep, 400, {rename_processes}},
    {"narrow addresses", cheap, sweep, 400, {narrow}},
    {"merge two", cheap, first, 200, {merge}},
    {"rename contents", cheap, sweep, 400, {rename_contents}},
    {"simplify fields", cheap, sweep, 400, {simplify}},
    {"delete pairs", cheap, first, 60, {drop<2>}},
    {"rename addresses", cheap, sweep, 60, {rename_addresses}},
    {"reorder", cheap, sweep, 60, {move_step}},
    {"mirror", cheap, sweep, 60, {mirror}},
    // where one change alone does not do, or makes the sequence larger, and a second one mends it
    {"move and delete", dear, first, 24, {move_step, drop<1>}},
    {"delete triples", dear, first, 24, {drop<3>}},
    {"replace unusual", dear, first, 24, {make_usual, insert}},
    {"change and delete", dear, first, 16, {change, drop<1>}},
    {"replace one", dear, first, 16, {replace}},
    {"change and narrow", dear, first, 12, {change, narrow}},
    {"change and rename", dear, first, 12, {change, rename_addresses}},
    {"move and delete two", dear, first, 12, {move_step, drop<2>}},
    {"change two", dear, first, 12, {change, change}},
};

} // namespace

std::span<const Move> moves() { return table; }

std::span<const Edit> edits_of(const Move& move) {
    return {move.edits.begin(), std::ranges::find(move.edits, nullptr)};
}

void compose(std::span<const Edit> edits, const Proposer& p) {
    if (edits.size() == 1) return edits.front()(p);
    const std::function<bool(Steps)> and_the_rest = [&](const Steps& edited) {
        compose(edits.subspan(1), {edited, p.best, p.propose, p.stop});
        return p.stop();
    };
    edits.front()({p.from, p.best, and_the_rest, p.stop});
}

} // namespace checker::inline search
