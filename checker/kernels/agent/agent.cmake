# The part of `replay` that is not an ordinary C++ file: the agent, a freestanding executable, also the init of the guests
# of `gate --kernel`. It becomes bytes of the library kernels_agent, and is also a file of its own, build/rmapcheck-agent.

set(agent_flags -ffreestanding -fPIE -O2 -fvisibility=hidden -fno-exceptions -fno-rtti -fno-stack-protector
    -fno-asynchronous-unwind-tables -fcf-protection=none -fno-sanitize=all -U_FORTIFY_SOURCE
    -fno-builtin)
set(agent "")
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64" AND CMAKE_SYSTEM_NAME STREQUAL "Linux")
  set(agent_program checker/kernels/agent/program)
  add_executable(rmapcheck-agent ${agent_program}/start.cc ${agent_program}/process.cc ${agent_program}/channel.cc
    ${agent_program}/init.cc ${agent_program}/flight.cc ${agent_program}/observe.cc)
  target_include_directories(rmapcheck-agent PRIVATE ${CMAKE_SOURCE_DIR})
  target_compile_options(rmapcheck-agent PRIVATE ${agent_flags})
  # Loaded out of the way of what it maps first, also in a guest; no writable segment, nothing from libc.
  target_link_options(rmapcheck-agent PRIVATE -static -no-pie -nostdlib -nostartfiles -fno-sanitize=all
    -Wl,-Ttext-segment=0x7800000000 -Wl,-z,noseparate-code -Wl,--build-id=none)
  set(agent $<TARGET_FILE:rmapcheck-agent>)
endif()

set(embedded ${CMAKE_CURRENT_BINARY_DIR}/embedded.cpp)
add_custom_command(OUTPUT ${embedded}
  COMMAND ${CMAKE_COMMAND} "-DAGENT=${agent}" -DOUT=${embedded}
          -P ${CMAKE_SOURCE_DIR}/checker/kernels/agent/embed.cmake
  DEPENDS ${CMAKE_SOURCE_DIR}/checker/kernels/agent/embed.cmake ${CMAKE_SOURCE_DIR}/checker/kernels/bytes.cmake $<TARGET_NAME_IF_EXISTS:rmapcheck-agent> VERBATIM)
target_sources(kernels_agent PRIVATE ${embedded})
