# The parts of the C program that `export --to c` writes become bytes of the library kernels_export.

set(reproducer_from ${CMAKE_SOURCE_DIR}/checker/kernels/export)
set(reproducer_parts ksmd pages processes means watch main kselftest)
list(TRANSFORM reproducer_parts REPLACE "(.+)" "${reproducer_from}/reproducer/\\1.c")
set(reproducer_embedded ${CMAKE_CURRENT_BINARY_DIR}/reproducer_embedded.cpp)
add_custom_command(OUTPUT ${reproducer_embedded}
  COMMAND ${CMAKE_COMMAND} -DFROM=${reproducer_from}/reproducer -DOUT=${reproducer_embedded}
          -P ${reproducer_from}/embed.cmake
  DEPENDS ${reproducer_from}/embed.cmake ${CMAKE_SOURCE_DIR}/checker/kernels/bytes.cmake ${reproducer_parts} VERBATIM)
target_sources(kernels_export PRIVATE ${reproducer_embedded})
