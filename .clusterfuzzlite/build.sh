#!/bin/bash
# Builds the targets of tests/fuzz for ClusterFuzzLite, which says with what ($CC, $CXX, $CFLAGS, $CXXFLAGS,
# $LIB_FUZZING_ENGINE) and where to ($OUT; $WORK for scratch). Beside them: their seeds, and the corpora, whose causes are
# the known ones. Called in the root of the sources.
set -eu
out=$(realpath "$OUT")
build=$(realpath "$WORK")/build
# The libraries that are linked are made for GNU's standard library.
cmake -G Ninja -S . -B "$build" -DCMAKE_BUILD_TYPE=None -DCMAKE_C_COMPILER="$CC" -DCMAKE_CXX_COMPILER="$CXX" \
    -DCMAKE_C_FLAGS="$CFLAGS" -DCMAKE_CXX_FLAGS="${CXXFLAGS//-stdlib=libc++/}" \
    -DCMAKE_EXE_LINKER_FLAGS='-Wl,-rpath,$ORIGIN/lib' \
    -DRMAPCHECK_FUZZ=ON -DRMAPCHECK_FUZZING_ENGINE="$LIB_FUZZING_ENGINE" -DRMAPCHECK_UNITY=ON
cmake --build "$build" --target fuzz_targets

mkdir -p "$out/lib"
for target in sequence trace expectations strace edit diff; do # not mail: there is no git where they run
    cp "$build/tests/fuzz/fuzz_$target" "$out/"
    printf '[libfuzzer]\nmax_len = 8192\ntimeout = 20\nrss_limit_mb = 2048\n' > "$out/fuzz_$target.options"
done
# They run in an image that does not have these.
ldd "$out/fuzz_sequence" | awk '/lib(fmt|xxhash|stdc\+\+|gcc_s)\.so/ {print $3}' | xargs -I{} cp -L {} "$out/lib/"
rm -rf "$out/corpora"
cp -r corpora "$out/corpora"
for target in sequence trace; do
    rm -f "$out/fuzz_${target}_seed_corpus.zip"
    zip -q -j "$out/fuzz_${target}_seed_corpus.zip" corpora/found/*.trace corpora/history/*.trace corpora/operations/*.trace
done
