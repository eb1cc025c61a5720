# The parts of `gate --kernel` that are not ordinary C++ files: the guest's init, a freestanding executable, and the texts
# that are put into the private copy of a kernel tree. All become bytes of the library kernels_uml.

set(guest_init "")
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64" AND CMAKE_SYSTEM_NAME STREQUAL "Linux")
  set(guest_init_sources checker/kernels/uml/init/init.cc checker/kernels/uml/init/observe.cc checker/kernels/uml/init/process.cc)
  add_executable(rmapcheck-init ${guest_init_sources})
  target_include_directories(rmapcheck-init PRIVATE ${CMAKE_SOURCE_DIR})
  target_compile_options(rmapcheck-init PRIVATE -ffreestanding -fPIE -O2 -fvisibility=hidden -fno-exceptions -fno-rtti
    -fno-stack-protector -fno-asynchronous-unwind-tables -fcf-protection=none -fno-sanitize=all -U_FORTIFY_SOURCE
    -fno-builtin)
  # Where it is loaded is kernels::uml::link_start; no writable segment, nothing from libc.
  target_link_options(rmapcheck-init PRIVATE -static -no-pie -nostdlib -nostartfiles -fno-sanitize=all
    -Wl,-Ttext-segment=0x7800000000 -Wl,-z,noseparate-code -Wl,--build-id=none)
  set(guest_init $<TARGET_FILE:rmapcheck-init>)
endif()

set(guest_texts kernel/rmapcheck.c kernel/observe.edit kernel/fixes.edit kernel/config)
list(TRANSFORM guest_texts PREPEND ${CMAKE_SOURCE_DIR}/checker/kernels/uml/)
set(guest_embedded ${CMAKE_CURRENT_BINARY_DIR}/guest_embedded.cpp)
add_custom_command(OUTPUT ${guest_embedded}
  COMMAND ${CMAKE_COMMAND} "-DINIT=${guest_init}" -DFROM=${CMAKE_SOURCE_DIR}/checker/kernels/uml/kernel -DOUT=${guest_embedded}
          -P ${CMAKE_SOURCE_DIR}/checker/kernels/uml/embed.cmake
  DEPENDS ${CMAKE_SOURCE_DIR}/checker/kernels/uml/embed.cmake ${guest_texts} $<TARGET_NAME_IF_EXISTS:rmapcheck-init> VERBATIM)
target_sources(kernels_uml PRIVATE ${guest_embedded})
