// What a walk would reach on the kernel's own structures: rmap_walk_ksm() (mm/ksm.c) over a picture.
#pragma once

#include <functional>
#include <vector>

#include "checker/judge/page_tables.h"
#include "checker/kernels/sight/picture.h"
#include "model/arithmetic/pgoff.h"

namespace checker::kernels {

// Which page offsets a strategy asks an rmap_item's tree for, by the item's place in the node's list.
using Query = std::function<model::Interval(std::size_t item)>;

// The entries that map the node's frame and that a walk with these queries reaches, in order, each once.
std::vector<MappedAt> reach(const Picture& picture, const NodePicture& node, const Query& query);

// The entries that map the frame.
std::vector<MappedAt> mapped(const Picture& picture, Name frame);

// Strategies whose question is one interval for each item are walked on the real structures, with what the model recorded
// when it merged the page, and must find there what they find in the model. Lines that say where they do not. Both
// pictures agree.
std::vector<std::string> compare_walks(const model::Kernel& k, const Picture& live, std::uint64_t& walks);

} // namespace checker::kernels
