#!/usr/bin/env python3
"""What was tried how often, and what was lost: tried.py TESTS.json LOG... > tried.json

TESTS.json is what `unit_tests --gtest_output=json:TESTS.json` writes; a LOG, called as its target is, is what libFuzzer
writes with -print_final_stats=1. For `rmapcheck report --page tried`. A count comes from a record or is not there.
"""
import json
import pathlib
import re
import sys


def failures(case):
    return len(case.get("failures", []))


def of_tests(path):
    """Tests that say what they tried, counts of the same thing added up."""
    rows = {}
    for suite in json.loads(path.read_text(encoding="utf-8"))["testsuites"]:
        for case in suite["testsuite"]:
            if "tried" in case:
                row = rows.setdefault(case["tried"], {"what": case["tried"], "times": 0, "lost": 0})
                row["times"] += int(case["times"])
                row["lost"] += failures(case)
    return list(rows.values())


def of_log(path):
    text = path.read_text(encoding="utf-8", errors="replace")
    executed = re.search(r"^stat::number_of_executed_units:\s*(\d+)$", text, re.M)
    seconds = re.search(r"^Done \d+ runs in (\d+) second", text, re.M)
    if not executed:
        sys.exit(f"{path}: no final statistics of libFuzzer")
    lost = len(re.findall(r"^==\d+==\s*ERROR: ", text, re.M))
    return {"target": path.stem, "inputs": int(executed[1]), "seconds": int(seconds[1]) if seconds else None, "lost": lost}


if len(sys.argv) < 2:
    sys.exit(__doc__)
tests, *logs = map(pathlib.Path, sys.argv[1:])
json.dump({"tried": {"tests": of_tests(tests), "fuzzed": [of_log(log) for log in logs]}}, sys.stdout, indent=1)
print()
