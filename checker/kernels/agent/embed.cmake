# Writes a C++ file with the bytes of a file. Run as: cmake -DAGENT=… -DOUT=… -P embed.cmake
include(${CMAKE_CURRENT_LIST_DIR}/../bytes.cmake)
bytes_of("${AGENT}" agent "0x" "")
file(WRITE "${OUT}" "#include \"checker/kernels/agent/embedded.h\"

namespace checker::kernels {
namespace {
alignas(16) constexpr unsigned char agent[] = {
${agent}0};
} // namespace
std::span<const unsigned char> agent_file() { return {agent, sizeof agent - 1}; }
} // namespace checker::kernels
")
