#include "model/trace/import/strace.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include <fmt/format.h>
#include <boost/icl/interval_set.hpp>

#include "model/fail.h"
#include "model/ops/common.h"
#include "model/trace/cursor.h"
#include "model/trace/import/failed.h"
#include "model/trace/import/files.h"
#include "model/trace/import/recorder.h"
#include "model/trace/import/strace_log.h"
#include "model/trace/import/summary.h"
#include "model/trace/import/words.h"

namespace model {

namespace {

using ByteRanges = boost::icl::interval_set<std::uint64_t>;
ByteRanges::interval_type range_of(std::uint64_t start, std::uint64_t end) {
    return ByteRanges::interval_type::right_open(start, end);
}

// An open file of a process. Only the number is in the log, and numbers are used again; see number_of_file().
struct OpenFile {
    std::string path;
    std::int32_t number = 0;
};

// An address space, and the threads that are in it.
struct Space {
    Pid pid = 0;
    std::set<std::uint64_t> tasks;
    std::map<std::uint64_t, OpenFile> files;
    ByteRanges left_out; // mappings that the trace does not have
    bool fresh = true;   // nothing was done in it yet
};

// A call with its arguments.
struct Call : StraceCall {
    std::vector<std::string> args;
};

class Importer {
  public:
    Importer(const StraceLog& log, const std::string& path, const ImportOptions& options)
        : log_(log), path_(path), options_(options), out_(options.config) {}

    // Throws AsksTooMuch and CannotTell of the line of the log that asks.
    ImportResult import() {
        needs_launcher_ = needs_launcher(log_);
        if (needs_launcher_) next_pid_ = 2;
        if (options_.merge_any) out_.add(1, Prctl{{}, {1}, {0}, {0}, {0}}, Result{});
        std::uint64_t done = 0;
        for (const StraceCall& call : log_.calls) {
            if (options_.progress) options_.progress(done++, log_.calls.size());
            if (options_.limit != 0 && kept_ >= options_.limit)
                out_.leave_out("call behind the limit");
            else
                try {
                    take(call);
                } catch (const AsksTooMuch& much) {
                    throw much.at({path_, call.line, 1});
                } catch (const CannotTell& end) {
                    throw end.at({path_, call.line, 1});
                }
        }
        if (log_.not_understood) out_.leave_out("line that is none of strace's", log_.not_understood);
        if (log_.never_returned) out_.leave_out("call that never returned", log_.never_returned);
        out_.forget_exits();
        if (options_.final_scans) {
            out_.add(0, Ksmd{{options_.final_scans}}, Result{});
            out_.walks(options_.walks);
        }
        ImportResult result;
        result.trace = out_.take_trace();
        result.calls = kept_;
        result.stores = out_.stores();
        result.processes = next_pid_ - 1;
        result.left_out = out_.left_out();
        return result;
    }

  private:
    using Handler = void (Importer::*)(const Call&);
    struct Entry {
        std::string_view name;
        Handler handler;
    };

    void take(const StraceCall& call) {
        static constexpr Entry handlers[] = {
            {"", &Importer::on_end},
            {"mmap", &Importer::on_mmap},
            {"munmap", &Importer::on_munmap},
            {"mprotect", &Importer::on_mprotect},
            {"pkey_mprotect", &Importer::on_mprotect},
            {"madvise", &Importer::on_madvise},
            {"mremap", &Importer::on_mremap},
            {"ftruncate", &Importer::on_file},
            {"fallocate", &Importer::on_file},
            {"brk", &Importer::on_brk},
            {"mlock", &Importer::on_mlock},
            {"mlock2", &Importer::on_mlock},
            {"munlock", &Importer::on_range<Munlock>},
            {"prctl", &Importer::on_prctl},
            {"fork", &Importer::on_fork},
            {"vfork", &Importer::on_vfork},
            {"clone", &Importer::on_clone},
            {"clone3", &Importer::on_clone},
            {"execve", &Importer::on_exec},
            {"execveat", &Importer::on_exec},
            {"exit", &Importer::on_exit},
            {"exit_group", &Importer::on_exit},
        };
        for (const Entry& e : handlers) {
            if (e.name != call.name) continue;
            const bool ends = call.name.empty() || call.name.starts_with("exit");
            const bool partial = call.name == "madvise" && call.error == "ENOMEM"; // done, except where there is a hole
            const std::size_t before = out_.steps();
            if (ends || call.value || partial)
                (this->*e.handler)({call, strace_arguments(call.arguments)});
            else
                on_failed(call);
            if (out_.steps() != before && !ends) count_kept();
            return;
        }
        out_.leave_out(call_left_out(call.name));
    }

    // Of a range that was left out the model does not know why a call on it fails.
    void on_failed(const StraceCall& call) {
        const std::optional<Errno> error = errno_of(call.error);
        const std::optional<Operation> op = error ? literally(call) : std::nullopt;
        if (!op) return out_.leave_out(fmt::format("call that failed or did not return: {}", call.name));
        Space& s = space_of(call.task);
        const std::vector<std::string> args = strace_arguments(call.arguments);
        const std::uint64_t start = args.size() < 2 ? 0 : strace_number(args[0]).value_or(0);
        const std::uint64_t length = args.size() < 2 ? 0 : strace_number(args[1]).value_or(0);
        const std::uint64_t end = start < TASK_SIZE ? start + std::min(page_align(length), TASK_SIZE - start) : start;
        if (start < end && boost::icl::intersects(s.left_out, range_of(start, end)))
            return out_.leave_out(fmt::format("failed call on a range that was left out: {}", call.name));
        if (out_.add_without_effect(s.pid, *op, Result(*error))) s.fresh = false;
    }

    void count_kept() {
        ++kept_;
        if (options_.scan_every == 0 || kept_ % options_.scan_every != 0) return;
        out_.add(0, Ksmd{{1}}, Result{});
        out_.walks(options_.walks);
    }

    // --- processes

    std::size_t new_space(std::uint64_t task) {
        Space s;
        s.pid = next_pid_++;
        s.tasks.insert(task);
        if (needs_launcher_) out_.add(1, Fork{}, Result::of(s.pid));
        spaces_.push_back(std::move(s));
        return spaces_.size() - 1;
    }

    Space& space_of(std::uint64_t task) {
        auto it = space_.find(task);
        if (it == space_.end()) {
            if (!space_.empty()) out_.leave_out("process whose beginning is not in the log");
            it = space_.emplace(task, new_space(task)).first;
            group_[task] = task;
        }
        return spaces_[it->second];
    }

    void leave_space(std::uint64_t task) {
        auto it = space_.find(task);
        if (it == space_.end()) return;
        Space& s = spaces_[it->second];
        space_.erase(it);
        if (s.tasks.erase(task) == 1 && s.tasks.empty()) out_.exit(s.pid);
    }

    void on_end(const Call& call) {
        leave_space(call.task);
        group_.erase(call.task);
    }

    void on_exit(const Call& call) {
        if (log_.has_ends) return; // a line of its own says when the thread is gone
        std::vector<std::uint64_t> gone{call.task};
        if (call.name == "exit_group") gone = threads_beside(call.task);
        gone.push_back(call.task);
        for (std::uint64_t task : gone) leave_space(task);
    }

    std::vector<std::uint64_t> threads_beside(std::uint64_t task) const {
        std::vector<std::uint64_t> found;
        auto own = group_.find(task);
        for (const auto& [other, group] : group_)
            if (own != group_.end() && group == own->second && other != task) found.push_back(other);
        return found;
    }

    void on_exec(const Call& call) {
        Space& s = space_of(call.task);
        std::string program = call.args.empty() ? "" : call.args[0].substr(call.args[0].rfind('/') + 1);
        std::erase(program, '"');
        if (!s.fresh || s.tasks.size() > 1) {
            for (std::uint64_t task : threads_beside(call.task)) {
                leave_space(task);
                group_.erase(task);
            }
            leave_space(call.task);
            space_[call.task] = new_space(call.task);
        }
        Space& now = space_of(call.task);
        now.fresh = false;
        out_.remark(fmt::format("# process {}: {}", now.pid, program));
    }

    void join(std::uint64_t child, const Call& call, bool thread) {
        Space& s = space_of(call.task);
        s.fresh = false;
        s.tasks.insert(child);
        space_[child] = space_[call.task];
        group_[child] = thread ? group_[call.task] : child;
    }

    void on_vfork(const Call& call) { join(*call.value, call, false); }

    void on_fork(const Call& call) {
        Space& parent = space_of(call.task);
        parent.fresh = false;
        Space child = parent;
        child.pid = next_pid_++;
        child.tasks = {*call.value};
        out_.add(parent.pid, Fork{}, Result::of(child.pid));
        spaces_.push_back(std::move(child));
        space_[*call.value] = spaces_.size() - 1;
        group_[*call.value] = *call.value;
    }

    void on_clone(const Call& call) {
        std::string all = fmt::format("{}", fmt::join(call.args, ", "));
        std::string flags = fmt::format("|{}|", strace_member(all, "flags"));
        if (flags.find("|CLONE_VM|") == flags.npos) return on_fork(call);
        join(*call.value, call, flags.find("|CLONE_THREAD|") != flags.npos);
    }

    // --- ranges

    // The parts of a range that the trace has. If that is not all, it is counted why.
    std::vector<ByteRange> clip(const Space& s, const Call& call, std::uint64_t start, std::uint64_t end) {
        std::vector<ByteRange> runs = out_.mapped(s.pid, start, end);
        std::uint64_t covered = 0;
        for (const ByteRange& r : runs) covered += r.second - r.first;
        if (covered == end - start) return runs;
        bool ours = boost::icl::intersects(s.left_out, range_of(start, end));
        out_.leave_out(fmt::format("{} of {}: {}", covered ? "part" : "all",
                                   ours ? "a range that was left out" : "a range that the log does not map",
                                   call.name));
        return runs;
    }

    void unmap(Space& s, std::uint64_t start, std::uint64_t end) {
        for (const ByteRange& r : out_.mapped(s.pid, start, end))
            out_.add(s.pid, Munmap{{r.first}, {r.second - r.first}}, Result{});
        s.left_out -= range_of(start, end);
    }

    void keep_out(Space& s, std::uint64_t start, std::uint64_t end, const std::string& reason) {
        out_.leave_out(reason);
        unmap(s, start, end);
        s.left_out += range_of(start, end);
    }

    struct Span {
        std::uint64_t start = 0, end = 0;
    };
    // The first two arguments as a range of whole pages.
    std::optional<Span> span(const Call& call) {
        std::optional<std::uint64_t> start, length;
        if (call.args.size() >= 2) start = strace_number(call.args[0]), length = strace_number(call.args[1]);
        if (start && length && *start % PAGE_SIZE != 0 && call.name.find("lock") != call.name.npos) { // mlock rounds
            *length += *start % PAGE_SIZE;
            *start -= *start % PAGE_SIZE;
        }
        bool good = start && length && *start < TASK_SIZE && *length <= TASK_SIZE - *start && *start % PAGE_SIZE == 0;
        if (!good) {
            out_.leave_out(fmt::format("call whose arguments are not understood: {}", call.name));
            return std::nullopt;
        }
        return Span{*start, *start + page_align(*length)};
    }

    std::uint64_t flags_of(std::string_view text, std::span<const FlagName> table) {
        const FlagsRead f = read_flags(text, table);
        for (const std::string& word : f.unknown)
            out_.leave_out(fmt::format("flag that the model does not have: {}", word));
        return f.bits;
    }

    // Two mappings join only if they are of one open file, and the log has only its number. A mapping from offset 0
    // is taken to be the first one of a file that was just opened, as it is when a program or a library is loaded.
    std::int32_t number_of_file(Space& s, std::string_view arg, std::uint64_t offset) {
        std::uint64_t fd = strace_number(arg).value_or(0);
        std::size_t open = arg.find('<');
        std::string path(open == arg.npos ? "" : arg.substr(open));
        OpenFile& file = s.files[fd];
        if (file.number == 0 || offset == 0 || file.path != path) file = {path, next_file_++};
        return file.number;
    }

    // --- calls

    void on_mmap(const Call& call) {
        if (call.args.size() != 6) return out_.leave_out("call whose arguments are not understood: mmap");
        Space& s = space_of(call.task);
        s.fresh = false;
        const std::uint64_t start = *call.value, length = strace_number(call.args[1]).value_or(0);
        std::uint64_t offset = strace_number(call.args[5]).value_or(0);
        if (length == 0 || start % PAGE_SIZE != 0 || length > TASK_SIZE || start > TASK_SIZE - page_align(length))
            return out_.leave_out("call whose arguments are not understood: mmap");
        const std::uint64_t end = start + page_align(length);
        std::uint64_t flags = flags_of(call.args[3], map_names);
        const ProtBits prot{flags_of(call.args[2], prot_names)};
        if (const std::string_view reason = kept_out_for(flags); !reason.empty())
            return keep_out(s, start, end, std::string(reason));
        const bool without_file = (flags & map_shared) && (flags & map_anonymous); // shmem_zero_setup() makes one
        if (without_file) flags &= ~std::uint64_t{map_anonymous}, offset = 0;
        const bool anonymous = flags & map_anonymous;
        if (!anonymous && call.args[4].find("</dev/") != std::string::npos)
            return keep_out(s, start, end, "mapping of a device");
        if (!(flags & map_fixed)) {
            if (!out_.mapped(s.pid, start, end).empty()) out_.leave_out("memory that went without a call in the log");
            unmap(s, start, end);
        }
        s.left_out -= range_of(start, end);
        const Fd fd{anonymous ? -1 : without_file ? next_file_++ : number_of_file(s, call.args[4], offset)};
        const Address hint{strace_number(call.args[0]).value_or(0)};
        out_.add(s.pid, Mmap{hint, {length}, prot, {flags}, fd, {offset}}, Result::of(start));
        if (out_.mapped(s.pid, start, end).empty()) s.left_out += range_of(start, end); // the model refused it
        if (prot.v & prot_write) out_.touch(s.pid, start, end, options_.touch);
    }

    // Is told a range and nothing else.
    template <class Op> void on_range(const Call& call) {
        Space& s = space_of(call.task);
        if (auto at = span(call))
            for (const ByteRange& r : clip(s, call, at->start, at->end))
                out_.add(s.pid, Op{{r.first}, {r.second - r.first}}, Result{});
    }

    void on_munmap(const Call& call) {
        on_range<Munmap>(call);
        if (auto at = span(call)) space_of(call.task).left_out -= range_of(at->start, at->end);
    }

    void on_mprotect(const Call& call) {
        Space& s = space_of(call.task);
        auto at = span(call);
        if (!at || call.args.size() < 3) return;
        const ProtBits prot{flags_of(call.args[2], prot_names)};
        for (const ByteRange& r : clip(s, call, at->start, at->end)) {
            out_.add(s.pid, Mprotect{{r.first}, {r.second - r.first}, prot}, Result{});
            if (prot.v & prot_write) out_.touch(s.pid, r.first, r.second, options_.touch);
        }
    }

    void on_madvise(const Call& call) {
        Space& s = space_of(call.task);
        auto at = span(call);
        if (!at || call.args.size() < 3) return;
        const std::optional<std::uint64_t> advice = read_advice(call.args[2]);
        if (!advice) return out_.leave_out(advice_left_out(call.args[2]));
        // Done, except where there is a hole: that is evidence, if the hole is none of ours.
        const bool whole = at->start < at->end && !boost::icl::intersects(s.left_out, range_of(at->start, at->end));
        if (!call.value && whole &&
            out_.add_done_in_part(s.pid, Madvise{{at->start}, {at->end - at->start}, {*advice}}, Errno::enomem))
            return;
        for (const ByteRange& r : clip(s, call, at->start, at->end))
            out_.add(s.pid, Madvise{{r.first}, {r.second - r.first}, {*advice}}, Result{});
    }

    void on_mlock(const Call& call) {
        if (call.args.size() > 2 && call.args[2] != "0")
            return out_.leave_out("call that the model does not have: mlock2");
        on_range<Mlock>(call);
    }

    void on_mremap(const Call& call) {
        Space& s = space_of(call.task);
        auto at = span(call);
        if (!at || call.args.size() < 4) return;
        const std::uint64_t length = strace_number(call.args[2]).value_or(0), start = *call.value;
        const std::uint64_t old_length = strace_number(call.args[1]).value_or(0);
        if (length > TASK_SIZE || start % PAGE_SIZE != 0 || start > TASK_SIZE - page_align(length))
            return out_.leave_out("call whose arguments are not understood: mremap");
        const std::uint64_t end = start + page_align(length);
        std::uint64_t flags = flags_of(call.args[3], mremap_names);
        const bool duplicates = old_length == 0;
        if (duplicates) at->end += PAGE_SIZE;
        std::vector<ByteRange> runs = out_.mapped(s.pid, at->start, at->end);
        const bool whole = runs.size() == 1 && runs[0] == ByteRange{at->start, at->end};
        if (!whole) { // what moved was left out, or a part of it: so is what it became
            if (!(flags & mremap_dontunmap) && !duplicates) unmap(s, at->start, at->end);
            return keep_out(s, start, end, "mremap of a range that was left out, or that the log does not map");
        }
        const bool moved = start != at->start;
        if (moved && !(flags & mremap_fixed)) {
            unmap(s, start, end);
            // The model might see room to grow in place, where the machine had a mapping that was left out.
            if (!(flags & mremap_dontunmap)) flags |= mremap_fixed | mremap_maymove;
        }
        s.left_out -= range_of(start, end);
        const std::uint64_t target = flags & mremap_fixed ? start : 0;
        out_.add(s.pid, Mremap{{at->start}, {old_length}, {length}, {flags}, {target}}, Result::of(start));
        const std::uint64_t fresh = start + (duplicates ? 0 : at->end - at->start);
        if (fresh < end) out_.touch(s.pid, fresh, end, options_.touch);
    }

    // A file that some mapping has shown; before that it is as large as it has to be.
    void on_file(const Call& call) {
        Space& s = space_of(call.task);
        const auto file = s.files.find(call.args.empty() ? 0 : strace_number(call.args[0]).value_or(0));
        if (file == s.files.end())
            return out_.leave_out(fmt::format("call on a file that is not mapped: {}", call.name));
        if (auto op = call_on_file(call, file->second.number)) out_.add(s.pid, *op, Result{});
    }

    void on_brk(const Call& call) {
        Space& s = space_of(call.task);
        s.fresh = false;
        const std::uint64_t now = *call.value, asked = call.args.empty() ? 0 : strace_number(call.args[0]).value_or(0);
        const Id<Mm> mm = find_process(out_.machine(), s.pid);
        const std::uint64_t before = mm ? out_.machine().mms[mm].brk : 0;
        if (asked != 0 && asked != now) {
            if (before == 0) return out_.leave_out("call that failed or did not return: brk");
            return void(out_.add_without_effect(s.pid, Brk{{asked}}, Result::of(now)));
        }
        if (before != 0 && asked == 0) return out_.leave_out("call that only asks: brk");
        out_.add(s.pid, Brk{{now}}, Result::of(now));
        if (before != 0 && now > before) out_.touch(s.pid, page_align(before), page_align(now), options_.touch);
    }

    void on_prctl(const Call& call) {
        if (call.args.empty() || call.args[0] != "PR_SET_MEMORY_MERGE")
            return out_.leave_out(prctl_left_out(call.args.empty() ? "" : call.args[0]));
        const std::uint64_t on = call.args.size() > 1 ? strace_number(call.args[1]).value_or(0) : 0;
        out_.add(space_of(call.task).pid, Prctl{{}, {on}, {0}, {0}, {0}}, Result{});
    }

    const StraceLog& log_;
    const std::string& path_;
    const ImportOptions& options_;
    Recorder out_;
    std::deque<Space> spaces_;                     // in the order of their pids; references stay good
    std::map<std::uint64_t, std::size_t> space_;   // of a task
    std::map<std::uint64_t, std::uint64_t> group_; // the thread group of a task
    Pid next_pid_ = 1;
    std::int32_t next_file_ = 3;
    bool needs_launcher_ = false;
    std::uint64_t kept_ = 0;
};

} // namespace

ImportResult import_strace(std::string_view text, const std::string& path, const ImportOptions& options) {
    StraceLog log = read_strace_log(text);
    if (log.calls.empty())
        throw BadInput("no line of an strace log", "strace -f -o FILE -e trace=%memory,%process PROGRAM", {path, 1, 1});
    ImportResult result = Importer(log, path, options).import();
    result.trace.path = path;
    prepend_summary(result);
    return result;
}

ImportResult import_strace_file(const std::string& path, const ImportOptions& options) {
    return import_strace(read_whole(path, "a log of strace -f -o FILE"), path, options);
}

} // namespace model
