#!/bin/sh
# Makes again the pages for which real kernels are built and played in: kernels, in-flight and patches. Takes long, the
# first time most of all.
#
#     docs/reports/kernels.sh [RMAPCHECK [FOLDER [CACHE]]]
#
# FOLDER is where the documents are kept that the pages are made from: what is there is not made again. CACHE is where
# kernels are kept. 7.3 asks for one page offset itself, so that candidates are held to the walk of the kernels before.
set -eu
rmapcheck=$(realpath "${1:-build/rmapcheck}")
documents=$(realpath "${2:-$(mktemp -d)}")
mkdir -p "$documents"
cd "$(dirname "$0")/../.."

# Exit codes 0 (holds) and 1 (refuted) are answers.
document() {
    name=$1
    shift
    [ ! -s "$documents/$name.json" ] || return 0
    echo "$name" >&2
    status=0
    "$rmapcheck" gate --json --quiet --no-time --save "$documents/traces" ${cache:+--cache "$cache"} "$@" \
        > "$documents/$name.json.part" || status=$?
    [ "$status" -le 1 ] || { echo "$name: exit code $status" >&2; exit 1; }
    mv "$documents/$name.json.part" "$documents/$name.json"
}

cache=${3:-}
sequences=10000 # of each kernel: hours on a busy machine
released= candidates= campaigns= flights=
for version in 6.12 7.2 7.3; do
    document "$version" --kernel "debian-$version" --effects
    released="$released $documents/$version.json"
    document "$version-random" --kernel "debian-$version" --random "$sequences" --seed 1 \
        --trace corpora/history/01-mremap-then-merge.trace
    campaigns="$campaigns $documents/$version-random.json"
    document "$version-in-flight" --kernel "debian-$version" $(printf -- '--trace %s ' corpora/in-flight/*.trace)
    flights="$flights $documents/$version-in-flight.json"
    base=
    [ "$version" != 7.3 ] || base="--base corpora/patches/naive.edit"
    for patch in corpora/patches/*.edit; do
        name=$(basename "$patch" .edit)
        [ "$name" != naive ] || continue
        document "$version-$name" --kernel "debian-$version" $base --patch "$patch"
        candidates="$candidates $documents/$version-$name.json"
    done
done

from() { for file; do printf -- '--from %s ' "$file"; done; }
"$rmapcheck" report --page kernels $(from $released $campaigns) > docs/reports/kernels.md.new
mv docs/reports/kernels.md.new docs/reports/kernels.md
"$rmapcheck" report --page in-flight $(from $flights) > docs/reports/in-flight.md.new
mv docs/reports/in-flight.md.new docs/reports/in-flight.md
"$rmapcheck" report --page kernel-walks $(from $released) > docs/reports/kernel-walks.svg
"$rmapcheck" report --page campaigns $(from $campaigns) > docs/reports/campaigns.svg
"$rmapcheck" report --page patches $(from $released $candidates) > docs/reports/patches.md.new
mv docs/reports/patches.md.new docs/reports/patches.md
