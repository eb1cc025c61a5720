#include "checker/search/shrink/playable.h"

#include "checker/search/random/generate.h"
#include "model/fail.h"

namespace checker::inline search {

void play_playable(model::Kernel& k, std::vector<model::Step>& steps,
                   const std::function<void(const model::Operation&)>& after) {
    std::erase_if(steps, [&](model::Step& step) {
        if (!by_kernel(step.op) && !find_process(k, step.pid)) return true; // throwing costs more than asking
        const model::Operation is = after ? stands_for(k, step.op) : step.op;
        try {
            keep_told(step, play(k, step));
        } catch (const model::BadInput&) {
            return true;
        }
        if (after) after(is);
        return false;
    });
}

} // namespace checker::inline search
