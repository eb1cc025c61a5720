#include "checker/kernels/agent/executor.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "checker/kernels/agent/embedded.h"

namespace checker::kernels {
namespace {

constexpr int answer_milliseconds = 20000;

// A file without a name, of this size, on a disk: on tmpfs it would be another class of memory.
int make_file(std::uint64_t size) {
    for (const char* folder : {std::getenv("TMPDIR"), static_cast<char*>(nullptr), const_cast<char*>("/var/tmp"),
                               const_cast<char*>("/tmp")}) {
        if (!folder) continue;
        const int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        if (fd < 0) continue;
        if (ftruncate(fd, static_cast<off_t>(size)) == 0) return fd;
        close(fd);
    }
    return -1;
}

// The agent as a file that can be executed, made once.
int agent_program() {
    static const int fd = [] {
        const auto bytes = agent_file();
        const int memory = bytes.empty() ? -1 : memfd_create("rmapcheck-agent", MFD_CLOEXEC);
        for (std::size_t done = 0; memory >= 0 && done < bytes.size();) {
            const ssize_t n = write(memory, bytes.data() + done, bytes.size() - done);
            if (n <= 0) return -1;
            done += static_cast<std::size_t>(n);
        }
        return memory;
    }();
    return fd;
}

// A copy of the descriptor that no agent::..._fd will be put over; the original is closed.
int out_of_the_way(int fd) {
    const int copy = fcntl(fd, F_DUPFD_CLOEXEC, agent::free_fd);
    close(fd);
    return copy;
}

bool write_all(int fd, const void* data, std::size_t size) {
    return send(fd, data, size, MSG_NOSIGNAL) == static_cast<ssize_t>(size);
}

bool read_all(int fd, void* data, std::size_t size) {
    for (std::size_t done = 0; done < size;) {
        pollfd p{fd, POLLIN, 0};
        const int ready = poll(&p, 1, answer_milliseconds);
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return false;
        const ssize_t n = read(fd, static_cast<char*>(data) + done, size - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        done += static_cast<std::size_t>(n);
    }
    return true;
}

bool greets(int fd) {
    agent::Reply reply{};
    return read_all(fd, &reply, sizeof reply) && reply.result == agent::ready;
}

int pidfd(pid_t pid) { return static_cast<int>(syscall(SYS_pidfd_open, pid, 0)); }

std::vector<int> allowed_cpus() {
    cpu_set_t set;
    std::vector<int> cpus;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
            if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
    return cpus;
}

// Traces name many files, and descriptors below agent::free_fd are spoken for.
void allow_many_descriptors() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= 2048) return;
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 2048);
    setrlimit(RLIMIT_NOFILE, &limit);
}

void run_on(std::span<const int> cpus) {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (int cpu : cpus) CPU_SET(cpu, &set);
    sched_setaffinity(0, sizeof set, &set);
}

} // namespace

Available<Executor> Executor::start(const Needs& needs, KsmControl* ksm, SwapControl* swap) {
    if (agent_program() < 0) return unavailable("the agent was not built for this machine (it knows x86-64 only)");
    if (needs.processes > agent::max_processes)
        return unavailable(fmt::format("more than {} processes", agent::max_processes));
    if (needs.files.size() > agent::max_files) return unavailable(fmt::format("more than {} files", agent::max_files));
    if (needs.file_size > (1ull << 40)) return unavailable("a file of more than 1 TiB");

    allow_many_descriptors();
    Executor e;
    e.ksm_ = ksm;
    e.swap_ = swap;
    e.so_far_.files = needs.files;
    std::vector<int> theirs;
    auto close_theirs = [&] { std::for_each(theirs.begin(), theirs.end(), [](int fd) { close(fd); }); };
    for (std::size_t i = 0; i < needs.processes; ++i) {
        int pair[2];
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
            close_theirs();
            return unavailable(fmt::format("no channel to a process ({})", std::strerror(errno)));
        }
        e.channels_.push_back(out_of_the_way(pair[0]));
        theirs.push_back(out_of_the_way(pair[1]));
    }
    for (std::int32_t number : needs.files) {
        const int fd = make_file(needs.file_size);
        struct stat s {};
        if (fd < 0 || fstat(fd, &s) != 0) {
            close_theirs();
            return unavailable("no temporary file can be made in TMPDIR or /var/tmp");
        }
        e.files_.push_back({number, out_of_the_way(fd), s.st_ino});
    }

    // New pages wait in a list of the CPU until it is drained, with a reference of that list: one CPU for all of us, so
    // that a fault that looks at the references can drain what it sees. (wp_can_reuse_anon_folio(), mm/memory.c)
    e.affinity_ = allowed_cpus();
    const int cpu[] = {sched_getcpu()};
    run_on(cpu);

    const int program = agent_program();
    static char name[] = "rmapcheck-agent";
    char* const arguments[] = {name, nullptr};
    char* const environment[] = {nullptr};
    const pid_t child = vfork();
    if (child == 0) {
        for (std::size_t i = 0; i < theirs.size(); ++i) dup2(theirs[i], agent::channel_fd + static_cast<int>(i));
        for (std::size_t i = 0; i < e.files_.size(); ++i) dup2(e.files_[i].fd, agent::file_fd + static_cast<int>(i));
        fexecve(program, arguments, environment);
        _exit(96);
    }
    const int error = errno;
    close_theirs();
    if (child < 0) return unavailable(fmt::format("no process can be made ({})", std::strerror(error)));
    e.group_ = child;
    e.processes_.push_back({1, child, 0, e.channels_[0], pidfd(child)});
    if (!greets(e.channels_[0])) return unavailable("the agent does not start here");
    return e;
}

Executor::Executor(Executor&& o) noexcept
    : ksm_(o.ksm_),
      swap_(o.swap_),
      group_(std::exchange(o.group_, 0)),
      processes_(std::exchange(o.processes_, {})),
      channels_(std::exchange(o.channels_, {})),
      so_far_(std::exchange(o.so_far_, {})),
      files_(std::exchange(o.files_, {})),
      affinity_(std::exchange(o.affinity_, {})) {}

Executor::~Executor() {
    for (const Process& p : processes_) syscall(SYS_pidfd_send_signal, p.handle, SIGKILL, nullptr, 0);
    for (const Process& p : processes_) { // until their address spaces are gone
        pollfd f{p.handle, POLLIN, 0};
        poll(&f, 1, answer_milliseconds);
        close(p.handle);
    }
    for (int fd : channels_) close(fd); // whoever is left ends by this
    for (const File& f : files_) close(f.fd);
    if (group_) waitpid(group_, nullptr, 0);
    if (!affinity_.empty()) run_on(affinity_);
}

Process* Executor::find(model::Pid pid) {
    for (Process& p : processes_)
        if (p.pid == pid) return &p;
    return nullptr;
}

std::size_t Executor::free_index() const {
    std::size_t index = 1;
    while (std::ranges::find(processes_, index, &Process::index) != processes_.end()) ++index;
    return std::min(index, channels_.size());
}

pid_t Executor::real_pid(model::Pid pid) const {
    const auto p = std::ranges::find(processes_, pid, &Process::pid);
    return p == processes_.end() ? 0 : p->real;
}

std::optional<std::int64_t> Executor::ask(const Process& process, const agent::Record& record) {
    agent::Reply reply{};
    if (!write_all(process.channel, &record, sizeof record)) return {};
    if (!read_all(process.channel, &reply, sizeof reply)) return {};
    return reply.result;
}

std::optional<std::int64_t> Executor::ask(const Process& process, agent::Order verb,
                                          std::initializer_list<std::uint64_t> args) {
    agent::Record record{verb, 0, 0, {}};
    std::copy(args.begin(), args.end(), record.a);
    return ask(process, record);
}

std::vector<std::optional<std::uint8_t>> Executor::peek(const Process& process, std::span<const std::uint64_t> pages) {
    constexpr std::size_t of_one = 7, at_once = 32; // of one order; orders before their answers are read
    std::vector<agent::Record> orders;
    for (std::size_t i = 0; i < pages.size();) {
        std::size_t n = 1;
        while (n < of_one && i + n < pages.size() && pages[i + n] == pages[i] + n * model::PAGE_SIZE) ++n;
        orders.push_back({agent::Order::peek, 0, 0, {pages[i], n}});
        i += n;
    }
    std::vector<std::optional<std::uint8_t>> bytes;
    for (std::size_t from = 0; from < orders.size(); from += at_once) {
        const auto now = std::span(orders).subspan(from, std::min(at_once, orders.size() - from));
        std::vector<agent::Reply> replies(now.size(), {-1});
        if (!write_all(process.channel, now.data(), now.size_bytes()) ||
            !read_all(process.channel, replies.data(), replies.size() * sizeof(agent::Reply)))
            replies.assign(now.size(), {-1});
        for (std::size_t o = 0; o < now.size(); ++o)
            for (std::size_t i = 0; i < now[o].a[1]; ++i)
                bytes.push_back(replies[o].result < 0
                                    ? std::nullopt
                                    : std::optional(static_cast<std::uint8_t>(replies[o].result >> (8 * i))));
    }
    return bytes;
}

std::int32_t Executor::file_of(std::uint64_t inode) const {
    for (const File& f : files_)
        if (f.inode == inode) return f.number;
    return -1;
}

} // namespace checker::kernels
