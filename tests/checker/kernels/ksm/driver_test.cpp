// The driver of ksmd against one that is played here, and its mistakes too.
#include "checker/kernels/ksm/driver.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "checker/kernels/ksm/ksm_control.h"

namespace checker::kernels {
namespace {

// ksm_scan_thread(), as far as the driver can tell: a batch for each poke, or when `run` becomes 1.
struct PlayedKsmd {
    std::map<std::string, KsmValue> files{{"run", 0}, {"full_scans", 5}};
    std::map<std::string, std::string> words;
    KsmValue time = 0, pokes_lost = 0, scans_each = 1;
    bool long_sleep = false, dead = false, pending = false;

    KsmValue get(const char* name) { return files[name]; }
    long set(KsmSetting s, KsmValue value) {
        KsmValue& now = files[name_of(s)];
        const bool changes = now != value;
        now = value;
        if (s == KsmSetting::sleep_millisecs && changes && pokes_lost)
            --pokes_lost;
        else if (s == KsmSetting::sleep_millisecs && changes)
            pending = true;
        return 0;
    }
    long set_word(KsmSetting s, const char* word) {
        words[name_of(s)] = word;
        return 0;
    }
    KsmValue now() const { return time; }
    void nap() {
        time += 1000000;
        if (pending && !dead && files["run"] == 1) {
            files["full_scans"] += scans_each;
            pending = false;
        }
    }
    bool ksmd_sleeps() const { return !pending; }
};

TEST(KsmDriver, ScansExactlyAsOftenAsToldAndLeavesRun) {
    PlayedKsmd m;
    EXPECT_EQ(ksm_scan(m, 7), 0);
    EXPECT_EQ(m.files["full_scans"], 12u);
    EXPECT_EQ(m.files["run"], 0u);
}

TEST(KsmDriver, PokesAgainWhenKsmdDidNotHear) {
    PlayedKsmd m;
    m.pokes_lost = 3;
    EXPECT_EQ(ksm_scan(m, 2), 0);
    EXPECT_EQ(m.files["full_scans"], 7u);
}

TEST(KsmDriver, SaysWhenKsmdDoesNotScanOrScansTooOften) {
    PlayedKsmd m;
    m.dead = true;
    EXPECT_EQ(ksm_scan(m, 1), ksm_again);
    m.dead = false;
    m.scans_each = 2;
    EXPECT_EQ(ksm_scan(m, 1), ksm_again);
    m.files["run"] = 2;
    EXPECT_EQ(ksm_scan(m, 1), ksm_busy);
    EXPECT_EQ(ksm_scan(m, 0), 0);
    EXPECT_EQ(m.files["run"], 2u);
}

TEST(KsmDriver, ATraceThatSetsRunToOneStartsNoScan) {
    PlayedKsmd m;
    m.files["run"] = 2;
    EXPECT_EQ(ksm_write(m, KsmSetting::run, 1), 0);
    EXPECT_EQ(m.files["run"], 0u);
    EXPECT_EQ(ksm_write(m, KsmSetting::run, 2), 0);
    EXPECT_EQ(m.files["run"], 2u);
    EXPECT_EQ(ksm_write(m, KsmSetting::smart_scan, 1), 0);
    EXPECT_EQ(m.files["smart_scan"], 1u);
}

TEST(KsmDriver, ResetTakesOverWhatATraceMaySet) {
    PlayedKsmd m;
    ksm_reset(m, 3, 1, 0);
    EXPECT_EQ(m.files["max_page_sharing"], 3u);
    EXPECT_EQ(m.files["use_zero_pages"], 1u);
    EXPECT_EQ(m.files["smart_scan"], 0u);
    EXPECT_EQ(m.words["advisor_mode"], "none");
}

TEST(KsmDriver, EveryKnobOfATraceIsASetting) {
    for (std::size_t i = 0; i < std::size(model::knob_names); ++i)
        EXPECT_EQ(name_of(setting_of(static_cast<model::KnobName>(i))), model::knob_names[i]);
}

} // namespace
} // namespace checker::kernels
