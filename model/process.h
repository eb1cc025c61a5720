// Processes: fork and exit.
#pragma once

#include "model/kernel.h"

namespace model {

// dup_mm(), which can be in flight. The pid must be free.
Forking begin_fork(Kernel& k, Id<Mm> parent, Pid pid);
void advance(Kernel& k, Forking& f);

// dup_mm(): dup_mmap(), anon_vma_fork(), copy_page_range(), ksm_fork(). The pid must be free.
Id<Mm> fork_process(Kernel& k, Id<Mm> parent, Pid pid);

// mmput() of the last user: ksm_exit(), exit_mmap(). The process is gone afterwards; its Mm stays while ksmd holds it.
void exit_process(Kernel& k, Id<Mm> mm);

} // namespace model
