#include "model/ops/common.h"

#include <string>

#include "model/fault.h"

namespace model {

Result chosen_place(const Context& c, std::uint64_t length, const char* what) {
    if (!c.told) throw BadInput(std::string(what) + " goes where the kernel chooses", "write the result: = ADDRESS");
    if (c.told->error != Errno::ok) return *c.told;
    const std::uint64_t at = c.told->value;
    if (at % PAGE_SIZE || at > TASK_SIZE - length)
        throw BadInput(std::string(what) + " cannot have had this result",
                       "a page address below the end of user space");
    if (!range_is_free(c.k, c.mm, vpn(at), vpn(at + length)))
        throw BadInput(std::string(what) + " cannot have had this result: something is mapped there", "a free range");
    if (!can_be_chosen(c.k, c.mm, vpn(at), vpn(at + length)))
        throw BadInput(std::string(what) + " cannot have had this result: a stack above has its guard gap there",
                       "a range that is further away");
    return Result::of(at);
}

Errno populate(Kernel& k, Id<Mm> mm, Vpn start, Vpn end) {
    for (Vpn page = start; page < end; page += Pages{1}) {
        Id<Vma> vma = find_vma(k, mm, page);
        if (!vma || k.vmas[vma].range.start >= end) return Errno::ok;
        page = std::max(page, k.vmas[vma].range.start);
        const Access access = k.vmas[vma].flags & VM_WRITE ? Access::write : Access::read;
        if (Errno e = access_page(k, mm, page, access); e != Errno::ok) return e;
    }
    return Errno::ok;
}

} // namespace model
