#!/usr/bin/env python3
"""Two binaries in turn, so that what else the machine does meets both: both.py FORMER NEW [ROUNDS] > both.json

Prints user time (medians of ROUNDS rounds, 5 if not said) in the form of Google Benchmark, for `rmapcheck report --page
performance`. The counter `former_by_new` is above 1 where the new one is quicker.
"""
import json
import os
import statistics
import sys

RUNS = [
    ("check", ["check", "--runs", "6000", "--seed", "1", "--minimize-seconds", "0.01", "--quiet"]),
    ("check_naive", ["check", "--runs", "12000", "--seed", "1", "--strategy", "naive", "--quiet"]),
    ("explore", ["explore", "--threads", "1", "--quiet"]),
]
former, new = sys.argv[1:3]
rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5


def user_seconds(program, arguments):
    child = os.fork()
    if child == 0:
        null = os.open("/dev/null", os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os.execv(program, [program, *arguments])
    _, status, used = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1, 125):
        sys.exit(f"{program} {' '.join(arguments)}: exit {os.waitstatus_to_exitcode(status)}")
    return used.ru_utime


benchmarks = []
for name, arguments in RUNS:
    times = {former: [], new: []}
    for _ in range(rounds):
        for program, measured in times.items():
            measured.append(user_seconds(program, arguments))
    a, b = statistics.median(times[former]), statistics.median(times[new])
    print(f"{name}: former {sorted(times[former])}, new {sorted(times[new])}, {a / b:.3f}", file=sys.stderr)
    for which, seconds in (("former", a), ("new", b)):
        benchmarks.append({"name": f"{name}/{which}", "cpu_time": seconds, "time_unit": "s"})
    benchmarks[-1]["former_by_new"] = a / b
mhz = [float(line.split(":")[1]) for line in open("/proc/cpuinfo", encoding="utf-8") if line.startswith("cpu MHz")]
json.dump({"context": {"num_cpus": os.cpu_count(), "mhz_per_cpu": int(mhz[0]) if mhz else 0, "library_build_type": "release"},
           "benchmarks": benchmarks}, sys.stdout, indent=1)
