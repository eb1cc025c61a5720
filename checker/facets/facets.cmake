# One header that includes every file of checker/facets/fields and checker/facets/ops: what is asked of a type or an operation
# is answered in its own file, which needs a line in no list.
file(GLOB facet_files CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}
  ${CMAKE_SOURCE_DIR}/checker/facets/fields/*.h ${CMAKE_SOURCE_DIR}/checker/facets/ops/*.h)
list(TRANSFORM facet_files REPLACE "(.+)" "#include \"\\1\"")
list(JOIN facet_files "\n" facet_includes)
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/checker/facets/every.h
  CONTENT "#pragma once\n${facet_includes}\n" @ONLY)
target_include_directories(facets PRIVATE ${CMAKE_BINARY_DIR}/generated)
