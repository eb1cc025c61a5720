# Writes a C++ file with the bytes of files. Run as: cmake -DAGENT=… -DBPF=… -DABSENCE=… -DOUT=… -P embed.cmake
function(bytes_of path result)
  set(text "")
  if(path)
    file(READ "${path}" hex HEX)
    string(REGEX REPLACE "(..)" "0x\\1," text "${hex}")
    string(REGEX REPLACE "(................................................................................)" "\\1\n" text "${text}")
  endif()
  set(${result} "${text}" PARENT_SCOPE)
endfunction()
bytes_of("${AGENT}" agent)
bytes_of("${BPF}" bpf)
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
