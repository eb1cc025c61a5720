#include "model/mends.h"

#include <algorithm>

namespace model {

const MendName* find_mend(std::string_view name) {
    const auto* at = std::ranges::find(mend_names, name, &MendName::name);
    return at == std::end(mend_names) ? nullptr : at;
}

std::string to_text(const Mends& mends) {
    std::string text;
    for (const MendName& m : mend_names)
        if (mends.*m.field) text += (text.empty() ? "" : ",") + std::string(m.name);
    return text;
}

std::vector<std::string> with_mends(std::vector<std::string> words, const Mends& mends) {
    if (mends != Mends{}) words.insert(words.end(), {"--mend", to_text(mends)});
    return words;
}

} // namespace model
