#!/bin/sh
# Starts every exported C program in guests of four kernels, and prints the document that
# `rmapcheck report --page programs` makes its page of. Takes minutes; kernels are kept in CACHE.
#
#     tests/programs.sh UNIT_TESTS CACHE > programs.json
set -eu
[ $# -eq 2 ] || { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
RMAPCHECK_TEST_PROGRAMS=all RMAPCHECK_TEST_CACHE=$2 RMAPCHECK_DOCUMENTS=$folder \
    "$1" --gtest_filter=GateKernel.EveryProgramSaysWhatTheModelSays >&2
cat "$folder/programs.json"
