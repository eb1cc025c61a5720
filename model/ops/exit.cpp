#include "model/ops/exit.h"

#include "model/process.h"

namespace model {

Result apply(Context c, const Exit&) {
    exit_process(c.k, c.mm);
    return {};
}

} // namespace model
