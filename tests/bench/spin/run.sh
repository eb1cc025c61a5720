#!/bin/sh
# Searches small.pml with Spin, and the same operations with explore: run.sh RMAPCHECK [PAGES] [DEPTH]
# One thread each. Says so if Spin or a C compiler is not there; that is no error.
set -eu
rmapcheck=$1 pages=${2:-2} depth=${3:-8}
model=$(cd "$(dirname "$0")" && pwd)/small.pml
cc=${CC:-cc}
for tool in spin "$cc"; do
    command -v "$tool" >/dev/null || { echo "spin: not measured, there is no $tool (Debian package spin)"; exit 0; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
spin -a -DPAGES="$pages" "$model"
"$cc" -O2 -w -DSAFETY -DBFS -o shortest pan.c
"$cc" -O2 -w -DSAFETY -o all pan.c
./shortest >shortest.txt 2>&1
echo "spin, breadth first: linear-index is refuted by $(($(sed -n 's/.*(at depth \([0-9]*\)).*/\1/p' shortest.txt) + 1)) operations"
/usr/bin/env time -p ./all -A -m10000000 >all.txt 2>time.txt
awk '/states, stored$/ { states = $1 } /transitions \(=/ { transitions = $1 }
     FILENAME == "time.txt" && /^user/ { user = $2 }
     END { printf "spin, all: %d states, %d transitions, %.2f s of CPU time: %.0f transitions a second\n",
                  states, transitions, user, transitions / (user > 0 ? user : 0.01) }' all.txt time.txt
/usr/bin/env time -p "$rmapcheck" explore --strategy two-pass --threads 1 --pages "$pages" --processes 2 --depth "$depth" --scans 2 \
    --ops mmap,munmap,madvise,store,mremap,fork,ksmd --advice MERGEABLE --json >explore.json 2>time.txt || true
awk '/"states":/ && !s { s = $2 + 0 } /"transitions":/ { if ($2 + 0 > t) t = $2 + 0 }
     FILENAME == "time.txt" && /^user/ { user = $2 }
     END { printf "explore, depth %s: %d states, %d transitions, %.2f s of CPU time: %.0f transitions a second\n",
                  depth, s, t, user, t / (user > 0 ? user : 0.01) }' depth="$depth" explore.json time.txt
