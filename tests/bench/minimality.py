#!/usr/bin/env python3
"""For each refuted strategy: the smallest scope in which `explore` reaches its shortest counterexample.

    minimality.py RMAPCHECK [DEPTH] > table.md

The default scope (with one file, for what only a file shows) gives the length. Then everything is left out of the scope
that can be: pages, processes, scans, advice, operations; until nothing more can go without the length growing.
"""
import json
import subprocess
import sys

RMAPCHECK = sys.argv[1]
DEPTH = sys.argv[2] if len(sys.argv) > 2 else "6"
# Strategy, and what its row starts from.
ROWS = [("addr-shift", {"files": 1, "depth": 4}), ("addr-shift", {}), ("vm-pgoff", {}), ("orig-vma", {}), ("linear-index", {}),
        ("linear-index-union", {}), ("remap-bit", {})]
OPS = "mmap munmap mprotect madvise mremap fork exit store load ksmd swap_out".split()
ADVICE = "MERGEABLE UNMERGEABLE DONTNEED".split()


def command(strategy, scope):
    words = ["rmapcheck", "explore", "--strategy", strategy]
    for key in ("depth", "processes", "pages", "files", "scans"):
        words += [f"--{key}", str(scope[key])]
    return words + ["--ops", ",".join(scope["ops"]), "--advice", ",".join(scope["advice"])]


def explore(strategy, scope):
    run = subprocess.run([RMAPCHECK] + command(strategy, scope)[1:] + ["--json"], capture_output=True, text=True, check=False)
    if run.returncode not in (0, 1):
        sys.exit(f"{' '.join(command(strategy, scope))}: exit {run.returncode}\n{run.stderr}")
    report = json.loads(run.stdout)["explore"]
    row = next(r for r in report["strategies"] if r["strategy"] == strategy)
    return report["searches"][0], (row["counterexamples"] or [None])[0]


def smaller(scope):
    for key, least in (("pages", 1), ("processes", 1), ("scans", 1), ("files", 0)):
        if scope[key] > least:
            yield {**scope, key: scope[key] - 1}
    for key in ("advice", "ops"):
        for name in scope[key]:
            if len(scope[key]) > 1:
                yield {**scope, key: [n for n in scope[key] if n != name]}


print("| strategy | operations | smallest scope | states | transitions | seconds |")
print("| --- | --- | --- | --- | --- | --- |")
traces = []
for strategy, start in ROWS:
    scope = {"depth": int(DEPTH), "processes": 2, "pages": 3, "files": 0, "scans": 2, "ops": OPS, "advice": ADVICE, **start}
    search, found = explore(strategy, scope)
    if not found:
        sys.exit(f"{strategy} is not refuted by {DEPTH} operations")
    scope["depth"] = length = found["operations"]
    again = True
    while again:
        again = False
        for candidate in smaller(scope):
            tried, one = explore(strategy, candidate)
            if one and one["operations"] == length:
                scope, search, found, again = candidate, tried, one, True
                break
    ops = " ".join(scope["ops"])
    what = f"{scope['processes']} × {scope['pages']} pages, {scope['files']} files, {scope['scans']} scans; {ops}; {' '.join(scope['advice'])}"
    print(f"| {strategy} | {length} | {what} | {search['states']} | {search['transitions']} | {search['seconds']:.2f} |", flush=True)
    traces.append((strategy, command(strategy, scope), search["scope"], found))
for strategy, words, text, found in traces:
    print(f"\n## {strategy}: {found['operations']} operations, {found['cause']}\n\n    {' '.join(words)}\n")
    for line in found["trace"].splitlines():
        if line.startswith("# Why: "):
            print(line[7:].strip() + ".\n")
    for line in found["trace"].splitlines():
        if not line.startswith("# Why"):
            print("    " + line)
