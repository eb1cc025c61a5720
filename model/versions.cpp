#include "model/versions.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

namespace model {
namespace {

// How many rules differ.
std::size_t distance(const Rules& a, const Rules& b) {
    return static_cast<std::size_t>(
        std::ranges::count_if(rule_names, [&](const RuleName& r) { return a.*r.field != b.*r.field; }));
}

} // namespace

std::string to_text(const Release& r) { return fmt::format("{}.{}.{}", r.major, r.minor, r.patch); }

std::vector<std::string> version_names() {
    std::vector<std::string> names;
    for (const KernelVersion& v : kernel_versions()) names.emplace_back(v.name);
    return names;
}

std::vector<const KernelVersion*> judged_versions() {
    std::vector<const KernelVersion*> rows;
    for (const KernelVersion& v : kernel_versions())
        if (v.judged) rows.insert(rows.begin(), &v);
    return rows;
}

std::vector<std::string> under_rules(std::vector<std::string> words, const Rules& rules) {
    const auto at = std::ranges::find(kernel_versions(), rules, &KernelVersion::rules);
    if (at != kernel_versions().end() && rules != default_version().rules)
        words.insert(words.end(), {"--kernel-version", std::string(at->name)});
    return words;
}

const KernelVersion* find_version(std::string_view name) {
    const auto at = std::ranges::find(kernel_versions(), name, &KernelVersion::name);
    return at == kernel_versions().end() ? nullptr : &*at;
}

std::string describe(const Rules& rules) {
    const KernelVersion& row = *std::ranges::min_element(
        kernel_versions(), {}, [&](const KernelVersion& v) { return distance(v.rules, rules); });
    std::string text(row.name);
    for (const RuleName& r : rule_names)
        if (rules.*r.field != row.rules.*r.field)
            text += fmt::format("{} {} {}", text.size() == row.name.size() ? "" : ",",
                                rules.*r.field ? "with" : "without", r.name);
    return text;
}

std::optional<Release> parse_release(std::string_view text) {
    Release r;
    const int read = std::sscanf(std::string(text).c_str(), "%9u.%9u.%9u", &r.major, &r.minor, &r.patch);
    return read < 2 ? std::nullopt : std::optional(r);
}

RulesOf rules_of(std::string_view release) {
    const std::optional<Release> r = parse_release(release);
    if (!r)
        return {&default_version(),
                fmt::format("{} is no release; the rules of {} are used", release, default_version().name)};
    const Release minor{r->major, r->minor, 0};
    const KernelVersion* row = &kernel_versions().front(); // the last one that begins before it
    for (const KernelVersion& v : kernel_versions())
        if (v.first <= minor) row = &v;
    const bool candidate = release.find("-rc") != std::string_view::npos;
    if (*r == row->compared && !candidate) return {row, {}};
    return {row, fmt::format("the model was never compared with {}, but with {}; the rules of {} are used", release,
                             to_text(row->compared), row->name)};
}

} // namespace model
