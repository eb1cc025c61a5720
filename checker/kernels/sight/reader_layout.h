/* What the BPF programs of reader.bpf.c and kernel_memory.cpp share. C, for both. */
#ifndef RMAPCHECK_READER_LAYOUT_H
#define RMAPCHECK_READER_LAYOUT_H

#define READER_SLOTS 64u
#define READER_BYTES 192u /* the most that is read at one address */

struct reader_slot {
    unsigned long long address; /* in the kernel */
    unsigned int length;        /* at most READER_BYTES */
    int error;                  /* 0 or -EFAULT */
    unsigned char data[READER_BYTES];
};

struct reader_area {
    unsigned int count; /* slots to be read */
    unsigned int unused;
    unsigned long long current_task; /* struct task_struct of the reader */
    struct reader_slot slots[READER_SLOTS];
};

/* One for each VMA of a process, in address order. */
struct reader_vma {
    unsigned long long vma; /* struct vm_area_struct */
    unsigned long long start, end;
    unsigned long long mm;
};

#endif
