#!/bin/sh
# Makes again what costs seconds: the pages that need the corpora only, and what README.md shows of the program.
#
#     docs/reports/make.sh [RMAPCHECK]
#
# Pages that are made from documents of long runs say in their second paragraph which command prints these.
set -eu
rmapcheck=$(realpath "${1:-build/rmapcheck}")
cd "$(dirname "$0")/../.."
for page in findings strategies; do
    "$rmapcheck" report --page "$page" > "docs/reports/$page.md.new"
    mv "docs/reports/$page.md.new" "docs/reports/$page.md"
done
awk -v rmapcheck="$rmapcheck" '
    /^<!-- output: / {
        arguments = substr($0, 14, length($0) - 17)
        print; getline; print; fflush()
        system("'\''" rmapcheck "'\'' " arguments " 2>/dev/null")
        while ((getline line) > 0 && line != "```");
        $0 = "```"
    }
    { print }' README.md > README.md.new
mv README.md.new README.md
