#!/usr/bin/env python3
"""A large log from end to end: large.py RMAPCHECK [LINES] > large.json

Imports and plays the log that large_log.py makes, and a quarter of it beside it. What is not linear in the log, or takes
a minute or a GiB, ends this with exit 1. CPU time, in the form of Google Benchmark, for `rmapcheck report --page
performance`.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

program = sys.argv[1]
LINES = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
MOST_SECONDS, MOST_MIB = 60, 1024
MOST_GROWTH = 1.5  # of what a line costs, from a quarter of the log to all of it
HERE = pathlib.Path(__file__).parent
VARIANTS = {"plain": [], "scans": ["--merge-any", "--scan-every", "2000"]}


def spent(arguments):
    """CPU seconds and MiB of one run."""
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL) as child:
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{' '.join(arguments)}: exit {child.returncode}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


benchmarks, wrong = [], []
with tempfile.TemporaryDirectory() as folder:
    for variant, options in VARIANTS.items():
        cost = {}
        for lines in (LINES // 4, LINES):
            log, trace = f"{folder}/log", f"{folder}/trace"
            with open(log, "w", encoding="utf-8") as file:
                subprocess.run([sys.executable, HERE / "large_log.py", str(lines)], stdout=file, check=True)
            measured = {"import": spent([program, "import", "--quiet", *options, log, "-o", trace]),
                        "run": spent([program, "run", "--quiet", trace])}
            for verb, (seconds, mib) in measured.items():
                benchmarks.append({"name": f"large_log/{variant}/{verb}/{lines}", "cpu_time": seconds, "time_unit": "s",
                                   "MiB": mib, "lines_per_second": lines / seconds})
                if mib > MOST_MIB:
                    wrong.append(f"{variant} {verb}: {mib:.0f} MiB")
            cost[lines] = sum(seconds for seconds, _ in measured.values())
        if cost[LINES] > MOST_SECONDS:
            wrong.append(f"{variant}: {cost[LINES]:.1f} s")
        growth = cost[LINES] / LINES / (cost[LINES // 4] / (LINES // 4))
        benchmarks[-1]["growth_of_a_line"] = growth
        if growth > MOST_GROWTH:
            wrong.append(f"{variant}: a line costs {growth:.2f} times what it costs in a log of a quarter")
mhz = [float(line.split(":")[1]) for line in open("/proc/cpuinfo", encoding="utf-8") if line.startswith("cpu MHz")]
json.dump({"context": {"num_cpus": os.cpu_count(), "mhz_per_cpu": int(mhz[0]) if mhz else 0, "library_build_type": "release"},
           "benchmarks": benchmarks}, sys.stdout, indent=1)
print()
sys.exit("\n".join(wrong) if wrong else 0)
