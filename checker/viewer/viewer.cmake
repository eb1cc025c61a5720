# The parts of the page that `--html` writes become bytes of the library viewer. The script is several files, one after
# the other.

set(page_from ${CMAKE_SOURCE_DIR}/checker/viewer/page)
set(page_scripts data names picture pages_of_vma walk list main)
list(TRANSFORM page_scripts REPLACE "(.+)" "${page_from}/\\1.js")
set(page_embedded ${CMAKE_CURRENT_BINARY_DIR}/page_embedded.cpp)
add_custom_command(OUTPUT ${page_embedded}
  COMMAND ${CMAKE_COMMAND} -DFROM=${page_from} "-DSCRIPTS=${page_scripts}" -DOUT=${page_embedded}
          -P ${CMAKE_SOURCE_DIR}/checker/viewer/embed.cmake
  DEPENDS ${CMAKE_SOURCE_DIR}/checker/viewer/embed.cmake ${CMAKE_SOURCE_DIR}/checker/kernels/bytes.cmake ${page_scripts}
          ${page_from}/page.html ${page_from}/page.css VERBATIM)
target_sources(viewer PRIVATE ${page_embedded})
