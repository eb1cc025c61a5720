// What a walk would reach on the kernel's own structures: rmap_walk_ksm() (mm/ksm.c) over a picture.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "checker/judge/judge.h"
#include "checker/kernels/sight/picture.h"

namespace checker::kernels {

// model::TreeQuery for a picture: which anon_vma's tree (0: none), which page offsets of it, and where its VMAs are
// looked at.
struct PictureQuery {
    Name anon_vma = 0;
    model::Interval pgoffs;
    LookAt place = LookAt::of_item;
};
// By the rmap_item's place in the node's list.
using Query = std::function<PictureQuery(std::size_t item)>;

// The entries that map the node's frame and that a walk with these queries reaches, in order, each once.
std::vector<MappedAt> reach(const Picture& picture, const NodePicture& node, const Query& query);

// The entries that map the frame.
std::vector<MappedAt> mapped(const Picture& picture, Name frame);

// How often each strategy was walked on a kernel's structures.
using WalksCompared = std::map<const Strategy*, std::uint64_t>;

// Every strategy of the session is walked on the real structures, with what the model recorded when it merged the page,
// and must find there what it finds in the model. Lines that say where it does not. The picture of the first machine
// agrees with `live`; one with another layout of rmap_items has scanned otherwise, perhaps, and its strategies are
// walked where its picture agrees as well.
std::vector<std::string> compare_walks(const Session& session, const Picture& live, WalksCompared& walks);

} // namespace checker::kernels
