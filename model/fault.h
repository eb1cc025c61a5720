// Page faults: what a read, a write or an unsharing of one page does. mm/memory.c.
#pragma once

#include "model/kernel.h"
#include "model/result.h"

namespace model {

enum class Access : std::uint8_t { read, write };

// One access of a process to a page, with everything that its faults do: stack growth, new pages, copies, swap-in.
// EFAULT where the process would get SIGSEGV or SIGBUS.
Errno access_page(Kernel& k, Id<Mm> mm, Vpn page, Access access);

// Writes `byte` to the whole page, as the process would.
Errno store_page(Kernel& k, Id<Mm> mm, Vpn page, std::uint8_t byte);

// break_ksm(), mm/ksm.c: if the page is a KSM page or KSM-placed zero page, it becomes an ordinary page of its own
// (FAULT_FLAG_UNSHARE). Swap entries are not seen. Returns whether it did so.
bool break_ksm(Kernel& k, Id<Vma> vma, Vpn page);

// A swap entry that stands for a KSM page of the swap cache becomes a page of its own (Mends::read_back_swap).
void read_back(Kernel& k, Id<Vma> vma, Vpn page);

} // namespace model
