/* Eyes inside the kernel: the VMAs of a process by their addresses, and kernel memory at given addresses. Both only
 * read. The fields named here are found in the running kernel by its BTF (CO-RE); all others are looked up in user
 * space (kernel_types.cpp). */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "reader_layout.h"

#define CORE __attribute__((preserve_access_index))

struct seq_file;
struct mm_struct;
struct task_struct;
struct CORE vm_area_struct {
    unsigned long vm_start, vm_end;
    struct mm_struct *vm_mm;
};
struct CORE bpf_iter_meta {
    struct seq_file *seq;
};
struct CORE bpf_iter__task_vma {
    struct bpf_iter_meta *meta;
    struct task_struct *task;
    struct vm_area_struct *vma;
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(map_flags, BPF_F_MMAPABLE);
    __uint(max_entries, 1);
    __type(key, unsigned int);
    __type(value, struct reader_area);
} area SEC(".maps");

SEC("iter/task_vma")
int vmas(struct bpf_iter__task_vma *ctx) {
    struct vm_area_struct *vma = ctx->vma;
    if (!vma) return 0;
    struct reader_vma line = {(unsigned long)vma, vma->vm_start, vma->vm_end, (unsigned long)vma->vm_mm};
    bpf_seq_write(ctx->meta->seq, &line, sizeof line);
    return 0;
}

SEC("syscall")
int read_memory(void *ctx) {
    unsigned int zero = 0;
    struct reader_area *a = bpf_map_lookup_elem(&area, &zero);
    if (!a) return 1;
    a->current_task = bpf_get_current_task();
    for (unsigned int i = 0; i < READER_SLOTS; ++i) {
        if (i >= a->count) break;
        struct reader_slot *s = &a->slots[i];
        unsigned int length = s->length;
        if (length > READER_BYTES) length = READER_BYTES;
        s->error = (int)bpf_probe_read_kernel(s->data, length, (const void *)s->address);
    }
    return 0;
}

char LICENSE[] SEC("license") = "GPL";
