#include "model/ops/swap_out.h"

#include "model/locks.h"
#include "model/ops/migrate.h"
#include "model/ops/page_of.h"
#include "model/ops/swap_cache_drop.h"
#include "model/ops/walk.h"
#include "model/page_table.h"
#include "model/rmap.h"

namespace model {

Id<Folio> page_of(const Kernel& k, Pid pid, std::uint64_t address) {
    Id<Mm> mm = find_process(k, pid);
    if (!mm) throw BadInput("process " + std::to_string(pid) + " does not exist here", "one that fork() made");
    Id<Pte> pte = pte_at(k, mm, vpn(address));
    if (!pte) return {};
    const Pte& p = k.ptes[pte];
    if (p.kind == Pte::Kind::present) return p.folio;
    return p.kind == Pte::Kind::swap ? k.swaps[p.swap].folio : Id<Folio>::none();
}

Reclaiming begin(Context c, const SwapOut& op) {
    const Id<Folio> folio = page_of(c.k, op.pid.v, op.addr.v);
    if (folio && c.k.folios[folio].mapcount) return begin_reclaim(c.k, folio);
    Reclaiming none;
    none.over = true;
    none.result = Errno::efault;
    return none;
}
Result apply(Context c, const SwapOut& op) { return to_the_end(c.k, begin(c, op)); }

Result apply(Context c, const SwapCacheDrop& op) {
    Id<Folio> folio = page_of(c.k, op.pid.v, op.addr.v);
    Id<Pte> pte = pte_at(c.k, find_process(c.k, op.pid.v), vpn(op.addr.v));
    if (!pte || c.k.ptes[pte].kind != Pte::Kind::swap) return Errno::efault;
    if (!folio) return Errno::enoent;
    if (c.k.folios[folio].mapcount || c.k.folios[folio].locked || c.k.folios[folio].pins) return Errno::ebusy;
    write_out(c.k, folio);
    return {};
}

Migrating begin(Context c, const Migrate& op) {
    const Id<Folio> folio = page_of(c.k, op.pid.v, op.addr.v);
    if (folio && c.k.folios[folio].mapcount) return begin_migration(c.k, folio);
    Migrating none;
    none.over = true;
    none.result = Errno::efault;
    return none;
}
Result apply(Context c, const Migrate& op) { return to_the_end(c.k, begin(c, op)); }

Result apply(Context c, const Walk& op) {
    const Id<Folio> folio = page_of(c.k, op.pid.v, op.addr.v);
    if (!folio) return Errno::efault;
    need_folio_lock(c.k, folio);
    return {};
}

} // namespace model
