// What the tests of single rules are made of: a trace that is played, and what stands at an address then.
#pragma once

#include <string>
#include <string_view>

#include "model/address_space.h"
#include "model/page_table.h"
#include "model/process.h"
#include "tests/model/play_text.h"

namespace model::rules_test {

inline Kernel after(const std::string& text, std::string_view version = default_version().name) {
    Config config;
    config.rules = find_version(version)->rules;
    Kernel k = boot(config);
    play_text(k, text);
    return k;
}

inline const Vma& vma_of(const Kernel& k, Pid pid, std::uint64_t addr) {
    return k.vmas[vma_at(k, find_process(k, pid), vpn(addr))];
}
inline const Pte& pte_of(const Kernel& k, Pid pid, std::uint64_t addr) {
    return k.ptes[pte_at(k, find_process(k, pid), vpn(addr))];
}
inline const Folio& folio_of(const Kernel& k, Pid pid, std::uint64_t addr) {
    return k.folios[pte_of(k, pid, addr).folio];
}

inline std::size_t items_of(const Kernel& k, Pid pid) {
    std::size_t count = 0;
    k.items.each([&](Id<RmapItem>, const RmapItem& i) { count += k.mms[i.mm].pid == pid; });
    return count;
}

inline const std::string three_written =
    "1 mmap(0x10000, 0x3000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)\n"
    "1 store(0x10000, 0x3000, 0x11)\n";
inline const std::string three_merged = three_written + "1 madvise(0x10000, 0x3000, MADV_MERGEABLE)\n* ksmd(2)\n";

} // namespace model::rules_test
