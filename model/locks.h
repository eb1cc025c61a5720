// Locks, as far as what an operation in flight holds keeps others from going on (model/flight.h). Where the kernel
// waits for one of these, the rule asks here. An operation that is not in flight takes and gives back all of its locks
// within one step, so that nobody ever waits for it.
//
// VMA locks are left out: a fault waits for the mmap_lock of a process where the kernel might go on under that of its
// VMA.
#pragma once

#include "model/fail.h"
#include "model/kernel.h"

namespace model {

// The step cannot be played now: something in flight holds what it needs.
struct WouldWait : BadInput {
    using BadInput::BadInput;
};

// Each throws WouldWait if an operation in flight holds the lock against the caller.
void wait_for_mmap_lock(const Kernel& k, Id<Mm> mm);
void wait_for_anon_vma_write_lock(const Kernel& k, Id<AnonVma> anon_vma);
void wait_for_i_mmap_write_lock(const Kernel& k, Id<File> file);
void wait_for_folio_lock(const Kernel& k, Id<Folio> folio);
void wait_for_ksm_thread_mutex(const Kernel& k);

// mmap_read_lock(), mmap_write_lock(): what holds it in flight holds it for writing.
inline void need_mmap_lock(const Kernel& k, Id<Mm> mm) {
    if (!k.flights.empty()) [[unlikely]]
        wait_for_mmap_lock(k, mm);
}
// anon_vma_lock_write(): walks hold it for reading. Of all anon_vmas of one root there is one lock.
inline void need_anon_vma_write_lock(const Kernel& k, Id<AnonVma> anon_vma) {
    if (!k.flights.empty()) [[unlikely]]
        wait_for_anon_vma_write_lock(k, anon_vma);
}
// i_mmap_lock_write(): walks of the file's pages hold it for reading.
inline void need_i_mmap_write_lock(const Kernel& k, Id<File> file) {
    if (!k.flights.empty()) [[unlikely]]
        wait_for_i_mmap_write_lock(k, file);
}
// folio_lock(). folio_trylock() fails where Folio::locked is set.
inline void need_folio_lock(const Kernel& k, Id<Folio> folio) {
    if (!k.flights.empty()) [[unlikely]]
        wait_for_folio_lock(k, folio);
}
// mutex_lock(&ksm_thread_mutex): a scan holds it.
inline void need_ksm_thread_mutex(const Kernel& k) {
    if (!k.flights.empty()) [[unlikely]]
        wait_for_ksm_thread_mutex(k);
}

} // namespace model
