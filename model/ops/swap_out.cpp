#include "model/ops/swap_out.h"

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

Result apply(Context c, const SwapOut& op) {
    Id<Folio> folio = page_of(c.k, op.pid.v, op.addr.v);
    if (!folio || !c.k.folios[folio].mapcount) return Errno::efault;
    return reclaim_folio(c.k, folio) ? Errno::ok : Errno::eagain;
}

Result apply(Context c, const SwapCacheDrop& op) {
    Id<Folio> folio = page_of(c.k, op.pid.v, op.addr.v);
    Id<Pte> pte = pte_at(c.k, find_process(c.k, op.pid.v), vpn(op.addr.v));
    if (!pte || c.k.ptes[pte].kind != Pte::Kind::swap) return Errno::efault;
    if (!folio) return Errno::enoent;
    if (c.k.folios[folio].mapcount) return Errno::ebusy;
    write_out(c.k, folio);
    return {};
}

Result apply(Context c, const Migrate& op) {
    Id<Folio> folio = page_of(c.k, op.pid.v, op.addr.v);
    if (!folio || !c.k.folios[folio].mapcount) return Errno::efault;
    return migrate_folio(c.k, folio) ? Errno::ok : Errno::eagain;
}

Result apply(Context c, const Walk& op) { return page_of(c.k, op.pid.v, op.addr.v) ? Errno::ok : Errno::efault; }

} // namespace model
