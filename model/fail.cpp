#include "model/fail.h"

namespace model {

std::string Failure::one_line(const std::string& wrong, const std::string& right, const FilePlace& p) {
    std::string line = p.file;
    if (p.line) line += ":" + std::to_string(p.line) + ":" + std::to_string(p.column ? p.column : 1);
    line += (line.empty() ? "" : ": ") + wrong;
    return right.empty() ? line : line + " (" + right + ")";
}

void defect(const char* what) { throw Broken(what); }

} // namespace model
