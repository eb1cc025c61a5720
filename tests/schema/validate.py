#!/usr/bin/python3
"""Every JSON document that rmapcheck prints fits its schema in docs/schema, and a document that is wrong does not.

    validate.py RMAPCHECK SOURCE_DIR UNIT_TESTS [NAME=FILE...]

Exit 0: all fit. Exit 77: python3-jsonschema is not here (a skip, with that reason). The documents of `gate --kernel` and of
`report --kernel` take a kernel to be built: those that the tests Documents.* make up stand for them, and Merged* for
shares. Who has real ones hands them over as NAME=FILE.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)

RMAPCHECK, SOURCE, UNIT_TESTS = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
MISS = "corpora/strategies/linear-index-fork-moved.trace"
PASS = "corpora/operations/brk-grows-and-shrinks.trace"
# THE list: schema, and the commands whose documents must fit it.
DOCUMENTS = [
    ("run", ["run", "--state", MISS]),
    ("run", ["run", MISS, PASS]),
    ("gate", ["gate", "--tier", "corpus", "--tier", "random", "--budget", "2", "--seed", "1"]),
    ("gate", ["gate", "--tier", "explore", "--tier", "live", "--budget", "5"]),
    ("check", ["check", "--runs", "300", "--seed", "1", "--minimize-seconds", "0.2"]),
    ("explore", ["explore", "--depth", "4"]),
    ("minimize", ["minimize", MISS]),
    ("prove", ["prove", "--theorem", "edges"]),
    ("replay", ["replay", "--level", "maps", PASS]),
    ("walks", ["walks"]),
    ("walks", ["walks", "--growth", "--strategy", "linear-index"]),
    ("explain", ["explain", "vm-pgoff"]),
    ("mend", ["mend", "--pieces", "tree-hit,copy-at-swap-in,root-anon-vma", "--runs", "300", "--depth", "2", "--seed", "1"]),
    ("import", ["import", "tests/schema/small.strace"]),
    ("export", ["export", "--to", "listing", PASS]),
]


def errors(schema, document):
    return [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in jsonschema.Draft202012Validator(schema).iter_errors(document)]


def schema_of(name):
    schema = json.loads((SOURCE / "docs/schema" / f"{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return schema


def hold(name, what, document):
    """The document fits, and documents that are wrong do not: the schema says something."""
    schema = schema_of(name)
    wrong = errors(schema, document)
    if not errors(schema, {}):
        wrong.append("an empty document fits")
    if schema.get("additionalProperties") is False and not errors(schema, {**document, "not a member": 1}):
        wrong.append("a member that the schema does not know fits")
    for line in wrong:
        print(f"{name}: {what}: {line}")
    return not wrong


def made_up(folder):
    """Name of the schema, and file, of what the unit tests hand over."""
    ran = subprocess.run([UNIT_TESTS, "--gtest_filter=Documents.*:MergedGate.*:*MergedSearch.*", "--gtest_brief=1"], env={**os.environ, "RMAPCHECK_DOCUMENTS": folder}, capture_output=True, text=True, check=False)
    if ran.returncode:
        print(f"{UNIT_TESTS} (exit {ran.returncode}): {ran.stdout[-500:]}")
        sys.exit(1)
    return [(p.name.split(".")[0], p) for p in sorted(pathlib.Path(folder).iterdir())]


good = True
held = set()
for name, arguments in DOCUMENTS:
    ran = subprocess.run([RMAPCHECK, *arguments, "--json"], cwd=SOURCE, capture_output=True, text=True, check=False)
    try:
        document = json.loads(ran.stdout)
    except json.JSONDecodeError as error:
        print(f"{name}: rmapcheck {' '.join(arguments)} --json (exit {ran.returncode}): {error}: {ran.stderr[-300:]}")
        good = False
        continue
    good &= hold(name, " ".join(arguments), document)
    held.add(name)
with tempfile.TemporaryDirectory() as made:
    for name, file in made_up(made) + [tuple(given.split("=", 1)) for given in sys.argv[4:]]:
        good &= hold(name, str(file), json.loads(pathlib.Path(file).read_text(encoding="utf-8")))
        held.add(name)
unused = {p.name.removesuffix(".schema.json") for p in (SOURCE / "docs/schema").iterdir()} - held
for name in sorted(unused):
    print(f"docs/schema/{name}.schema.json: no document is held against it")
sys.exit(0 if good and not unused else 1)
