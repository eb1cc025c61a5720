#include "checker/mend/set.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace checker::inline mend {

std::string_view piece_name(std::size_t piece) {
    if (piece < model_pieces) return model::mend_names[piece].name;
    return piece == model_pieces ? "tree-hit" : "fall-back";
}

std::string_view piece_idea(std::size_t piece) {
    if (piece < model_pieces) return model::mend_names[piece].idea;
    return piece == model_pieces ? "the walk takes the address from the tree's hit"
                                 : "the walk takes the whole tree where it found fewer entries than are mapped";
}

std::vector<std::string> names_of(PieceSet set) {
    std::vector<std::string> names;
    for (std::size_t n = 0; n < piece_count; ++n)
        if (set >> n & 1) names.emplace_back(piece_name(n));
    return names;
}

std::string to_text(PieceSet set) {
    std::string text;
    for (const std::string& name : names_of(set)) text += (text.empty() ? "" : ", ") + name;
    return text.empty() ? "the kernel as it is" : text;
}

PieceSet dear_pieces() {
    PieceSet dear = 0;
    for (std::size_t n = 0; n < model_pieces; ++n)
        for (bool model::Mends::*field :
             {&model::Mends::item_at_swap_in, &model::Mends::leave_leads, &model::Mends::unshare_at_fork})
            if (model::mend_names[n].field == field) dear |= PieceSet{1} << n;
    return dear;
}

model::Mends mends_of(PieceSet set) {
    model::Mends mends;
    for (std::size_t n = 0; n < model_pieces; ++n) mends.*model::mend_names[n].field = set >> n & 1;
    return mends;
}

const Strategy& walk_of(PieceSet set) {
    const bool hit = set & tree_hit_piece, back = set & fall_back_piece;
    return *find_strategy(hit    ? back ? "tree-hit-fallback" : "tree-hit"
                          : back ? "linear-index-fallback"
                                 : "linear-index");
}

std::vector<std::string> words_of(PieceSet set, const model::Rules& rules, const std::string& trace) {
    return model::under({"rmapcheck", "run", "--strategy", std::string(walk_of(set).name), trace}, rules,
                        mends_of(set));
}

std::vector<PieceSet> subsets_of(PieceSet pieces) {
    std::vector<PieceSet> all;
    for (PieceSet set = pieces;; set = (set - 1) & pieces) {
        all.push_back(set);
        if (!set) break;
    }
    std::ranges::sort(all, {}, [](PieceSet s) { return std::pair(size_of(s), s); });
    return all;
}

} // namespace checker::inline mend
