// file-one-of-process: one look for each process.
//
// The idea: a process maps a page of a file once. When one of its VMAs was looked at, the others are passed over.
//
// Origin: try_to_unmap() stops when the page is not mapped any more; who stops by processes saves the rest, too.
//
// For: with shared libraries and mapped data it is so.
// Against: a process may map the same page of a file twice: two calls of mmap, or mremap with an old length of 0.
#include "checker/walks/walks.h"

namespace checker::inline walks {

Strategy file_one_of_process() {
    return {.name = "file-one-of-process",
            .idea = "folio->index in i_mmap, and of each process the first VMA only",
            .origin = "a likely short cut",
            .kind = &file_backed,
            .of_file = {.one_of_process = true},
            .asks = {{.words = "`folio->index` in the i_mmap of `folio->mapping`, the first VMA of each process"}},
            .bound = {at_index_in_file},
            .facts = {Fact::memory},
            .known = "loses a page of which a process has two VMAs"};
}

} // namespace checker::inline walks
