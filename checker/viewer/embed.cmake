# Writes a C++ file with the bytes of the page. Run as: cmake -DFROM=… -DSCRIPTS=… -DOUT=… -P embed.cmake
include(${CMAKE_CURRENT_LIST_DIR}/../kernels/bytes.cmake)
set(arrays "")
set(functions "")
function(embed name)
  set(all "")
  foreach(path ${ARGN})
    bytes_of("${path}" text "char(0x" ")")
    string(APPEND all "${text}\n")
  endforeach()
  set(arrays "${arrays}constexpr char ${name}_bytes[] = {\n${all}0};\n" PARENT_SCOPE)
  set(functions "${functions}std::string_view ${name}() { return {${name}_bytes, sizeof ${name}_bytes - 1}; }\n" PARENT_SCOPE)
endfunction()
embed(page_html "${FROM}/page.html")
embed(page_css "${FROM}/page.css")
embed(page_js ${SCRIPTS})
file(WRITE "${OUT}" "#include \"checker/viewer/parts.h\"

namespace checker::inline viewer {
namespace {
${arrays}} // namespace
${functions}} // namespace checker::inline viewer
")
