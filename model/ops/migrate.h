// migrate: one page moves to another frame, if the walk finds every entry. mm/migrate.c.
#pragma once

#include <tuple>

#include "model/ops/fields.h"

namespace model {

struct Migrate {
    PidArg pid;
    Address addr;

    static constexpr std::string_view name = "migrate";
    static constexpr bool by_kernel = true;
    static constexpr auto fields = std::tuple{&Migrate::pid, &Migrate::addr};
    friend bool operator==(const Migrate&, const Migrate&) = default;
};

// 0 if it moved. EFAULT if no page is mapped there; EAGAIN if an entry was missed: it stays where it is.
Result apply(Context c, const Migrate& op);
Migrating begin(Context c, const Migrate& op);

} // namespace model
