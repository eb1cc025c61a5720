// syz: a program in the text syntax of syzkaller (its page "Program syntax"), for syz-execprog. It has one process and
// one area of memory, so a trace must do with these; it shows nothing, and is there to begin a search from.
#include <sys/syscall.h>

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "checker/facets/lower.h"
#include "checker/kernels/export/calls.h"
#include "checker/kernels/export/exporters.h"
#include "model/flags.h"
#include "model/ops/page_of.h"
#include "model/page_table.h"

namespace checker::kernels {
namespace {

constexpr std::uint64_t syz_base = 0x7f0000000000; // where its programs say that memory begins
constexpr std::uint64_t syz_room = 0xff0000;       // of the 16 MiB; what calls read stands behind
constexpr std::uint64_t syz_data = syz_base + syz_room;
constexpr std::uint64_t scan_time = 400'000'000; // nanoseconds; its executor ends a program after five seconds
constexpr std::uint64_t populate_read = 22, page_out = 21; // of madvise

std::uint64_t up_to_page(std::uint64_t n) { return (n + model::PAGE_SIZE - 1) / model::PAGE_SIZE * model::PAGE_SIZE; }

// An action, with what the model returns for its step.
struct TimedAction {
    std::uint32_t line = 0;
    Action action;
    model::Result result;
};

[[noreturn]] void refuse(const std::string& what) {
    throw model::BadInput(what, "a trace without it; export --to c has more of them");
}

// The places of a call: where it acts, and, for a move, where it ends. Empty lengths have none.
struct Spot {
    std::uint64_t address = 0, length = 0;
};
std::vector<Spot> places_of(const SystemCall& a, const model::Result& result) {
    const auto& [first, second, third, fourth, fifth, sixth] = a.arguments;
    const bool done = result.error == model::Errno::ok;
    if (a.number == SYS_ftruncate || a.number == SYS_fallocate) return {};
    if (a.number == SYS_mmap) return {{done ? result.value : first, second}};
    if (a.number != SYS_mremap) return {{first, second}};
    const bool moves = fourth & model::mremap_fixed || (done && result.value != first);
    std::vector<Spot> places{{first, second}};
    if (moves) places.push_back({done ? result.value : fifth, third});
    return places;
}

class InSyz {
  public:
    InSyz(std::uint64_t lowest, std::vector<std::int32_t> files) : lowest_(lowest), files_(std::move(files)) {}

    std::string of(const TimedAction& a) {
        result_ = a.result;
        return std::visit(*this, a.action);
    }
    // What must be there before the first step: nothing in memory, files, and a ksmd that is quick and waits.
    std::string beginning(std::uint64_t file_size) const {
        std::string text = fmt::format("munmap(&({:#x}/{:#x})=nil, {:#x})\n", syz_base, syz_room, syz_room);
        for (std::size_t i = 0; i < files_.size(); ++i)
            text += fmt::format("r{} = memfd_create(&({:#x})='file{}\\x00', 0x0)\nftruncate(r{}, {:#x})\n", i, syz_data,
                                files_[i], i, file_size);
        std::size_t next = files_.size();
        return text + setting("sleep_millisecs", 0, next) + setting("pages_to_scan", 10000, next + 1);
    }
    std::size_t first_result() const { return files_.size() + 2; }
    void number_from(std::size_t n) { next_ = n; }

    std::string operator()(const SystemCall& a) {
        const auto& [first, second, third, fourth, fifth, sixth] = a.arguments;
        if (a.after_enomem) refuse("a call that depends on what another returned is not in the syntax of syzkaller");
        const std::string name = name_of_call(a.number);
        if (a.number == SYS_prctl)
            return fmt::format("prctl$auto_PR_SET_MEMORY_MERGE({:#x}, {:#x}, {:#x}, {:#x}, {:#x})\n", first, second,
                               third, fourth, fifth);
        if (a.number == SYS_ftruncate) return fmt::format("ftruncate({}, {:#x})\n", file(first), second);
        if (a.number == SYS_fallocate)
            return fmt::format("fallocate({}, {:#x}, {:#x}, {:#x})\n", file(first), second, third, fourth);
        const std::string at = vma(places_of(a, result_), 0);
        switch (a.number) {
        case SYS_mmap:
            return fmt::format("mmap({}, {:#x}, {:#x}, {:#x}, {}, {:#x})\n", at, second, third,
                               fourth | std::uint64_t{model::map_fixed}, file(fifth), sixth);
        case SYS_mremap: return mremap(a, at);
        case SYS_munmap:
        case SYS_mlock:
        case SYS_munlock: return fmt::format("{}({}, {:#x})\n", name, at, second);
        case SYS_mprotect:
        case SYS_madvise: return fmt::format("{}({}, {:#x}, {:#x})\n", name, at, second, third);
        default: refuse(fmt::format("{} is not in the syntax of syzkaller, or not as it is meant here", name));
        }
    }
    // A page is told by its first byte, since nothing else is ever written: what is given to a call is copied to where
    // it is said to stand, and the call itself fails.
    std::string operator()(const FillPages& a) const {
        std::string text;
        for (std::uint64_t at = a.address / model::PAGE_SIZE * model::PAGE_SIZE; at < a.address + a.length;
             at += model::PAGE_SIZE)
            text += fmt::format("write(0xffffffffffffffff, &({:#x})=\"{:02x}\", 0x1)\n", moved(at, 1), a.byte);
        return text;
    }
    std::string operator()(const ReadPages& a) const {
        const std::uint64_t begin = a.address / model::PAGE_SIZE * model::PAGE_SIZE;
        const std::uint64_t length = up_to_page(a.address + a.length) - begin;
        return fmt::format("madvise({}, {:#x}, {:#x})\n", vma({{begin, length}}, 0), length, populate_read);
    }
    std::string operator()(const FullScans&) {
        std::string text = setting("run", 1, next_++);
        text += fmt::format("nanosleep(&({:#x})={{0x0, {:#x}}}, 0x0)\n", syz_data, scan_time);
        return text + setting("run", 0, next_++);
    }
    std::string operator()(const WriteSetting& a) {
        const auto name = model::knob_names[static_cast<std::size_t>(a.knob)];
        return a.knob == model::KnobName::run && a.value < 2 ? "" : setting(name, a.value, next_++);
    }
    std::string operator()(const ReclaimPage& a) const {
        return fmt::format("madvise({}, {:#x}, {:#x})\n", vma({{a.address, model::PAGE_SIZE}}, 0), model::PAGE_SIZE,
                           page_out);
    }
    std::string operator()(const LookAtMachine&) const { return {}; }
    std::string operator()(const ForkProcess&) const {
        refuse("a program of syzkaller has one process, and no fork()");
    }
    std::string operator()(const ExitProcess&) const {
        refuse("a program of syzkaller has one process, and no exit()");
    }
    std::string operator()(const BeginHeap&) const { refuse("a program of syzkaller does not choose where a heap is"); }
    std::string operator()(const DropFromSwapCache&) const { refuse("no program can empty the swap cache of a page"); }
    std::string operator()(const MigratePage&) const { refuse("no program can make the kernel move just this page"); }

  private:
    // Where it stands in a program of syzkaller, whose executor adds its own beginning.
    std::uint64_t moved(std::uint64_t address, std::uint64_t length) const {
        if (address < lowest_ || address - lowest_ >= syz_room || length > syz_room - (address - lowest_))
            refuse(fmt::format("{:#x} is too far from {:#x} for a program of syzkaller, which has 16 MiB", address,
                               lowest_));
        return address - lowest_ + syz_base;
    }
    std::string vma(const std::vector<Spot>& places, std::size_t which) const {
        const Spot p = which < places.size() ? places[which] : Spot{lowest_, model::PAGE_SIZE};
        if (p.address % model::PAGE_SIZE)
            refuse(fmt::format("{:#x} is not the begin of a page, as each range of syzkaller is", p.address));
        const std::uint64_t begin = moved(p.address, 0), left = syz_base + syz_room - begin;
        const std::uint64_t size = p.length > left ? left : std::max(up_to_page(p.length), model::PAGE_SIZE);
        return fmt::format("&({:#x}/{:#x})=nil", begin, std::min(size, left));
    }
    // Its reader makes every move that may choose its place one to a stated place: so the place is the model's.
    std::string mremap(const SystemCall& a, const std::string& from) const {
        const std::vector<Spot> places = places_of(a, result_);
        const bool moves = places.size() > 1;
        const std::uint64_t keep = a.arguments[3] & ~std::uint64_t{model::mremap_maymove | model::mremap_fixed};
        const std::uint64_t flags = moves ? a.arguments[3] | model::mremap_maymove | model::mremap_fixed : keep;
        return fmt::format("mremap({}, {:#x}, {:#x}, {:#x}, {})\n", from, a.arguments[1], a.arguments[2], flags,
                           vma(places, moves ? 1 : 0));
    }
    std::string file(std::uint64_t fd) const {
        return fd >= file_fd && fd - file_fd < files_.size() ? fmt::format("r{}", fd - file_fd) : "0xffffffffffffffff";
    }
    static std::string setting(std::string_view name, std::uint64_t value, std::size_t number) {
        const std::string digits = fmt::to_string(value);
        return fmt::format(
            "r{} = openat$sysfs(0xffffffffffffff9c, &({:#x})='/sys/kernel/mm/ksm/{}\\x00', 0x1, 0x0)\n"
            "write(r{}, &({:#x})='{}', {:#x})\nclose(r{})\n",
            number, syz_data, name, number, syz_data, digits, digits.size(), number);
    }

    std::uint64_t lowest_;
    std::vector<std::int32_t> files_;
    std::size_t next_ = 0;
    model::Result result_;
};

// MADV_PAGEOUT, all that a program has, passes over pages that are mapped more than once.
void require_one_mapping(const model::Kernel& k, const ReclaimPage& a) {
    const auto folio = model::page_of(k, a.pid, a.address);
    std::size_t mapped = 0;
    for (auto mm = k.processes.first(k.mms); mm; mm = k.processes.next(k.mms, mm)) {
        const auto& table = k.mms[mm].page_table;
        for (auto p = table.first(k.ptes); p; p = table.next(k.ptes, p))
            mapped += k.ptes[p].kind == model::Pte::Kind::present && k.ptes[p].folio == folio;
    }
    if (mapped > 1) refuse("a program can only ask for reclaim of a page that is mapped once");
}

std::vector<TimedAction> told(const ToExport& what, const Needs& needs) {
    std::vector<TimedAction> actions;
    SoFar so_far{needs.files, {}};
    model::Kernel k = model::boot(what.config);
    for (const model::Step& step : what.trace.steps)
        model::at_step(what.trace, step, [&] {
            const Lowered lowered = lower(step, so_far);
            if (!lowered.unavailable.empty()) throw model::BadInput(lowered.unavailable, "a trace without it");
            for (const Action& a : lowered.actions)
                if (const auto* reclaim = std::get_if<ReclaimPage>(&a)) require_one_mapping(k, *reclaim);
            const model::Result result = model::play(k, step);
            for (const Action& a : lowered.actions) actions.push_back({step.line, a, result});
        });
    return actions;
}

std::uint64_t lowest_of(std::span<const TimedAction> actions) {
    std::uint64_t lowest = ~std::uint64_t{0};
    for (const TimedAction& t : actions)
        if (const auto* call = std::get_if<SystemCall>(&t.action); call && call->number == SYS_mmap)
            for (const Spot& p : places_of(*call, t.result))
                if (t.result.error == model::Errno::ok) lowest = std::min(lowest, p.address);
    for (const TimedAction& t : actions) // a move may go below all that was ever mapped
        if (const auto* call = std::get_if<SystemCall>(&t.action); call && call->number == SYS_mremap)
            for (const Spot& p : places_of(*call, t.result)) lowest = std::min(lowest, p.address);
    return lowest == ~std::uint64_t{0} ? 0 : lowest / model::PAGE_SIZE * model::PAGE_SIZE;
}

std::string syz_program(const ToExport& what) {
    const Needs needs = needs_of(what.trace.steps);
    const std::vector<TimedAction> actions = told(what, needs);
    const std::uint64_t lowest = lowest_of(actions);
    InSyz in_syz(lowest, needs.files);
    in_syz.number_from(in_syz.first_result());
    std::string text = fmt::format(
        "# syz-execprog -threaded=0 -sandbox=none -repeat=1 FILE, on a kernel with KSM that nobody else uses.\n"
        "# {:#x} of the trace is {:#x} here. Not in the syntax: to count full scans (ksmd gets {} ms each\n"
        "# time), results, and the walks; a page is filled by its first byte.\n",
        lowest, syz_base, scan_time / 1'000'000);
    text += in_syz.beginning(needs.file_size);
    auto step = what.trace.steps.begin();
    for (const TimedAction& a : actions) {
        while (step != what.trace.steps.end() && step->line < a.line) ++step;
        if (step != what.trace.steps.end() && step->line == a.line) text += "# " + model::to_text(*step++) + "\n";
        try {
            text += in_syz.of(a);
        } catch (const model::BadInput& bad) {
            throw bad.at({what.trace.path, a.line, 1});
        }
    }
    return text;
}

} // namespace

Exporter syz_exporter() { return {"syz", "a program of syzkaller, of what one process does", syz_program}; }

} // namespace checker::kernels
