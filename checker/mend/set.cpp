#include "checker/mend/set.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace checker::inline mend {

std::string_view name_of(std::size_t piece) {
    if (piece < model_pieces) return model::mend_names[piece].name;
    return piece == model_pieces ? "tree-hit" : "fall-back";
}

std::string_view idea_of(std::size_t piece) {
    if (piece < model_pieces) return model::mend_names[piece].idea;
    return piece == model_pieces ? "the walk takes the address from the tree's hit"
                                 : "the walk takes the whole tree where it found fewer entries than are mapped";
}

std::vector<std::string> names_of(Pieces set) {
    std::vector<std::string> names;
    for (std::size_t n = 0; n < piece_count; ++n)
        if (set >> n & 1) names.emplace_back(name_of(n));
    return names;
}

std::string to_text(Pieces set) {
    std::string text;
    for (const std::string& name : names_of(set)) text += (text.empty() ? "" : ", ") + name;
    return text.empty() ? "the kernel as it is" : text;
}

model::Mends mends_of(Pieces set) {
    model::Mends mends;
    for (std::size_t n = 0; n < model_pieces; ++n) mends.*model::mend_names[n].field = set >> n & 1;
    return mends;
}

const Strategy& walk_of(Pieces set) {
    const bool hit = set & tree_hit_piece, back = set & fall_back_piece;
    return *find_strategy(hit    ? back ? "tree-hit-fallback" : "tree-hit"
                          : back ? "linear-index-fallback"
                                 : "linear-index");
}

std::vector<std::string> words_of(Pieces set, const model::Rules& rules, const std::string& trace) {
    return model::under({"rmapcheck", "run", "--strategy", std::string(walk_of(set).name), trace}, rules,
                        mends_of(set));
}

std::vector<Pieces> subsets_of(Pieces pieces) {
    std::vector<Pieces> all;
    for (Pieces set = pieces;; set = (set - 1) & pieces) {
        all.push_back(set);
        if (!set) break;
    }
    std::ranges::sort(all, {}, [](Pieces s) { return std::pair(size_of(s), s); });
    return all;
}

} // namespace checker::inline mend
