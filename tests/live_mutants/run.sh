#!/bin/bash
# Runs every mutant that was built against the running kernel, and prints what was found, after how long, and the
# minimal trace. Ends with 1 if one was not found in its time.
#
#     run.sh BUILD/tests/live_mutants [SECONDS [SEED [NAME...]]]
set -u
build=${1:?the build directory of the mutants}; seconds=${2:-120}; seed=${3:-1}
shift $(($# < 3 ? $# : 3))
missed=0
while IFS=$'\x1f' read -r name options file from to; do
    [[ $# -gt 0 && " $* " != *" $name "* ]] && continue
    printf '\n== %s\n%s: "%s" became "%s"\n' "$name" "$file" "$from" "$to"
    trace=$(mktemp) && rm "$trace"
    # shellcheck disable=SC2086 # options are words
    text=$("$build/live_$name" replay --random $options --seconds "$seconds" --seed "$seed" --save "$trace" 2>&1)
    status=$?
    if [[ $status -eq 1 ]] && grep -q 'differs after' <<<"$text"; then
        grep -E '^run .* differs after' <<<"$text"
        sed -n '/^1 \|^[0-9*]* [a-z_]*(/p' "$trace"
    else
        printf 'NOT FOUND (exit %s): %s\n' "$status" "$(tail -n 2 <<<"$text" | tr '\n' ' ')"
        missed=1
    fi
    rm -f "$trace"
done < "$build/mutants.txt"
exit "$missed"
