#!/usr/bin/python3
"""A recipe of docs/hacking.md is as short as its table says: a small diff of each kind touches the files that the row
names and no other, and with all of them in a copy of the sources what they add is there.

    recipes.py SOURCE_DIR FOLDER [CMAKE_ARGUMENT...]

The copy is made and built in FOLDER, which is kept: what did not change is not compiled again. Exit 77: `patch` is not
here (a skip, with that reason).
"""
import json
import pathlib
import re
import resource
import shutil
import subprocess
import sys

SOURCE, FOLDER = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
RECIPES = SOURCE / "tests/recipes"
MOVED = "corpora/history/01-mremap-then-merge.trace"
# THE list: the diff, the first cell of its row, and what its files are called.
DIFFS = [
    ("operation.diff", "an operation", "peek"),
    ("strategy.diff", "a walk strategy", "linear_then_all"),
    ("kernel.diff", "a kernel", "7.98"),
    ("exporter.diff", "a consumer of actions (an exporter)", "count"),
]
wrong = []


def expect(holds, what):
    if not holds:
        wrong.append(what)


def files_of_row(text, row, name):
    """The files that the second cell of a row names, with NAME said and braces expanded."""
    cells = [line.strip("|").split(" | ") for line in text.splitlines() if line.startswith(f"| {row} | ")]
    if len(cells) != 1:
        sys.exit(f"docs/hacking.md has not one row `{row}`")
    files = set()
    for path in re.findall(r"`([^` ]*/[^` ]*\.[^` ]*)`", cells[0][1]):
        stem, _, endings = path.replace("NAME", name).partition("{")
        files |= {stem + e for e in endings.rstrip("}").split(",")}
    return files


def files_of_diff(text):
    return set(re.findall(r"^\+\+\+ b/(\S+)", text, re.M))


def hold_to_the_table():
    table = (SOURCE / "docs/hacking.md").read_text(encoding="utf-8")
    for diff, row, name in DIFFS:
        touched, named = files_of_diff((RECIPES / diff).read_text(encoding="utf-8")), files_of_row(table, row, name)
        expect(touched == named, f"{diff} touches {sorted(touched)}, but the row `{row}` names {sorted(named)}")
    # and that it would be noticed
    text = "| a thing | `a/NAME.{h,cpp}` and its line in `a/list.h` | a test `b/c.d` |\n"
    expect(files_of_row(text, "a thing", "x") == {"a/x.h", "a/x.cpp", "a/list.h"}, "rows are not read as they stand")
    expect(files_of_diff("--- a/x.h\n+++ b/x.h\n@@\n+++ b\n") == {"x.h"}, "diffs are not read as they stand")


def contents(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def make_tree(tree):
    """The sources with all the diffs. What is the same as the last time is not written again."""
    fresh = FOLDER / "fresh"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name in ("CMakeLists.txt", "model", "checker", "properties"):
        one = SOURCE / name
        shutil.copytree(one, fresh / name) if one.is_dir() else shutil.copy(one, fresh / name)
    for diff, _, _ in DIFFS:
        done = subprocess.run(["patch", "-p1", "-s", "--fuzz=0", "-i", RECIPES / diff], cwd=fresh, capture_output=True,
                              text=True, check=False)
        if done.returncode:
            sys.exit(f"{diff} does not apply any more: {done.stdout}{done.stderr}")
    before, now = contents(tree) if tree.exists() else {}, contents(fresh)
    for path in before.keys() - now.keys():
        (tree / path).unlink()
    for path, text in now.items():
        if before.get(path) != text:
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            (tree / path).write_bytes(text)
    shutil.rmtree(fresh)


def build(tree, out, arguments):
    configure = ["cmake", "-G", "Ninja", "-S", tree, "-B", out, "-DCMAKE_BUILD_TYPE=None", "-DCMAKE_CXX_FLAGS=-O0",
                 "-DRMAPCHECK_UNITY=ON", "-DRMAPCHECK_PCH=ON", *arguments]
    if shutil.which("ccache"):
        configure += ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache", "-DCMAKE_C_COMPILER_LAUNCHER=ccache"]
    for command in (configure, ["cmake", "--build", out, "--target", "rmapcheck"]):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{' '.join(map(str, command))}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")


def try_all(rmapcheck):
    def run(arguments, code=0):
        done = subprocess.run([rmapcheck, *arguments.split()], cwd=SOURCE, capture_output=True, text=True, check=False)
        expect(done.returncode == code, f"{arguments}: exit {done.returncode}, not {code}: {done.stdout[-300:]}{done.stderr[-300:]}")
        return done.stdout + done.stderr

    # the operation: in traces, to real kernels, and in random sequences
    run("run tests/recipes/peek.trace")
    expect("no kernel can be told of peek yet" in run("export --to listing tests/recipes/peek.trace"), "peek is not told of")
    played = json.loads(run("check --runs 200 --seed 1 --strategy naive --ops mmap,store,peek --json"))["operations_played"]
    expect(played["peek"]["ok"] > 0 and played["peek"].get("EFAULT", 0) > 0, f"peek is not drawn: {played['peek']}")
    # the strategy: it has a verdict, and another one than the strategy that it falls back from
    expect("holds" in run("gate --tier corpus --strategy linear-then-all --quiet"), "linear-then-all has no verdict")
    run("gate --tier corpus --strategy linear-index --quiet", 1)
    # the kernel, and that its walk is the one that its row says
    expect("7.98" in run("--version"), "--version does not know the kernel")
    expect("naive" in run(f"run --kernel-version 7.98 --strategy shipped {MOVED}"), "the kernel's walk is not naive")
    run(f"run --kernel-version 7.99 {MOVED}", 2)
    # the exporter
    expect(run("export --to count tests/recipes/peek.trace") == "4 operations\n", "the exporter count is not called")


def main():
    if not shutil.which("patch"):
        print("skipped: patch is not installed")
        sys.exit(77)
    hold_to_the_table()
    make_tree(FOLDER / "tree")
    build(FOLDER / "tree", FOLDER / "build", sys.argv[3:])
    try_all(FOLDER / "build/rmapcheck")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{used.ru_utime + used.ru_stime:.0f} s of processor time")
    for line in wrong:
        print(line)
    sys.exit(1 if wrong else 0)



main()
