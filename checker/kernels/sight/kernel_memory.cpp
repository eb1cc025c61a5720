#include "checker/kernels/sight/kernel_memory.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "checker/kernels/sight/frames.h"

namespace checker::kernels {
namespace {

int quiet(enum libbpf_print_level, const char*, va_list) { return 0; }

} // namespace

struct KernelMemory::Inside {
    int map = -1, reader = -1, iterator = -1; // file descriptors
    ReaderArea* area = nullptr;
    std::map<pid_t, int> links;
    KernelTypes types{};
    KernelPointer vmemmap = 0;

    ~Inside() {
        for (const auto& [pid, link] : links)
            if (link >= 0) close(link);
        if (area) munmap(area, sizeof *area);
        for (const int fd : {map, reader, iterator})
            if (fd >= 0) close(fd);
    }

    // Why not, if it cannot be.
    std::optional<std::string> load() {
        bpf_map_create_opts shared{};
        shared.sz = sizeof shared;
        shared.map_flags = BPF_F_MMAPABLE;
        map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "reader_area", sizeof(std::uint32_t), sizeof *area, 1, &shared);
        if (map < 0) return fmt::format("no BPF map ({})", std::strerror(errno));
        void* at = mmap(nullptr, sizeof *area, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
        if (at == MAP_FAILED) return fmt::format("the BPF map cannot be mapped ({})", std::strerror(errno));
        area = static_cast<ReaderArea*>(at);

        bpf_prog_load_opts call{}, iterate{};
        call.sz = iterate.sz = sizeof call;
        call.prog_flags = BPF_F_SLEEPABLE; // as all programs of this type are
        iterate.expected_attach_type = BPF_TRACE_ITER;
        iterate.attach_btf_id = types.iterator.function;
        reader = load(BPF_PROG_TYPE_SYSCALL, "read_memory", program_that_reads(map), call);
        if (reader >= 0) iterator = load(BPF_PROG_TYPE_TRACING, "list_vmas", program_that_lists_vmas(types), iterate);
        if (iterator < 0) return fmt::format("BPF programs cannot be loaded ({})", std::strerror(errno));
        return {};
    }

    // The helpers that it calls are for programs under the GPL.
    static int load(bpf_prog_type type, const char* name, const BpfProgram& program,
                    const bpf_prog_load_opts& options) {
        return bpf_prog_load(type, name, "GPL", program.data(), program.size(), &options);
    }

    bool run() {
        bpf_test_run_opts options{};
        options.sz = sizeof options;
        return bpf_prog_test_run_opts(reader, &options) == 0 && options.retval == 0;
    }

    // The descriptor of what lists a process's VMAs; negative if it cannot be had.
    int link(pid_t pid) {
        bpf_iter_link_info info{};
        info.task.pid = static_cast<std::uint32_t>(pid);
        bpf_link_create_opts options{};
        options.sz = sizeof options;
        options.iter_info = &info;
        options.iter_info_len = sizeof info;
        return bpf_link_create(iterator, 0, BPF_TRACE_ITER, &options);
    }

    KernelPointer pointer_at(KernelPointer at) {
        area->count = 1;
        area->slots[0].address = at;
        area->slots[0].length = sizeof(KernelPointer);
        KernelPointer value = 0;
        if (run() && area->slots[0].error == 0) std::memcpy(&value, area->slots[0].data, sizeof value);
        return value;
    }

    // A page of ours in a pipe of ours: the kernel's structures say where its struct page is, pagemap says its frame.
    std::optional<std::string> find_vmemmap() {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0) return "no pipe";
        void* page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
        const iovec v{page, 1};
        const bool held = page != MAP_FAILED && vmsplice(ends[1], &v, 1, 0) == 1;
        const auto address = reinterpret_cast<std::uint64_t>(page);
        const auto entry = read_pagemap(getpid(), address, address + 4096);
        KernelPointer struct_page = 0;
        if (held && run()) {
            const auto& p = types.pipe;
            const KernelPointer table = pointer_at(pointer_at(area->current_task + p.files) + p.fdt);
            const KernelPointer file = pointer_at(pointer_at(table + p.fd) + static_cast<unsigned>(ends[0]) * 8u);
            struct_page = pointer_at(pointer_at(pointer_at(file + p.private_data) + p.bufs) + p.page);
        }
        if (page != MAP_FAILED) munmap(page, 4096);
        close(ends[0]);
        close(ends[1]);
        if (!struct_page || entry.empty() || !entry[0].present() || !entry[0].frame())
            return "struct page cannot be found";
        vmemmap = struct_page - entry[0].frame() * types.page.size;
        return {};
    }
};

KernelMemory::KernelMemory() : in_(std::make_unique<Inside>()) {}
KernelMemory::KernelMemory(KernelMemory&&) noexcept = default;
KernelMemory& KernelMemory::operator=(KernelMemory&&) noexcept = default;
KernelMemory::~KernelMemory() = default;

Available<KernelMemory> KernelMemory::open() {
    if (geteuid() != 0) return unavailable("BPF needs root");
    libbpf_set_print(quiet);
    const auto types = running_kernel_types();
    if (!types) return unavailable(types.error());
    KernelMemory m;
    m.in_->types = *types;
    if (wanted_of_vma(m.in_->types) > ReaderSlot::max_length)
        return unavailable("struct vm_area_struct is larger than expected");
    if (const auto why = m.in_->load()) return unavailable(*why);
    if (const auto why = m.in_->find_vmemmap()) return unavailable(*why);
    return m;
}

const KernelTypes& KernelMemory::types() const { return in_->types; }
KernelPointer KernelMemory::page_of(std::uint64_t frame) const { return in_->vmemmap + frame * in_->types.page.size; }

void KernelMemory::forget(pid_t pid) {
    if (const auto link = in_->links.find(pid); link != in_->links.end()) {
        if (link->second >= 0) close(link->second);
        in_->links.erase(link);
    }
}

std::vector<VmaHandle> KernelMemory::vmas(pid_t pid) {
    const auto [link, unknown] = in_->links.try_emplace(pid, -1);
    if (unknown) link->second = in_->link(pid);
    if (link->second < 0) {
        in_->links.erase(link);
        return {};
    }
    const int fd = bpf_iter_create(link->second);
    if (fd < 0) return {};
    std::vector<VmaHandle> all;
    std::vector<unsigned char> bytes;
    unsigned char buffer[4096];
    for (ssize_t n; (n = ::read(fd, buffer, sizeof buffer)) > 0 || (n < 0 && errno == EAGAIN);)
        if (n > 0) bytes.insert(bytes.end(), buffer, buffer + n);
    close(fd);
    all.resize(bytes.size() / sizeof(VmaHandle));
    if (!all.empty()) std::memcpy(all.data(), bytes.data(), all.size() * sizeof(VmaHandle));
    return all;
}

std::vector<std::vector<unsigned char>> KernelMemory::read(std::span<const KernelPointer> at, std::uint32_t length) {
    if (length > ReaderSlot::max_length) length = ReaderSlot::max_length;
    std::vector<std::vector<unsigned char>> all;
    ReaderArea& area = *in_->area;
    while (!at.empty()) {
        const std::size_t n = std::min<std::size_t>(at.size(), ReaderArea::max_slots);
        area.count = static_cast<std::uint32_t>(n);
        for (std::size_t i = 0; i < n; ++i) {
            area.slots[i].address = at[i];
            area.slots[i].length = length;
            area.slots[i].error = -1;
        }
        const bool good = in_->run();
        for (std::size_t i = 0; i < n; ++i) {
            const ReaderSlot& s = area.slots[i];
            all.emplace_back();
            if (good && s.error == 0) all.back().assign(s.data, s.data + length);
        }
        at = at.subspan(n);
    }
    return all;
}

} // namespace checker::kernels
