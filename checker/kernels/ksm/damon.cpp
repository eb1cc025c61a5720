#include "checker/kernels/ksm/damon.h"

#include <array>
#include <csignal>
#include <cstring>
#include <ctime>
#include <fstream>
#include <string>

#include <fmt/format.h>

#include "checker/kernels/ksm/left_over.h"
#include "checker/kernels/ksm/setting_file.h"
#include "model/arithmetic/units.h"

namespace checker::kernels {
namespace {

#define KDAMONDS "/sys/kernel/mm/damon/admin/kdamonds/"
volatile std::sig_atomic_t ours = 0;

bool set(const std::string& name, const std::string& value) {
    return write_setting((KDAMONDS + name).c_str(), value.c_str()) == 0;
}

std::string get(const std::string& name) {
    std::ifstream in(KDAMONDS + name);
    std::string line;
    std::getline(in, line);
    return line;
}

constexpr const char* range_start = "0/contexts/0/targets/0/regions/0/start";

std::string start_of(std::uint64_t frame) { return std::to_string(frame << model::PAGE_SHIFT); }

void turn_off() {
    const timespec nap{0, 1000000};
    for (int tries = 0; tries < 1000; ++tries, nanosleep(&nap, nullptr)) { // both may say EBUSY
        write_setting(KDAMONDS "0/state", "off");
        if (write_setting(KDAMONDS "nr_kdamonds", "0") == 0) return;
    }
}

// Every page of the range, whatever was seen of its use; a page that was used a moment ago is passed over once.
bool describe(std::uint64_t frame) {
    const std::string context = "0/contexts/0/", scheme = context + "schemes/0/", all = "18446744073709551615";
    const std::string start = start_of(frame), end = start_of(frame + 1);
    bool good = set("0/contexts/nr_contexts", "1") && set(context + "operations", "paddr") &&
                set(context + "monitoring_attrs/intervals/sample_us", "1000") &&
                set(context + "monitoring_attrs/intervals/aggr_us", "2000") &&
                set(context + "targets/nr_targets", "1") && set(context + "targets/0/regions/nr_regions", "1") &&
                set(range_start, start) && set(context + "targets/0/regions/0/end", end) &&
                set(context + "schemes/nr_schemes", "1") && set(scheme + "action", "pageout");
    for (const char* what : {"sz", "nr_accesses", "age"})
        good = good && set(scheme + "access_pattern/" + what + "/min", "0") &&
               set(scheme + "access_pattern/" + what + "/max", std::strcmp(what, "sz") == 0 ? all : "4294967295");
    return good;
}

} // namespace

void damon_end() {
    if (!ours) return;
    ours = 0;
    turn_off();
    remove_record(Borrowed::damon);
}

void damon_put_back(const std::string& start) {
    if (get("nr_kdamonds") == "1" && (get(range_start) == start || get("0/contexts/nr_contexts") == "0")) turn_off();
}

Available<void> damon_page_out(std::uint64_t frame, const std::function<bool()>& done) {
    const std::string kdamonds = get("nr_kdamonds");
    if (kdamonds.empty()) return unavailable("this kernel has no DAMON");
    if (kdamonds != "0") return unavailable("DAMON is in use by others");
    write_record(Borrowed::damon, std::array{Setting{damon_word, start_of(frame)}});
    ours = 1;
    if (!set("nr_kdamonds", "1")) {
        damon_end();
        return unavailable("DAMON cannot be told what to do");
    }
    if (!describe(frame) || !set("0/state", "on")) {
        damon_end();
        return unavailable("DAMON does not know physical addresses here");
    }
    const timespec nap{0, 500000};
    for (int tries = 0; tries < 2000 && !done(); ++tries) nanosleep(&nap, nullptr);
    damon_end();
    return {};
}

} // namespace checker::kernels
