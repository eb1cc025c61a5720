# Writes a C++ file with the bytes of files. Run as: cmake -DFROM=… -DOUT=… -P embed.cmake
include(${CMAKE_CURRENT_LIST_DIR}/../bytes.cmake)
set(arrays "")
set(functions "")
function(embed name path)
  bytes_of("${path}" text "char(0x" ")")
  set(arrays "${arrays}constexpr char ${name}_bytes[] = {\n${text}0};\n" PARENT_SCOPE)
  set(functions "${functions}std::string_view ${name}() { return {${name}_bytes, sizeof ${name}_bytes - 1}; }\n" PARENT_SCOPE)
endfunction()
embed(rmapcheck_c "${FROM}/rmapcheck.c")
embed(flights_c "${FROM}/flights.c")
embed(points_edit "${FROM}/points.edit")
embed(observe_edit "${FROM}/observe.edit")
embed(fixes_edit "${FROM}/fixes.edit")
embed(kernel_config "${FROM}/config")
file(WRITE "${OUT}" "#include \"checker/kernels/uml/embedded.h\"

namespace checker::kernels::uml {
namespace {
${arrays}} // namespace
${functions}} // namespace checker::kernels::uml
")
