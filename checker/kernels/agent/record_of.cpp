#include "checker/kernels/agent/record_of.h"

#include <algorithm>
#include <initializer_list>

#include "checker/kernels/ksm/ksm_control.h"

namespace checker::kernels {
namespace {

using agent::Order;
using agent::Record;

static_assert(agent::file_fd == file_fd);

struct Encoder {
    const IndexOf& index;

    static Record record(Order verb, std::uint64_t process, std::initializer_list<std::uint64_t> args) {
        Record r{verb, 0, process, {}};
        std::copy(args.begin(), args.end(), r.a);
        return r;
    }
    Record operator()(const SystemCall& a) const {
        Record r = record(a.after_enomem ? Order::call_after_enomem : Order::call, index(a.pid),
                          {static_cast<std::uint64_t>(a.number)});
        std::copy(a.arguments.begin(), a.arguments.end(), r.a + 1);
        return r;
    }
    Record operator()(const FillPages& a) const {
        return record(Order::fill, index(a.pid), {a.address, a.length, a.byte});
    }
    Record operator()(const ReadPages& a) const { return record(Order::read, index(a.pid), {a.address, a.length}); }
    Record operator()(const BeginHeap& a) const { return record(Order::heap, index(a.pid), {a.address}); }
    Record operator()(const ForkProcess& a) const { return record(Order::fork, index(a.pid), {index(a.child)}); }
    Record operator()(const ExitProcess& a) const { return record(Order::exit, index(a.pid), {}); }
    Record operator()(const FullScans& a) const { return record(Order::scan, 0, {a.scans}); }
    Record operator()(const WriteSetting& a) const {
        return record(Order::setting, 0, {static_cast<std::uint64_t>(setting_of(a.knob)), a.value});
    }
    Record operator()(const ReclaimPage& a) const { return record(Order::reclaim, 0, {index(a.pid), a.address}); }
    Record operator()(const DropFromSwapCache& a) const { return record(Order::drop, 0, {index(a.pid), a.address}); }
    Record operator()(const MigratePage& a) const { return record(Order::migrate, 0, {index(a.pid), a.address}); }
    Record operator()(const LookAtMachine&) const { return record(Order::look, 0, {1}); }
};

} // namespace

Record record_of(const Action& action, const IndexOf& index) { return std::visit(Encoder{index}, action); }

} // namespace checker::kernels
