// The machine of the theorem about pages of files: one page-table entry, the page of a file that it maps, and the VMA
// around it, through every operation of the model.
//
// rmap_walk_file() asks i_mmap for folio->index, and vma_filebacked_address() says where the VMA has it; so whether it
// finds the entry depends on these three, as long as the VMA is in i_mmap by the interval that it has. That it is, the
// invariants of the model check in every state (model/invariants.cpp).
#pragma once

#include <string>
#include <vector>

#include "properties/proofs/arithmetic.h"
#include "properties/proofs/theorem.h"

namespace properties::proofs {

struct FilePage {
    Formula mapped; // the entry maps a page of the file
    model::VpnOf<Int> at;
    model::PgoffOf<Int> index; // folio->index of the page
    model::RangeOf<Int> v;     // the VMA around the entry
};

// An entry of which nothing is known; and what holds of every entry.
FilePage any_file_page();
Formula is_file_page(const FilePage& p);
// What the theorem rests on: the page lies in its VMA, which gives it its index by vm_pgoff.
Formula index_is_of_vm_pgoff(const FilePage& p);

// One way in which an operation changes it.
struct FileCase {
    std::string operation; // as traces write it
    std::string name;
    Formula guard;
    FilePage after;
};
// All of them; every operation of model/ops.h occurs.
std::vector<FileCase> file_cases(const FilePage& before);

} // namespace properties::proofs
