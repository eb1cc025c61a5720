#include "model/fail.h"

#include "model/text/printable.h"

namespace model {

std::string Failure::one_line(const std::string& wrong, const std::string& right, const FilePlace& p) {
    std::string line = printable(p.file);
    if (p.line) line += ":" + std::to_string(p.line) + ":" + std::to_string(p.column ? p.column : 1);
    line += (line.empty() ? "" : ": ") + printable(wrong);
    return right.empty() ? line : line + " (" + printable(right) + ")";
}

void defect(const char* what) { throw Broken(what); }

} // namespace model
