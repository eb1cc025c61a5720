#include "checker/kernels/sight/kernel_memory.h"

#include "checker/kernels/agent/embedded.h"

#ifdef RMAPCHECK_BPF

#include <bpf/bpf.h>
#include <bpf/btf.h>
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
#include "checker/kernels/sight/reader_layout.h"

namespace checker::kernels {
namespace {

int quiet(enum libbpf_print_level, const char*, va_list) { return 0; }

// Where members lie, also inside unnamed structs and unions. What is not there is remembered by name.
struct Lookup {
    const btf* types;
    std::string missing;

    std::optional<std::uint32_t> inside(std::uint32_t type, const char* name) const {
        const btf_type* t = btf__type_by_id(types, type);
        while (t && (btf_is_mod(t) || btf_is_typedef(t))) t = btf__type_by_id(types, type = t->type);
        if (!t || !btf_is_composite(t)) return {};
        const btf_member* m = btf_members(t);
        for (std::uint32_t i = 0; i < btf_vlen(t); ++i) {
            const std::uint32_t at = btf_member_bit_offset(t, i) / 8;
            const char* n = btf__name_by_offset(types, m[i].name_off);
            if (n && std::strcmp(n, name) == 0) return at;
            if (n && *n) continue;
            if (const auto deeper = inside(m[i].type, name)) return at + *deeper;
        }
        return {};
    }
    std::uint32_t offset(const char* type, std::initializer_list<const char*> names) {
        const std::int32_t id = btf__find_by_name_kind(types, type, BTF_KIND_STRUCT);
        for (const char* name : names)
            if (id > 0)
                if (const auto at = inside(static_cast<std::uint32_t>(id), name)) return *at;
        missing = fmt::format("{}.{}", type, *names.begin());
        return 0;
    }
    std::uint32_t size(const char* type) {
        const std::int32_t id = btf__find_by_name_kind(types, type, BTF_KIND_STRUCT);
        if (id > 0) return btf__type_by_id(types, static_cast<std::uint32_t>(id))->size;
        missing = type;
        return 0;
    }
    std::uint32_t enumerator(const char* type, std::initializer_list<const char*> names) {
        const std::int32_t id = btf__find_by_name_kind(types, type, BTF_KIND_ENUM);
        if (id > 0) {
            const btf_type* t = btf__type_by_id(types, static_cast<std::uint32_t>(id));
            for (const char* name : names)
                for (std::uint32_t i = 0; i < btf_vlen(t); ++i)
                    if (std::strcmp(btf__name_by_offset(types, btf_enum(t)[i].name_off), name) == 0)
                        return static_cast<std::uint32_t>(btf_enum(t)[i].val);
        }
        missing = *names.begin();
        return 0;
    }
};

KernelTypes look_up(Lookup& l) {
    KernelTypes k{};
    k.vma = {l.size("vm_area_struct"), l.offset("vm_area_struct", {"anon_vma"}),
             l.offset("vm_area_struct", {"anon_vma_chain"}), l.offset("vm_area_struct", {"vm_pgoff"}),
             l.offset("vm_area_struct", {"vm_flags"})};
    k.anon_vma = {l.size("anon_vma"),
                  l.offset("anon_vma", {"root"}),
                  l.offset("anon_vma", {"parent"}),
                  l.offset("anon_vma", {"refcount"}),
                  l.offset("anon_vma", {"num_children"}),
                  l.offset("anon_vma", {"num_active_vmas"}),
                  l.offset("anon_vma", {"rb_root"})};
    k.avc = {l.size("anon_vma_chain"), l.offset("anon_vma_chain", {"vma"}), l.offset("anon_vma_chain", {"anon_vma"}),
             l.offset("anon_vma_chain", {"same_vma"}), l.offset("anon_vma_chain", {"rb"})};
    // The first part of a folio lies over its struct page.
    k.page = {l.size("page"),
              l.offset("folio", {"flags"}),
              l.offset("folio", {"mapping"}),
              l.offset("folio", {"index"}),
              l.offset("folio", {"_mapcount"}),
              l.offset("folio", {"_refcount"})};
    k.stable_node = {l.size("ksm_stable_node"), l.offset("ksm_stable_node", {"hlist"}),
                     l.offset("ksm_stable_node", {"rmap_hlist_len"})};
    k.rmap_item = {l.size("ksm_rmap_item"),
                   l.offset("ksm_rmap_item", {"mm"}),
                   l.offset("ksm_rmap_item", {"address"}),
                   l.offset("ksm_rmap_item", {"anon_vma"}),
                   l.offset("ksm_rmap_item", {"head"}),
                   l.offset("ksm_rmap_item", {"hlist"})};
    k.pipe = {l.offset("task_struct", {"files"}),    l.offset("files_struct", {"fdt"}),
              l.offset("fdtable", {"fd"}),           l.offset("file", {"private_data"}),
              l.offset("pipe_inode_info", {"bufs"}), l.offset("pipe_buffer", {"page"})};
    k.anon_exclusive_bit = l.enumerator("pageflags", {"PG_anon_exclusive", "PG_mappedtodisk"});
    return k;
}

} // namespace

struct KernelMemory::Inside {
    bpf_object* object = nullptr;
    bpf_program* reader = nullptr;
    bpf_program* iterator = nullptr;
    reader_area* area = nullptr;
    std::map<pid_t, bpf_link*> links;
    KernelTypes types{};
    KernelPointer vmemmap = 0;

    ~Inside() {
        for (auto& [pid, link] : links) bpf_link__destroy(link);
        if (area) munmap(area, sizeof *area);
        if (object) bpf_object__close(object);
    }

    std::optional<std::string> load() {
        const auto bytes = bpf_file();
        object = bpf_object__open_mem(bytes.data(), bytes.size(), nullptr);
        if (!object) return "the BPF object cannot be read";
        if (const int error = bpf_object__load(object))
            return fmt::format("BPF programs cannot be loaded ({})", std::strerror(-error));
        reader = bpf_object__find_program_by_name(object, "read_memory");
        iterator = bpf_object__find_program_by_name(object, "vmas");
        const int map = bpf_object__find_map_fd_by_name(object, "area");
        void* at = mmap(nullptr, sizeof *area, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
        if (at == MAP_FAILED) return fmt::format("the BPF map cannot be mapped ({})", std::strerror(errno));
        area = static_cast<reader_area*>(at);
        return {};
    }

    bool run() {
        bpf_test_run_opts options{};
        options.sz = sizeof options;
        return bpf_prog_test_run_opts(bpf_program__fd(reader), &options) == 0 && options.retval == 0;
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

std::variant<KernelMemory, Unavailable> KernelMemory::open() {
    if (bpf_file().empty()) return Unavailable{bpf_absence()};
    if (geteuid() != 0) return Unavailable{"BPF needs root"};
    libbpf_set_print(quiet);
    btf* kernel = btf__load_vmlinux_btf();
    if (!kernel) return Unavailable{"this kernel has no BTF"};
    Lookup lookup{kernel, {}};
    KernelMemory m;
    m.in_->types = look_up(lookup);
    btf__free(kernel);
    if (!lookup.missing.empty()) return Unavailable{fmt::format("{} is not among this kernel's types", lookup.missing)};
    if (m.in_->types.vma.size > READER_BYTES && m.in_->types.vma.vm_pgoff + 8 > READER_BYTES)
        return Unavailable{"struct vm_area_struct is larger than expected"};
    if (const auto why = m.in_->load()) return Unavailable{*why};
    if (const auto why = m.in_->find_vmemmap()) return Unavailable{*why};
    return m;
}

const KernelTypes& KernelMemory::types() const { return in_->types; }
KernelPointer KernelMemory::page_of(std::uint64_t frame) const { return in_->vmemmap + frame * in_->types.page.size; }

void KernelMemory::forget(pid_t pid) {
    if (const auto link = in_->links.find(pid); link != in_->links.end()) {
        bpf_link__destroy(link->second);
        in_->links.erase(link);
    }
}

std::vector<VmaHandle> KernelMemory::vmas(pid_t pid) {
    bpf_link*& link = in_->links[pid];
    if (!link) {
        bpf_iter_link_info info{};
        info.task.pid = static_cast<std::uint32_t>(pid);
        bpf_iter_attach_opts options{};
        options.sz = sizeof options;
        options.link_info = &info;
        options.link_info_len = sizeof info;
        link = bpf_program__attach_iter(in_->iterator, &options);
        if (!link) return {};
    }
    const int fd = bpf_iter_create(bpf_link__fd(link));
    if (fd < 0) return {};
    std::vector<VmaHandle> all;
    std::vector<unsigned char> bytes;
    unsigned char buffer[4096];
    for (ssize_t n; (n = ::read(fd, buffer, sizeof buffer)) > 0 || (n < 0 && errno == EAGAIN);)
        if (n > 0) bytes.insert(bytes.end(), buffer, buffer + n);
    close(fd);
    for (std::size_t i = 0; i + sizeof(reader_vma) <= bytes.size(); i += sizeof(reader_vma)) {
        reader_vma line;
        std::memcpy(&line, bytes.data() + i, sizeof line);
        all.push_back({line.vma, line.start, line.end, line.mm});
    }
    return all;
}

std::vector<std::vector<unsigned char>> KernelMemory::read(std::span<const KernelPointer> at, std::uint32_t length) {
    if (length > READER_BYTES) length = READER_BYTES;
    std::vector<std::vector<unsigned char>> all;
    reader_area& area = *in_->area;
    while (!at.empty()) {
        const std::size_t n = std::min<std::size_t>(at.size(), READER_SLOTS);
        area.count = static_cast<std::uint32_t>(n);
        for (std::size_t i = 0; i < n; ++i) {
            area.slots[i].address = at[i];
            area.slots[i].length = length;
            area.slots[i].error = -1;
        }
        const bool good = in_->run();
        for (std::size_t i = 0; i < n; ++i) {
            const reader_slot& s = area.slots[i];
            all.emplace_back();
            if (good && s.error == 0) all.back().assign(s.data, s.data + length);
        }
        at = at.subspan(n);
    }
    return all;
}

} // namespace checker::kernels

#else // without libbpf or clang the level `kernel` is absent

namespace checker::kernels {

struct KernelMemory::Inside {};
KernelMemory::KernelMemory() = default;
KernelMemory::KernelMemory(KernelMemory&&) noexcept = default;
KernelMemory& KernelMemory::operator=(KernelMemory&&) noexcept = default;
KernelMemory::~KernelMemory() = default;
std::variant<KernelMemory, Unavailable> KernelMemory::open() { return Unavailable{bpf_absence()}; }
const KernelTypes& KernelMemory::types() const {
    static const KernelTypes none{};
    return none;
}
KernelPointer KernelMemory::page_of(std::uint64_t) const { return 0; }
void KernelMemory::forget(pid_t) {}
std::vector<VmaHandle> KernelMemory::vmas(pid_t) { return {}; }
std::vector<std::vector<unsigned char>> KernelMemory::read(std::span<const KernelPointer>, std::uint32_t) { return {}; }

} // namespace checker::kernels

#endif
