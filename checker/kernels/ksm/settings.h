// THE list of the settings of /sys/kernel/mm/ksm that are written here: plain data, also for the freestanding agent.
#pragma once

namespace checker::kernels {

inline constexpr char ksm_folder[] = "/sys/kernel/mm/ksm/";

// In the order in which they are written back; `run` is last.
enum class KsmSetting : unsigned long {
    advisor_mode, // since 6.8; the only one that is not a number
    max_page_sharing,
    merge_across_nodes,
    use_zero_pages,
    smart_scan, // since 6.7
    stable_node_chains_prune_millisecs,
    pages_to_scan,
    sleep_millisecs,
    run,
};
inline constexpr char ksm_setting_names[][36] = {
    "advisor_mode",   "max_page_sharing", "merge_across_nodes",
    "use_zero_pages", "smart_scan",       "stable_node_chains_prune_millisecs",
    "pages_to_scan",  "sleep_millisecs",  "run"};
inline constexpr unsigned long ksm_settings = sizeof ksm_setting_names / sizeof *ksm_setting_names;

constexpr const char* name_of(KsmSetting s) { return ksm_setting_names[static_cast<unsigned long>(s)]; }

} // namespace checker::kernels
