// The table of kernels, and which row speaks for which release.
#include "model/versions.h"

#include <gtest/gtest.h>

namespace model {
namespace {

TEST(Versions, RowsAreInOrderAndLeaveNoReleaseOut) {
    const KernelVersion* before = nullptr;
    for (const KernelVersion& v : kernel_versions()) {
        EXPECT_EQ(find_version(v.name), &v);
        EXPECT_EQ(parse_release(v.name), (Release{v.compared.major, v.compared.minor, 0}));
        EXPECT_LE(v.first, v.compared);
        EXPECT_LE(v.compared, (Release{v.last.major, v.last.minor, ~0u}));
        if (before) {
            EXPECT_LT(before->last, v.first);
            EXPECT_NE(before->rules, v.rules);
        }
        before = &v;
    }
    EXPECT_EQ(find_version("6.1"), nullptr);
    EXPECT_EQ(find_version(""), nullptr);
}

TEST(Versions, AReleaseHasOneRow) {
    const std::pair<const char*, const char*> expected[] = {
        {"6.12.117", "6.12"},
        {"6.12.117+deb13-amd64", "6.12"},
        {"6.12", "6.12"},
        {"6.15.3-rc2+deb", "6.12"},
        {"6.15.11-generic", "6.12"},
        {"6.16-rc1", "6.18"},
        {"6.16.0", "6.18"},
        {"6.17.4", "6.18"},
        {"6.18.44-fc-v782", "6.18"},
        {"6.18.99", "6.18"},
        {"6.19.2", "6.18"},
        {"7.0-rc1", "7.2"},
        {"7.2.13-amd64", "7.2"},
        {"7.3.4", "7.3"},
        {"7.4.0", "7.3"},
        {"6.1.55", "6.12"},
        {"5.10.0-30-amd64", "6.12"},
    };
    for (const auto& [release, row] : expected) EXPECT_EQ(rules_of(release).row->name, row) << release;
    for (const KernelVersion& v : kernel_versions()) {
        EXPECT_EQ(rules_of(to_text(v.compared)).row, &v);
        EXPECT_EQ(rules_of(to_text(v.compared) + "-any").remark, "");
    }
}

TEST(Versions, SaysWhereANumberDoesNotSay) {
    EXPECT_EQ(rules_of("6.15.3-rc2+deb").remark,
              "the model was never compared with 6.15.3-rc2+deb, but with 6.12.117; the rules of 6.12 are used");
    for (const char* release :
         {"6.18.43", "6.18.45", "6.18.44-rc1", "6.12.0", "5.4.1", "9.0.0", "7.0.0", "7.4.1", "Linux", "6", "6.x"})
        EXPECT_NE(rules_of(release).remark, "") << release;
    EXPECT_EQ(rules_of("Linux").row, &default_version());
    EXPECT_EQ(rules_of("99.0.1").row, &kernel_versions().back());
}

TEST(Versions, RulesAreDescribedByTheNearestRow) {
    for (const KernelVersion& v : kernel_versions()) EXPECT_EQ(describe(v.rules), v.name);
    Rules odd = find_version("6.18")->rules;
    odd.dontunmap_resets_pgoff = true;
    EXPECT_EQ(describe(odd), "6.18 with dontunmap_resets_pgoff");
    odd.mremap_moves_many = false;
    EXPECT_EQ(describe(odd), "6.18 without mremap_moves_many, with dontunmap_resets_pgoff");
}

} // namespace
} // namespace model
