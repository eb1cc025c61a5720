// Where fields lie, by type information that is made here: of a kernel before 7.3 and of one since.
#include "checker/kernels/sight/kernel_types.h"

#include <bpf/btf.h>
#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "checker/kernels/sight/reader.h"

namespace checker::kernels {
namespace {

using Types = std::unique_ptr<btf, void (*)(btf*)>;
using Members = std::vector<const char*>;

// Members of 64 bits, one behind the other.
void add_struct(btf* types, int word, const char* name, const Members& members) {
    btf__add_struct(types, name, static_cast<unsigned>(8 * members.size()));
    unsigned bit = 0;
    for (const char* member : members) {
        btf__add_field(types, member, word, bit, 0);
        bit += 64;
    }
}

// What every kernel has; since 7.3 with two halves in the VMA, and with an index over the scanner's word of an item.
Types types_of(bool since_7_3) {
    Types types(btf__new_empty(), [](btf* b) { btf__free(b); });
    btf* t = types.get();
    const int word = btf__add_int(t, "unsigned long", 8, 0), half = btf__add_int(t, "unsigned int", 4, 0);
    btf__add_struct(t, "vm_area_struct", 72);
    unsigned bit = 0;
    for (const char* member :
         {"vm_start", "vm_end", "vm_mm", "vm_flags", "anon_vma", "anon_vma_chain", "vm_pgoff", "vm_file"})
        btf__add_field(t, member, word, std::exchange(bit, bit + 64), 0);
    if (since_7_3) {
        btf__add_field(t, "__vm_anon_pgoff_hi", half, bit, 0);
        btf__add_field(t, "__vm_anon_pgoff_lo", half, bit + 32, 0);
    }
    add_struct(t, word, "anon_vma", {"root", "parent", "refcount", "num_children", "num_active_vmas", "rb_root"});
    add_struct(t, word, "anon_vma_chain", {"vma", "anon_vma", "same_vma", "rb"});
    add_struct(t, word, "page", {"flags"});
    add_struct(t, word, "folio", {"flags", "mapping", "index", "_mapcount", "_refcount"});
    add_struct(t, word, "ksm_stable_node", {"hlist", "rmap_hlist_len"});
    const int scan = btf__add_union(t, "", 8);
    btf__add_field(t, "oldchecksum", half, 0, 0);
    if (since_7_3) btf__add_field(t, "linear_page_index", word, 0, 0);
    btf__add_struct(t, "ksm_rmap_item", 48);
    bit = 0;
    for (const char* member : {"anon_vma", "mm", "address"})
        btf__add_field(t, member, word, std::exchange(bit, bit + 64), 0);
    btf__add_field(t, "", scan, std::exchange(bit, bit + 64), 0);
    for (const char* member : {"head", "hlist"}) btf__add_field(t, member, word, std::exchange(bit, bit + 64), 0);
    add_struct(t, word, "task_struct", {"files"});
    add_struct(t, word, "files_struct", {"fdt"});
    add_struct(t, word, "fdtable", {"fd"});
    add_struct(t, word, "file", {"private_data"});
    add_struct(t, word, "pipe_inode_info", {"bufs"});
    add_struct(t, word, "pipe_buffer", {"page"});
    add_struct(t, word, "bpf_iter__task_vma", {"meta", "task", "vma"});
    add_struct(t, word, "bpf_iter_meta", {"seq"});
    btf__add_enum(t, "pageflags", 4);
    btf__add_enum_value(t, "PG_mappedtodisk", 21);
    btf__add_func(t, "bpf_iter_task_vma", BTF_FUNC_GLOBAL, btf__add_func_proto(t, word));
    return types;
}

void put(std::vector<unsigned char>& bytes, std::uint32_t at, std::uint32_t value) {
    std::memcpy(bytes.data() + at, &value, sizeof value);
}

KernelTypes found_in(bool since_7_3) {
    const auto found = kernel_types_in(*types_of(since_7_3));
    EXPECT_TRUE(found.has_value()) << found.error().reason;
    return found.value();
}

TEST(KernelTypes, HaveNoSecondOffsetBefore73) {
    const KernelTypes types = found_in(false);
    EXPECT_EQ(types.vma.vm_pgoff, 48u);
    EXPECT_EQ(types.anon_exclusive_bit, 21u);
    EXPECT_EQ(anon_pgoff_in(types, std::vector<unsigned char>(72, 0xff)), std::nullopt);
    EXPECT_EQ(recorded_index_in(types, std::vector<unsigned char>(48, 0xff)), std::nullopt);
    EXPECT_EQ(wanted_of_vma(types), 56u);
}

TEST(KernelTypes, HaveTheSecondOffsetInTwoHalvesAndTheIndexInAUnionSince73) {
    const KernelTypes types = found_in(true);
    std::vector<unsigned char> vma(72), item(48);
    put(vma, 64, 0x7);        // hi
    put(vma, 68, 0xf0001234); // lo
    EXPECT_EQ(anon_pgoff_in(types, vma), 0x7f0001234u);
    put(item, 24, 0x89abcdef);
    put(item, 28, 0x1);
    EXPECT_EQ(recorded_index_in(types, item), 0x189abcdefu);
    EXPECT_EQ(wanted_of_vma(types), 72u); // not all of a VMA may be read
    EXPECT_LE(wanted_of_vma(types), ReaderSlot::max_length);
}

TEST(KernelTypes, NameWhatIsMissing) {
    const Types empty(btf__new_empty(), [](btf* b) { btf__free(b); });
    const auto found = kernel_types_in(*empty);
    ASSERT_FALSE(found.has_value());
    EXPECT_NE(found.error().reason.find("is not among this kernel's types"), std::string::npos);
}

} // namespace
} // namespace checker::kernels
