# The parts of `gate --kernel` that are not ordinary C++ files: the texts that are put into the private copy of a kernel
# tree. They become bytes of the library kernels_uml.

set(guest_texts kernel/rmapcheck.c kernel/flights.c kernel/points.edit kernel/observe.edit kernel/fixes.edit kernel/config)
list(TRANSFORM guest_texts PREPEND ${CMAKE_SOURCE_DIR}/checker/kernels/guest/)
set(guest_embedded ${CMAKE_CURRENT_BINARY_DIR}/guest_embedded.cpp)
add_custom_command(OUTPUT ${guest_embedded}
  COMMAND ${CMAKE_COMMAND} -DFROM=${CMAKE_SOURCE_DIR}/checker/kernels/guest/kernel -DOUT=${guest_embedded}
          -P ${CMAKE_SOURCE_DIR}/checker/kernels/uml/embed.cmake
  DEPENDS ${CMAKE_SOURCE_DIR}/checker/kernels/uml/embed.cmake ${CMAKE_SOURCE_DIR}/checker/kernels/bytes.cmake ${guest_texts} VERBATIM)
target_sources(kernels_uml PRIVATE ${guest_embedded})
