#include "checker/kernels/sight/kernel_types.h"

#include <bpf/btf.h>

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>

#include <fmt/format.h>

namespace checker::kernels {
namespace {

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
    // Of a member that not every kernel has.
    std::optional<std::uint32_t> maybe(const char* type, const char* name) const {
        const std::int32_t id = btf__find_by_name_kind(types, type, BTF_KIND_STRUCT);
        if (id <= 0) return {};
        return inside(static_cast<std::uint32_t>(id), name);
    }
    std::uint32_t offset(const char* type, std::initializer_list<const char*> names) {
        for (const char* name : names)
            if (const auto at = maybe(type, name)) return *at;
        missing = fmt::format("{}.{}", type, *names.begin());
        return 0;
    }
    std::uint32_t size(const char* type) {
        const std::int32_t id = btf__find_by_name_kind(types, type, BTF_KIND_STRUCT);
        if (id > 0) return btf__type_by_id(types, static_cast<std::uint32_t>(id))->size;
        missing = type;
        return 0;
    }
    std::uint32_t function(const char* name) {
        const std::int32_t id = btf__find_by_name_kind(types, name, BTF_KIND_FUNC);
        if (id <= 0) missing = name;
        return id > 0 ? static_cast<std::uint32_t>(id) : 0;
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
    k.vma = {l.size("vm_area_struct"),
             l.offset("vm_area_struct", {"anon_vma"}),
             l.offset("vm_area_struct", {"anon_vma_chain"}),
             l.offset("vm_area_struct", {"vm_pgoff"}),
             l.offset("vm_area_struct", {"vm_flags"}),
             l.offset("vm_area_struct", {"vm_start"}),
             l.offset("vm_area_struct", {"vm_end"}),
             l.offset("vm_area_struct", {"vm_mm"}),
             l.maybe("vm_area_struct", "__vm_anon_pgoff_lo"),
             l.maybe("vm_area_struct", "__vm_anon_pgoff_hi")};
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
                   l.offset("ksm_rmap_item", {"hlist"}),
                   l.maybe("ksm_rmap_item", "linear_page_index")};
    k.pipe = {l.offset("task_struct", {"files"}),    l.offset("files_struct", {"fdt"}),
              l.offset("fdtable", {"fd"}),           l.offset("file", {"private_data"}),
              l.offset("pipe_inode_info", {"bufs"}), l.offset("pipe_buffer", {"page"})};
    k.iterator = {l.function("bpf_iter_task_vma"), l.offset("bpf_iter__task_vma", {"meta"}),
                  l.offset("bpf_iter__task_vma", {"vma"}), l.offset("bpf_iter_meta", {"seq"})};
    k.anon_exclusive_bit = l.enumerator("pageflags", {"PG_anon_exclusive", "PG_mappedtodisk"});
    return k;
}

} // namespace

Available<KernelTypes> kernel_types_in(const btf& types) {
    Lookup lookup{&types, {}};
    const KernelTypes found = look_up(lookup);
    if (!lookup.missing.empty()) return unavailable(fmt::format("{} is not among this kernel's types", lookup.missing));
    return found;
}

Available<KernelTypes> running_kernel_types() {
    const std::unique_ptr<btf, void (*)(btf*)> kernel(btf__load_vmlinux_btf(), [](btf* b) { btf__free(b); });
    if (!kernel) return unavailable("this kernel has no BTF");
    return kernel_types_in(*kernel);
}

std::uint32_t wanted_of_vma(const KernelTypes& types) {
    const auto& v = types.vma;
    const std::uint32_t words[] = {v.anon_vma, v.anon_vma_chain, v.vm_pgoff, v.vm_flags, v.vm_start, v.vm_end, v.vm_mm};
    std::uint32_t end = *std::ranges::max_element(words) + 8;
    for (const auto& half : {v.anon_pgoff_lo, v.anon_pgoff_hi})
        if (half) end = std::max(end, *half + 4);
    return end;
}

std::optional<std::uint64_t> anon_pgoff_in(const KernelTypes& types, const std::vector<unsigned char>& vma) {
    if (!types.vma.anon_pgoff_lo) return {};
    const std::uint64_t low = field<std::uint32_t>(vma, *types.vma.anon_pgoff_lo);
    const std::uint64_t high = types.vma.anon_pgoff_hi ? field<std::uint32_t>(vma, *types.vma.anon_pgoff_hi) : 0;
    return high << 32 | low;
}

std::optional<std::uint64_t> recorded_index_in(const KernelTypes& types, const std::vector<unsigned char>& rmap_item) {
    if (!types.rmap_item.linear_page_index) return {};
    return field<std::uint64_t>(rmap_item, *types.rmap_item.linear_page_index);
}

} // namespace checker::kernels
