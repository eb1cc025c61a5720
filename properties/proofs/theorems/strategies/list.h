// One theorem for each strategy of the catalogue.
#pragma once

#include "properties/proofs/inductive.h"
#include "properties/proofs/scripts.h"

namespace properties::proofs::theorems {

const Theorem& naive();
const Theorem& addr_shift();
const Theorem& two_pass();
const Theorem& remap_bit();
const Theorem& vm_pgoff();
const Theorem& linear_index();
const Theorem& linear_index_union();
const Theorem& orig_vma();
const Theorem& anon_index();
const Theorem& anon_vm_pgoff();
const Theorem& file_index();

// In the order of the catalogue.
std::span<const Theorem* const> strategies();

// An exception with the story that shows its need.
inline Exception unless(std::string operation, std::string name, std::string premise,
                        Formula (*holds)(const Pair&, const Case&), scripts::Story story, std::string part = "") {
    return {std::move(operation), std::move(name), std::move(premise), holds,
            story.playable,       story.trace,     std::move(part)};
}

} // namespace properties::proofs::theorems
