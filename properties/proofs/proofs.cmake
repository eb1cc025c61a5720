# Z3 4.8.12 (Debian: libz3-dev) is known to properties/proofs/solver.cpp only.
find_package(PkgConfig REQUIRED)
pkg_check_modules(Z3 REQUIRED IMPORTED_TARGET z3)
target_link_libraries(properties PUBLIC PkgConfig::Z3)
# Theorems give the same names to the same parts, each in its own file.
file(GLOB_RECURSE theorems CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/theorems/*.cpp)
set_source_files_properties(${theorems} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
