// mremap: mm/mremap.c.
#pragma once

#include <tuple>

#include "model/ops/fields.h"

namespace model {

struct Mremap {
    Address old_addr;
    Length old_length;
    Length new_length;
    MremapBits flags;
    Address new_addr; // may be left out of the text without MREMAP_FIXED

    static constexpr std::string_view name = "mremap";
    static constexpr bool by_kernel = false;
    static constexpr Returns returns = Returns::address;
    static constexpr auto fields =
        std::tuple{&Mremap::old_addr, &Mremap::old_length, &Mremap::new_length, &Mremap::flags, &Mremap::new_addr};
    static constexpr std::size_t optional_fields = 1;
    static constexpr bool needs_optional(const Mremap& op) { return op.flags.v & mremap_fixed; }
    static constexpr std::string_view without_optional = "MREMAP_FIXED without a new address";
    friend bool operator==(const Mremap&, const Mremap&) = default;
};

// Returns the new address. EINVAL, EFAULT, ENOMEM; a failure part of the way leaves what was moved or unmapped before.
// Where the kernel chooses the destination, the trace states it.
Result apply(Context c, const Mremap& op);
Moving begin(Context c, const Mremap& op);
void advance(Kernel& k, Moving& m);

} // namespace model
