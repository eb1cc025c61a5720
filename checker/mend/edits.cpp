#include "checker/mend/edits.h"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <vector>

#include "model/fail.h"
#include "model/trace/cursor.h"

namespace checker::inline mend {
namespace {

namespace fs = std::filesystem;

bool is_change(const std::string& line) {
    return (line.starts_with('+') && !line.starts_with("+++ ")) || (line.starts_with('-') && !line.starts_with("--"));
}

std::vector<std::string> patches_below(const fs::path& folder) {
    std::vector<std::string> paths;
    if (fs::is_directory(folder))
        for (const auto& entry : fs::recursive_directory_iterator(folder))
            if (entry.path().extension() == ".patch") paths.push_back(entry.path().string());
    std::ranges::sort(paths);
    return paths;
}

} // namespace

std::map<std::string, std::uint64_t> edit_lines(const std::string& corpora) {
    constexpr std::string_view mark = "Piece: ";
    std::map<std::string, std::uint64_t> edits;
    for (const std::string& path : patches_below(fs::path(corpora) / "patches/mend")) {
        std::istringstream text(model::read_whole(path, "a patch"));
        std::string piece;
        std::uint64_t changed = 0;
        bool in_diff = false;
        for (std::string line; std::getline(text, line);) {
            if (!in_diff && line.starts_with(mark)) piece = line.substr(mark.size());
            in_diff |= line.starts_with("diff --git ");
            changed += in_diff && is_change(line);
        }
        if (piece.empty()) throw model::BadInput("the patch names no piece", "a line Piece: NAME", {path, 1, 1});
        const auto [at, fresh] = edits.try_emplace(piece, changed);
        if (!fresh) at->second = std::min(at->second, changed);
    }
    return edits;
}

std::optional<std::uint64_t> lines_of(PieceSet set, const std::map<std::string, std::uint64_t>& edits) {
    std::uint64_t lines = 0;
    for (const std::string& name : names_of(set)) {
        const auto at = edits.find(name);
        if (at == edits.end()) return {};
        lines += at->second;
    }
    return lines;
}

} // namespace checker::inline mend
