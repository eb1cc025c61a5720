#include "model/interval_tree.h"

namespace model {

void interval_tree_insert(Kernel& k, Id<Avc> avc) {
    Avc& a = k.avcs[avc];
    a.offsets = interval(k.vmas[a.vma].range);
    k.anon_vmas[a.anon_vma].tree.insert(k.avcs, avc);
}

void interval_tree_remove(Kernel& k, Id<Avc> avc) { k.anon_vmas[k.avcs[avc].anon_vma].tree.erase(k.avcs, avc); }

} // namespace model
