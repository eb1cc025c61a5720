#include "model/trace/import/recorder.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "model/address_space.h"
#include "model/fail.h"
#include "model/page_table.h"
#include "model/trace/unsayable.h"

namespace model {

namespace {

// Has the process a page of its own there?
bool is_written(const Kernel& k, Id<Mm> mm, Vpn page) {
    Id<Pte> pte = pte_at(k, mm, page);
    if (!pte) return false;
    Pte::Kind kind = k.ptes[pte].kind;
    const Id<Folio> folio = k.ptes[pte].folio;
    if (folio && k.folios[folio].mapping == Folio::Mapping::file) return false;
    return kind == Pte::Kind::present || kind == Pte::Kind::swap || kind == Pte::Kind::migration;
}

// Does the trace have to state what this returns? What the text alone asks for is unsayable()'s.
bool needs_its_result(const Operation& op) {
    const auto* mremap = std::get_if<Mremap>(&op);
    return unsayable(op, std::nullopt) || (mremap && !(mremap->flags.v & mremap_fixed));
}

// Is there nothing to be undone if the model does not give the error that the trace states? So it is where the model
// has no reason of its own to fail: chosen_place(), fork.
bool fails_without_effect(const Operation& op) {
    if (const auto* mmap = std::get_if<Mmap>(&op)) return !(mmap->flags.v & (map_fixed | map_fixed_noreplace));
    return std::holds_alternative<Fork>(op);
}

std::size_t objects(const Kernel& k) {
    return k.mms.capacity() + k.vmas.capacity() + k.avcs.capacity() + k.anon_vmas.capacity() + k.ptes.capacity() +
           k.folios.capacity() + k.swaps.capacity() + k.items.capacity() + k.nodes.capacity();
}

} // namespace

void Recorder::play_step(Step step) {
    if (auto u = unsayable(step.op, step.expected))
        return leave_out(fmt::format("call that a trace cannot say: {}: {}", name_of(step.op), u->wrong));
    try {
        const Result got = play_on_both(step);
        if (step.expected && got != *step.expected) {
            leave_out(fmt::format("result that the model does not give: {}", name_of(step.op)));
            step.expected.reset();
            if (needs_its_result(step.op)) {
                if (got.error != Errno::ok) return; // it changed nothing
                step.expected = got;
            }
        }
    } catch (const AsksTooMuch&) {
        throw; // a step that is half done is not left out
    } catch (const BadInput& e) {
        leave_out(fmt::format("call that the model cannot play: {}: {}", name_of(step.op), e.what()));
        return;
    }
    trace_.steps.push_back(std::move(step));
}

Result Recorder::play_on_both(const Step& step) {
    const Result result = play(machine_, step);
    if (twin_) play(*twin_, step);
    return result;
}

// What failed may have changed a part, and is undone where the model says otherwise: then a new twin is needed, which
// costs as much as the machine is large. So that a log costs no more than its length, there is an end to that.
bool Recorder::try_on_twin(const Step& step) {
    constexpr std::uint64_t most = 100'000'000;
    if (!twin_) {
        if (copied_ += objects(machine_); copied_ > most) {
            leave_out(fmt::format("failed call that was not tried, since the machine is large: {}", name_of(step.op)));
            return false;
        }
        twin_ = machine_;
    }
    try {
        if (play(*twin_, step) == *step.expected) {
            play(machine_, step);
            return true;
        }
    } catch (...) {
        twin_.reset();
        throw;
    }
    twin_.reset();
    leave_out(fmt::format("error that the model does not give: {}", name_of(step.op)));
    return false;
}

bool Recorder::add_without_effect(Pid pid, Operation op, Result result) {
    Step step{pid, std::move(op), result, 0};
    if (auto u = unsayable(step.op, step.expected)) {
        leave_out(fmt::format("call that a trace cannot say: {}: {}", name_of(step.op), u->wrong));
        return false;
    }
    // Exits that wait stay behind it: what other processes leave has no part in whether this fails.
    const bool direct = fails_without_effect(step.op) && result.error != Errno::ok;
    try {
        if (direct ? play_on_both(step) != result : !try_on_twin(step)) {
            if (direct) leave_out(fmt::format("error that the model does not give: {}", name_of(step.op)));
            return false;
        }
    } catch (const BadInput& e) {
        leave_out(fmt::format("call that the model cannot play: {}: {}", name_of(step.op), e.what()));
        return false;
    }
    trace_.steps.push_back(std::move(step));
    return true;
}

bool Recorder::add_done_in_part(Pid pid, Operation op, Errno error) {
    play_exits();
    return add_without_effect(pid, std::move(op), Result(error));
}

void Recorder::play_exits() {
    for (Pid gone : std::exchange(exits_, {})) play_step({gone, Exit{}, Result{}, 0});
}

void Recorder::add(Pid pid, Operation op, std::optional<Result> expected) {
    play_exits();
    play_step({pid, std::move(op), expected, 0});
}

void Recorder::exit(Pid pid) { exits_.push_back(pid); }

std::vector<ByteRange> Recorder::mapped(Pid pid, std::uint64_t start, std::uint64_t end) const {
    std::vector<ByteRange> runs;
    Id<Mm> mm = find_process(machine_, pid);
    if (!mm) return runs;
    for (Id<Vma> vma = find_vma(machine_, mm, vpn(start)); vma; vma = next_vma(machine_, vma)) {
        const Range& r = machine_.vmas[vma].range;
        if (address(r.start) >= end) break;
        std::uint64_t from = std::max(start, address(r.start)), to = std::min(end, address(r.end));
        if (!runs.empty() && runs.back().second == from)
            runs.back().second = to;
        else
            runs.emplace_back(from, to);
    }
    return runs;
}

void Recorder::touch(Pid pid, std::uint64_t start, std::uint64_t end, unsigned n) {
    constexpr std::uint64_t contents = 16;
    std::uint64_t pages = (end - start) / PAGE_SIZE;
    std::uint64_t count = std::min<std::uint64_t>(n, pages);
    for (std::uint64_t i = 0; i < count; ++i) {
        Id<Mm> mm = find_process(machine_, pid);
        if (!mm) return;
        // i * (pages - 1) / (count - 1), without an overflow
        std::uint64_t at = count == 1 ? 0 : (pages - 1) / (count - 1) * i + (pages - 1) % (count - 1) * i / (count - 1);
        Vpn page = vpn(start) + Pages{at};
        Id<Vma> vma = vma_at(machine_, mm, page);
        if (!vma || !(machine_.vmas[vma].flags & VM_WRITE) || is_written(machine_, mm, page)) continue;
        auto byte = static_cast<std::uint8_t>((pages * 7 + i * 3) % contents);
        add(pid, Store{{address(page)}, {PAGE_SIZE}, {byte}});
        ++stores_;
    }
}

void Recorder::walks(unsigned n) {
    std::vector<PageAt> remapped, plain;
    std::set<Id<Folio>> seen;
    machine_.items.each([&](Id<RmapItem>, const RmapItem& item) {
        if (item.state != RmapItem::State::stable || machine_.mms[item.mm].exited) return;
        Id<Pte> pte = pte_at(machine_, item.mm, item.page);
        if (!pte || machine_.ptes[pte].kind != Pte::Kind::present) return;
        Id<Folio> folio = machine_.ptes[pte].folio;
        if (machine_.folios[folio].mapping != Folio::Mapping::ksm) return;
        const bool elsewhere = linear_page_index(item.merged.range, item.page) != anonymous_pgoff(item.page);
        if (!elsewhere && !seen.insert(folio).second) return;
        (elsewhere ? remapped : plain).push_back({machine_.mms[item.mm].pid, address(item.page)});
    });
    std::sort(remapped.begin(), remapped.end());
    std::sort(plain.begin(), plain.end());
    auto some = [&](const std::vector<PageAt>& pages, std::size_t most) {
        std::size_t count = std::min(most, pages.size());
        for (std::size_t i = 0; i < count; ++i) {
            const PageAt& p = pages[i * pages.size() / count];
            add(0, Walk{{p.pid}, {p.address}});
        }
        return count;
    };
    std::size_t half = std::min<std::size_t>(plain.size(), n / 2);
    some(plain, n - some(remapped, n - half));
}

void Recorder::forget_exits() {
    if (!exits_.empty()) leave_out("exit at the end of the log", exits_.size());
    exits_.clear();
}

std::vector<std::pair<std::string, std::uint64_t>> Recorder::left_out() const {
    std::vector<std::pair<std::string, std::uint64_t>> list(left_out_.begin(), left_out_.end());
    std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    return list;
}

} // namespace model
