#include "checker/kernels/export/reproducer.h"

#include "model/fail.h"

namespace checker::kernels {

std::string reproducer(std::string_view tables, AsWhat ending) {
    constexpr std::string_view mark = "/* @tables */\n";
    std::string text(reproducer_ksmd());
    const std::size_t at = text.find(mark);
    model::require(at != std::string::npos, "the reproducer has no place for its tables");
    text.replace(at, mark.size(), tables);
    text += reproducer_pages();
    text += reproducer_processes();
    text += reproducer_means();
    text += reproducer_watch();
    text += ending == AsWhat::main ? reproducer_main() : reproducer_kselftest();
    return text;
}

} // namespace checker::kernels
