// What must be undone however the program ends: by returning, by exit(), or by a signal that can be caught.
#pragma once

namespace checker::kernels {

// `undo` will be called at exit and on the usual signals until it is forgotten. It must be async-signal-safe and must
// bear being called twice. At most four may be remembered at a time.
void remember_to_undo(void (*undo)());
void forget_to_undo(void (*undo)());

} // namespace checker::kernels
