// file-from-start: the start of the VMA taken for the start of the file.
//
// The idea: page n of the file is page n of the mapping.
//
// Origin: what one writes who has only seen whole files mapped.
//
// For: true of every mapping with offset 0, and those are most.
// Against: a mapping of a part of the file, and what is left of one whose beginning was unmapped or has moved.
#include "checker/walks/walks.h"

namespace checker::inline walks {

Strategy file_from_start() {
    return {.name = "file-from-start",
            .idea = "folio->index in i_mmap, and looked at so many pages behind the start of the VMA",
            .origin = "a likely mistake",
            .kind = &file_backed,
            .of_file = {.place = FileSpot::from_start},
            .asks = {{.words = "`folio->index` in the i_mmap of `folio->mapping`, at `vm_start` and so many pages"}},
            .bound = {at_index_in_file},
            .facts = {Fact::memory},
            .known = "loses mappings that do not begin at the start of the file"};
}

} // namespace checker::inline walks
