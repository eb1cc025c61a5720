# Z3 4.8.12 (Debian: libz3-dev) is known to properties/proofs/solver.cpp only.
find_package(PkgConfig REQUIRED)
pkg_check_modules(Z3 REQUIRED IMPORTED_TARGET z3)
target_link_libraries(properties PUBLIC PkgConfig::Z3)
