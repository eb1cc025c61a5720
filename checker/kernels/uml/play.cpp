#include "checker/kernels/uml/play.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include <fmt/format.h>

#include "checker/kernels/agent/embedded.h"
#include "checker/kernels/guest/boot.h"

namespace checker::kernels::uml {
namespace fs = std::filesystem;
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t results_kept = 200;

void append(std::string& to, const Record& r) { to.append(reinterpret_cast<const char*>(&r), sizeof r); }

// The index of a trace among the scripts is how the guest names it.
std::string script_bytes(std::span<const GuestScript> scripts, const std::vector<std::size_t>& which) {
    std::string bytes;
    for (std::size_t t : which)
        for (Record r : scripts[t].records) {
            if (r.verb == Order::begin || r.verb == Order::end) r.a[0] = t;
            append(bytes, r);
        }
    return bytes;
}

std::string_view agent_bytes() {
    const auto bytes = agent_file();
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// A file that grows is a sign of life.
struct Pulse {
    std::string path;
    std::int64_t size = -1;
    Clock::time_point since = Clock::now();
    bool stopped(const PlayLimits& limits) {
        struct stat s {};
        const std::int64_t now = stat(path.c_str(), &s) == 0 ? s.st_size : -1;
        if (now != size) {
            size = now;
            since = Clock::now();
        }
        const Clock::time_point at = Clock::now();
        return std::chrono::duration<double>(at - since).count() > limits.patience || at > limits.end;
    }
};

ProgramEnd boot(const std::string& kernel, const std::string& room, const PlayLimits& limits, const Progress& progress,
                HowFar far) {
    Pulse pulse{room + "/results"};
    LineCount traces(room + "/results", "end");
    Every now(0.5);
    Command c = guest::guest_command(kernel, room);
    c.give_up = [&] {
        if (now.due()) {
            far.done = traces.now();
            progress.tell(far);
        }
        return pulse.stopped(limits);
    };
    return run(c);
}

struct Lines {
    std::istringstream in;
    std::string line;
    bool next() {
        if (!std::getline(in, line)) return false;
        while (!line.empty() && line.back() == '\r') line.pop_back();
        return true;
    }
};

model::Vpn page(std::uint64_t address) { return model::vpn(address); }

// What the guest wrote while it looked, line by line.
struct LookReader {
    const LookPoint& point;
    Look look;
    std::map<std::int64_t, std::uint64_t> index_of_task;
    std::string unreadable;

    Pid pid(std::uint64_t index) const {
        const auto found = point.pid_of.find(index);
        return found == point.pid_of.end() ? 0 : found->second;
    }
    void line(const std::string& text) {
        std::istringstream in(text);
        std::string kind;
        in >> kind;
        if (kind == "task") read_task(in);
        if (kind == "page") read_page(in);
        if (kind == "vma") read_vma(in);
        if (kind == "pte") read_entry(in);
        if (kind == "idle") read_idle(in);
        if (kind == "large") {
            std::uint64_t index = 0;
            in >> index;
            look.too_large.insert(pid(index));
        }
    }
    // "TASK:ADDRESS"; a kernel that overwrites memory may print anything.
    static bool read_place(const std::string& word, std::int64_t& task, std::uint64_t& address) {
        const char* end = word.data() + word.size();
        const auto [colon, wrong] = std::from_chars(word.data(), end, task);
        if (wrong != std::errc() || colon == end || *colon != ':') return false;
        const auto [last, wrong_too] = std::from_chars(colon + 1, end, address, 16);
        return wrong_too == std::errc() && last == end;
    }
    void read_task(std::istringstream& in) {
        std::uint64_t index = 0;
        std::int64_t task = 0;
        if (in >> index >> task) index_of_task[task] = index;
    }
    void read_page(std::istringstream& in) {
        SeenPage p;
        in >> p.frame >> p.mapcount >> p.visited >> p.nanoseconds;
        for (std::string word; in >> word;) {
            if (word == "overflow") {
                p.overflow = true;
                continue;
            }
            const char mark = std::isdigit(static_cast<unsigned char>(word.front())) ? ' ' : word.front();
            if (mark != ' ') word.erase(0, 1);
            std::int64_t number = 0;
            std::uint64_t address = 0;
            if (!read_place(word, number, address)) {
                unreadable = "page … " + word;
                continue;
            }
            const auto task = index_of_task.find(number);
            const Pid who = task == index_of_task.end() ? 0 : pid(task->second);
            if (mark == '!' || mark == '&') {
                (mark == '!' ? p.told : p.told_by_all)[who] = page(address);
                continue;
            }
            p.strangers |= who == 0;
            (mark == '+' ? p.by_all : p.found).insert({who, page(address)});
        }
        look.pages.push_back(std::move(p));
    }
    void read_vma(std::istringstream& in) {
        std::uint64_t index = 0;
        GuestVma v;
        if (in >> index >> std::hex >> v.start >> v.end >> v.prot) {
            v.pid = pid(index);
            look.vmas.push_back(std::move(v));
        }
    }
    void read_entry(std::istringstream& in) {
        std::uint64_t index = 0, address = 0, value = 0;
        if (!(in >> index >> std::hex >> address >> value)) return;
        if (value >> 58 & 1) return; // PM_GUARD_REGION: nothing is mapped
        const bool present = value >> 63;
        look.entries[{pid(index), page(address)}] = {present, static_cast<bool>(value >> 61 & 1),
                                                     present ? value & ((1ull << 55) - 1) : 0};
    }
    void read_idle(std::istringstream& in) {
        std::uint64_t index = 0, address = 0;
        int found = 0;
        if (in >> index >> std::hex >> address >> found) look.idle[{pid(index), page(address)}] = found != 0;
    }
};

const LookPoint* point_of(const GuestScript& script, std::uint64_t number) {
    for (const LookPoint& p : script.looks)
        if (p.number == number) return &p;
    return nullptr;
}

// A line about an operation in flight. Returns whether it was one.
bool read_flight(const std::string& word, std::istringstream& in, const GuestScript& script, TraceResult& trace) {
    std::uint64_t number = 0, index = 0, address = 0;
    std::string point;
    if (word == "at" && in >> number >> point) {
        if (point == "waits") trace.waits.insert(number);
        trace.points[number] = point;
    } else if (word == "waits" && in >> number) {
        trace.waits.insert(number);
    } else if (word == "stale" && in >> number >> index >> std::hex >> address) {
        const auto asked = script.asked.find(number);
        if (asked == script.asked.end()) return true;
        const auto pid = asked->second.pid_of.find(index);
        trace.stale[number].insert({pid == asked->second.pid_of.end() ? 0 : pid->second, page(address)});
    } else
        return false;
    return true;
}

// Returns whether the guest came to its end, or ended by itself.
bool read_results(const std::string& path, std::span<const GuestScript> scripts, std::vector<TraceResult>& into) {
    Lines lines{std::istringstream(fs::exists(path) ? read_whole(path) : ""), {}};
    TraceResult* trace = nullptr;
    std::size_t index = 0;
    std::uint64_t number = 0;
    std::optional<LookReader> reader;
    while (lines.next()) {
        std::istringstream in(lines.line);
        std::string word;
        in >> word;
        if (word == "begin" && in >> index && index < into.size()) {
            trace = &into[index];
            trace->begun = true;
        } else if (word == "done" || word == "stopped")
            return true;
        else if (!trace)
            continue;
        else if (read_flight(word, in, scripts[index], *trace))
            continue;
        else if (std::int64_t value = 0; word == "=" && in >> number >> value)
            trace->answers[number] = value;
        else if (word == "dead" && in >> number)
            trace->dead.insert(number);
        else if (word == "look" && in >> number) {
            if (const LookPoint* p = point_of(scripts[index], number)) reader.emplace(LookReader{*p, {}, {}, {}});
        } else if (word == "seen" && reader) {
            if (!reader->unreadable.empty()) trace->unreadable = reader->unreadable;
            trace->looks[reader->point.number] = std::move(reader->look);
            reader.reset();
        } else if (word == "end")
            trace->ended = true;
        else if (reader)
            reader->line(lines.line);
    }
    return false;
}

bool is_complaint(const std::string& line) {
    for (const char* word : {"WARNING:", "BUG:", "BUG ", "Oops", "Kernel panic", "kernel BUG",
                             "refcount_t:", "Bad page", "bad: ", "general protection", "rss-counter"})
        if (line.find(word) != std::string::npos) return true;
    return false;
}

// Warnings and oopses of the log, by the trace in which they came.
void read_log(const std::string& path, GuestRun& run) {
    if (!fs::exists(path)) return;
    Lines lines{std::istringstream(read_whole(path)), {}};
    std::vector<std::string>* at = &run.complaints;
    constexpr std::string_view mark = "rmapcheck: trace ";
    while (lines.next()) {
        if (const std::size_t m = lines.line.find(mark); m != std::string::npos) {
            const std::size_t index = std::strtoul(lines.line.c_str() + m + mark.size(), nullptr, 10);
            if (index < run.traces.size()) at = &run.traces[index].complaints;
        } else if (is_complaint(lines.line))
            at->push_back(lines.line);
    }
}

std::string ending_of(const ProgramEnd& o, const PlayLimits& limits, const std::string& where, const std::string& log) {
    const std::string how =
        o.ending == Ending::given_up ? fmt::format("hangs{} (no sign of life for {} s)", where, limits.patience)
        : o.ending == Ending::killed_by_signal ? fmt::format("ends by signal {}{}", o.status, where)
                                               : fmt::format("ends with status {}{}", o.status, where);
    return how + "\n" + tail_of(log, 8);
}

// The step whose answer a guest that broke off still owes.
std::string owed(const GuestScript& script, const TraceResult& r) {
    std::uint64_t last = 0;
    for (const auto& [number, unused] : r.answers) last = std::max(last, number);
    for (const auto& [number, unused] : r.looks) last = std::max(last, number);
    for (const Record& record : script.records) {
        if (record.number <= last) continue;
        if (const auto asked = script.asked.find(record.number); asked != script.asked.end())
            return fmt::format(" in line {}: {}", asked->second.line, asked->second.text);
        if (const LookPoint* look = point_of(script, record.number))
            return fmt::format(" in the walks of line {}", look->line);
    }
    return {};
}

// Results and log of a guest that came to its end, by what it was and what it was told.
struct Memory {
    std::string folder, place;
    Memory(const std::string& folder_, const std::string& kernel, const std::string& script) : folder(folder_) {
        if (folder.empty()) return;
        fs::create_directories(folder);
        place = folder + "/" + Digest().add(kernel).add(script).add(agent_bytes()).add(guest::poison).hex();
    }
    // False: there is none, or it went while we looked.
    bool recall(const std::string& room) const {
        if (place.empty()) return false;
        for (const char* what : {"log", "results"}) {
            std::error_code gone;
            fs::copy_file(place + "." + what, room + "/" + what, fs::copy_options::overwrite_existing, gone);
            if (gone) return false;
        }
        note_use(place + ".results");
        return true;
    }
    void keep(const std::string& room) const {
        if (place.empty()) return;
        for (const char* what : {"log", "results"}) { // the results last: they are what is looked for
            const std::string part = fmt::format("{}.{}.part", place, getpid());
            fs::copy_file(room + "/" + what, part, fs::copy_options::overwrite_existing);
            fs::rename(part, place + "." + what);
        }
        for (fs::path went : keep_newest(folder, ".results", results_kept)) {
            std::error_code gone;
            fs::remove(went.replace_extension(".log"), gone);
        }
    }
};

// A guest broke off in a trace. Is it worth a new one? If not, those that are left learn why they are not played.
bool goes_on(GuestRun& run, std::size_t at, const std::vector<std::size_t>& left, const std::string& how, bool hung,
             const PlayLimits& limits) {
    const bool late = Clock::now() > limits.end;
    const std::string no_time = "the time for the gate was spent";
    (late ? run.traces[at].not_played : run.traces[at].broke_off) = late ? no_time : how;
    run.hangs += hung && !late;
    if (!late && run.hangs < limits.hangs) return true;
    for (const std::size_t i : left)
        run.traces[i].not_played = late ? no_time : fmt::format("the guest hung in {} traces before it", run.hangs);
    return false;
}

} // namespace

GuestRun play_in_guest(const std::string& kernel, std::span<const GuestScript> scripts, const std::string& room_of_all,
                       const Progress& progress, const std::string& memory_folder, const PlayLimits& limits) {
    if (agent_bytes().empty())
        throw model::CannotTell("this rmapcheck was built without the agent (it knows x86-64 only)");
    const auto begin = Clock::now();
    GuestRun result;
    result.traces.resize(scripts.size());
    std::vector<std::size_t> left;
    for (std::size_t i = 0; i < scripts.size(); ++i)
        if (scripts[i].unplayable.empty()) left.push_back(i);

    static std::atomic<unsigned> guests = 0;
    const unsigned number = guests++;
    const std::string room = fmt::format("{}/guest-{}-{}", room_of_all, getpid(), number);
    fs::create_directories(room);
    write_whole(room + "/initrd", guest::initrd_of(agent_bytes()));
    while (!left.empty()) {
        fs::remove(room + "/results");
        const std::string bytes = script_bytes(scripts, left);
        const Memory memory(memory_folder, kernel, bytes);
        ProgramEnd o;
        const bool remembered = memory.recall(room);
        if (remembered) {
            ++result.remembered;
        } else {
            write_whole(room + "/script", bytes);
            progress(fmt::format("playing {} traces in the guest", left.size()));
            o = boot(kernel, room, limits, progress, {fmt::format("guest {}", number + 1), 0, left.size(), "traces"});
            ++result.boots;
        }
        const bool done = read_results(room + "/results", scripts, result.traces);
        if (done && !remembered) memory.keep(room);
        read_log(room + "/log", result);
        std::erase_if(left, [&](std::size_t i) { return result.traces[i].begun; });
        if (done) continue; // some are left where it ended by itself
        std::size_t last = scripts.size();
        for (std::size_t i = 0; i < scripts.size(); ++i)
            if (result.traces[i].begun && !result.traces[i].ended && result.traces[i].broke_off.empty()) last = i;
        if (last == scripts.size()) {
            const std::string log = tail_of(room + "/log", 10);
            const std::string how = ending_of(o, limits, "", "/dev/null");
            fs::remove_all(room);
            throw model::CannotTell(
                "the kernel does not boot as far as the first trace: it " + how.substr(0, how.find('\n')), log);
        }
        if (!goes_on(result, last, left, ending_of(o, limits, owed(scripts[last], result.traces[last]), room + "/log"),
                     o.ending == Ending::given_up, limits))
            break;
    }
    if (!std::getenv("RMAPCHECK_KEEP_GUEST")) fs::remove_all(room); // what it was told and said (docs/guide.md)
    result.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    return result;
}

} // namespace checker::kernels::uml
