#!/usr/bin/env python3
"""How a walk grows with the VMAs of its anon_vma: growth.py BENCH.json > docs/walk-growth.svg

BENCH.json is what `rmapcheck_bench --benchmark_filter=walk_of_split --benchmark_out=BENCH.json` writes. CPU time, on two
logarithmic axes.
"""
import json
import math
import sys

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 400, 80, 130, 40, 50
X = (1e3, 1e5)  # VMAs
Y = (1e-1, 1e4)  # microseconds
COLORS = {"naive": "#b2182b", "linear_index": "#2166ac"}
TO_US = {"ns": 1e-3, "us": 1.0, "ms": 1e3, "s": 1e6}

lines = {}
with open(sys.argv[1], encoding="utf-8") as file:
    for b in json.load(file)["benchmarks"]:
        name = b["name"].split("/")
        if name[0] == "walk_of_split":
            lines.setdefault(name[1], []).append((int(name[2]), b["cpu_time"] * TO_US[b["time_unit"]], int(b["visited"])))
if set(lines) != set(COLORS):
    sys.exit(f"{sys.argv[1]}: walk_of_split of naive and linear_index is not in it")


def x(vmas):
    return LEFT + (WIDTH - LEFT - RIGHT) * math.log(vmas / X[0]) / math.log(X[1] / X[0])


def y(us):
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * math.log(us / Y[0]) / math.log(Y[1] / Y[0])


out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="12">',
       f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
       f'<text x="{LEFT}" y="20" font-size="14">One rmap walk of a KSM page with two mappings, by VMAs of its anon_vma</text>']
for power in range(3, 6):
    at = x(10**power)
    out.append(f'<path d="M{at:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>')
    out.append(f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{10**power:,}</text>')
for power in range(-1, 5):
    at = y(10.0**power)
    out.append(f'<path d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
    out.append(f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{10.0**power:g}</text>')
out.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 12}" text-anchor="middle">VMAs</text>')
out.append(f'<text x="24" y="{HEIGHT / 2}" text-anchor="middle" transform="rotate(-90 24 {HEIGHT / 2})">µs of CPU time</text>')
for name, points in sorted(lines.items()):
    points.sort()
    path = " ".join(f"{x(v):.1f},{y(us):.1f}" for v, us, _ in points)
    out.append(f'<polyline points="{path}" fill="none" stroke="{COLORS[name]}" stroke-width="2"/>')
    out += [f'<circle cx="{x(v):.1f}" cy="{y(us):.1f}" r="3.5" fill="{COLORS[name]}"/>' for v, us, _ in points]
    v, us, visited = points[-1]
    out.append(f'<text x="{x(v) + 8:.1f}" y="{y(us) + 4:.1f}" fill="{COLORS[name]}">{name.replace("_", "-")}: '
               f'{visited:,} visited</text>')
print("\n".join(out + ["</svg>"]))
