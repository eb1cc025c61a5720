#include "checker/kernels/sight/reader.h"

#include <cstddef>

// Which registers a program may use after what, and how a map's memory is named: Documentation/bpf/ of Linux 6.12,
// standardization/instruction-set.rst and classic_vs_extended.rst.
namespace checker::kernels {
namespace {

// R0 takes what a helper returns and what the program returns; helpers take R1 to R5 and spoil them; R6 to R9 are kept;
// R10 is the end of the stack.
enum Register : std::uint8_t { R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, R10 };

bpf_insn instruction(int code, int to, int from, std::size_t offset, std::int32_t value) {
    bpf_insn i{};
    i.code = static_cast<std::uint8_t>(code);
    i.dst_reg = static_cast<std::uint8_t>(to) & 15;
    i.src_reg = static_cast<std::uint8_t>(from) & 15;
    i.off = static_cast<std::int16_t>(offset);
    i.imm = value;
    return i;
}

bpf_insn set(Register to, std::int32_t value) { return instruction(BPF_ALU64 | BPF_MOV | BPF_K, to, 0, 0, value); }
bpf_insn copy(Register to, Register from) { return instruction(BPF_ALU64 | BPF_MOV | BPF_X, to, from, 0, 0); }
bpf_insn add(Register to, std::int32_t value) { return instruction(BPF_ALU64 | BPF_ADD | BPF_K, to, 0, 0, value); }
// From memory at from + offset, and to memory at to + offset; 8 bytes or 4.
bpf_insn load8(Register to, Register from, std::size_t offset) {
    return instruction(BPF_LDX | BPF_MEM | BPF_DW, to, from, offset, 0);
}
bpf_insn load4(Register to, Register from, std::size_t offset) {
    return instruction(BPF_LDX | BPF_MEM | BPF_W, to, from, offset, 0);
}
bpf_insn store8(Register to, std::size_t offset, Register from) {
    return instruction(BPF_STX | BPF_MEM | BPF_DW, to, from, offset, 0);
}
bpf_insn store4(Register to, std::size_t offset, Register from) {
    return instruction(BPF_STX | BPF_MEM | BPF_W, to, from, offset, 0);
}
bpf_insn call(bpf_func_id helper) { return instruction(BPF_JMP | BPF_CALL, 0, 0, 0, helper); }
bpf_insn leave() { return instruction(BPF_JMP | BPF_EXIT, 0, 0, 0, 0); }

// A program, and jumps in it: a jump counts from the instruction after it.
struct Assembler {
    BpfProgram all;

    std::size_t here() const { return all.size(); }
    void put(std::initializer_list<bpf_insn> more) { all.insert(all.end(), more); }
    // Forward, to where land() is called with what this returns.
    std::size_t jump_if(int condition, Register a, Register b) {
        all.push_back(instruction(BPF_JMP | condition | BPF_X, a, b, 0, 0));
        return here() - 1;
    }
    std::size_t jump_if(int condition, Register a, std::int32_t b) {
        all.push_back(instruction(BPF_JMP | condition | BPF_K, a, 0, 0, b));
        return here() - 1;
    }
    void land(std::size_t jump) { all[jump].off = static_cast<std::int16_t>(here() - jump - 1); }
    void jump_back_if(int condition, Register a, std::int32_t b, std::size_t to) {
        all.push_back(instruction(BPF_JMP | condition | BPF_K, a, 0, to - here() - 1, b));
    }
};

} // namespace

BpfProgram program_that_reads(int map) {
    constexpr Register area = R6, i = R7, slot = R8;
    Assembler w;
    w.put({
        instruction(BPF_LD | BPF_IMM | BPF_DW, area, BPF_PSEUDO_MAP_VALUE, 0, map), // the address of the map's memory,
        instruction(0, 0, 0, 0, 0),                                                 // from its start (two words long)
        call(BPF_FUNC_get_current_task),
        store8(area, offsetof(ReaderArea, current_task), R0),
        set(i, 0),
        copy(slot, area),
        add(slot, offsetof(ReaderArea, slots)),
    });
    const std::size_t loop = w.here();
    w.put({load4(R1, area, offsetof(ReaderArea, count))});
    const std::size_t done = w.jump_if(BPF_JGE, i, R1);
    w.put({load4(R2, slot, offsetof(ReaderSlot, length))});
    const std::size_t fits = w.jump_if(BPF_JLE, R2, std::int32_t{ReaderSlot::max_length});
    w.put({set(R2, ReaderSlot::max_length)});
    w.land(fits);
    w.put({
        copy(R1, slot),
        add(R1, offsetof(ReaderSlot, data)),
        load8(R3, slot, offsetof(ReaderSlot, address)),
        call(BPF_FUNC_probe_read_kernel), // (R1 to, R2 bytes, R3 from)
        store4(slot, offsetof(ReaderSlot, error), R0),
        add(slot, sizeof(ReaderSlot)),
        add(i, 1),
    });
    w.jump_back_if(BPF_JLT, i, std::int32_t{ReaderArea::max_slots}, loop);
    w.land(done);
    w.put({set(R0, 0), leave()});
    return w.all;
}

BpfProgram program_that_lists_vmas(const KernelTypes& types) {
    constexpr Register context = R1, vma = R6, meta = R7;
    const auto on_stack = [](std::size_t member) { return member - sizeof(VmaHandle); };
    Assembler w;
    w.put({load8(vma, context, types.iterator.vma), load8(meta, context, types.iterator.meta)});
    const std::size_t after_the_last = w.jump_if(BPF_JEQ, vma, std::int32_t{0});
    w.put({
        store8(R10, on_stack(offsetof(VmaHandle, vma)), vma), load8(R2, vma, types.vma.vm_start),
        store8(R10, on_stack(offsetof(VmaHandle, start)), R2), load8(R2, vma, types.vma.vm_end),
        store8(R10, on_stack(offsetof(VmaHandle, end)), R2), load8(R2, vma, types.vma.vm_mm),
        store8(R10, on_stack(offsetof(VmaHandle, mm)), R2), load8(R1, meta, types.iterator.seq), copy(R2, R10),
        add(R2, -static_cast<std::int32_t>(sizeof(VmaHandle))), set(R3, sizeof(VmaHandle)),
        call(BPF_FUNC_seq_write), // (R1 seq_file, R2 from, R3 bytes)
    });
    w.land(after_the_last);
    w.put({set(R0, 0), leave()});
    return w.all;
}

} // namespace checker::kernels
