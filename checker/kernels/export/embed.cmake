# Writes a C++ file with the bytes of the parts of the reproducer. Run as: cmake -DFROM=… -DOUT=… -P embed.cmake
include(${CMAKE_CURRENT_LIST_DIR}/../bytes.cmake)
set(arrays "")
set(functions "")
foreach(part ksmd pages processes means watch main kselftest)
  bytes_of("${FROM}/${part}.c" text "char(0x" ")")
  string(APPEND arrays "constexpr char ${part}_c[] = {\n${text}0};\n")
  string(APPEND functions "std::string_view reproducer_${part}() { return {${part}_c, sizeof ${part}_c - 1}; }\n")
endforeach()
file(WRITE "${OUT}" "#include \"checker/kernels/export/reproducer.h\"

namespace checker::kernels {
namespace {
${arrays}} // namespace
${functions}} // namespace checker::kernels
")
