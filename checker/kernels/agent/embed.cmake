# Writes a C++ file with the bytes of files. Run as: cmake -DAGENT=… -DBPF=… -DABSENCE=… -DOUT=… -P embed.cmake
include(${CMAKE_CURRENT_LIST_DIR}/../bytes.cmake)
bytes_of("${AGENT}" agent "0x" "")
bytes_of("${BPF}" bpf "0x" "")
file(WRITE "${OUT}" "#include \"checker/kernels/agent/embedded.h\"

namespace checker::kernels {
namespace {
alignas(16) constexpr unsigned char agent[] = {
${agent}0};
alignas(16) constexpr unsigned char bpf[] = {
${bpf}0};
} // namespace
std::span<const unsigned char> agent_file() { return {agent, sizeof agent - 1}; }
std::span<const unsigned char> bpf_file() { return {bpf, sizeof bpf - 1}; }
const char* bpf_absence() { return \"${ABSENCE}\"; }
} // namespace checker::kernels
")
