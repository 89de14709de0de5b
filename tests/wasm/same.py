#!/usr/bin/env python3
"""The same commands natively and in WebAssembly must print the same bytes and end with the same exit code.

    same.py NATIVE_BUILD WASM_BUILD SOURCE_DIR [PATTERN]
    same.py NATIVE_BUILD WASM_BUILD SOURCE_DIR --random 200 [--seed 1]

The commands are those of tests/cli/*.test, of the pages, and of the file `commands` here whose every `ridgeline` is a command
of the portable layers. Each runs twice: as it stands, and with --json wherever that is offered, so that each digit of
each number is compared. PATTERN keeps the commands that it is found in, EVERY=n in the environment each nth run.
With --random they are simulations that chance made (random_scenarios.py), all digits of all their queries.
"""
import argparse
import collections
import concurrent.futures
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import time

import random_scenarios

parser = argparse.ArgumentParser()
parser.add_argument("builds", nargs=3, type=lambda path: pathlib.Path(path).resolve())
parser.add_argument("pattern", nargs="?", default="")
parser.add_argument("--random", type=int, default=0)
parser.add_argument("--seed", type=int, default=1)
options = parser.parse_args()
native_build, wasm_build, source = options.builds
pattern = options.pattern
PORTABLE = {"audit", "audit-log", "catalog", "check", "completion", "cost", "evaluate", "explain", "explore", "fleet", "import-run", "lab",
            "predict", "reproduce", "simulate", "tail", "train", "verify-loadgen"}
# In WebAssembly there is no store (an id of a run is refused in other words), no machine to measure, no MPI and no pagmo (large-space.yaml asks for its search), and
# completion knows fewer commands. What is interrupted after so many seconds depends on speed, and Ctrl-C is node's.
NATIVE = re.compile(r"--save|--tag|--store|audit --here|mpirun|--search|large-space|completion|timeout|kill -INT|check x y")
# How far a long study is, by the clock.
PROGRESS = re.compile(rb"^\xc2\xb7 .* s to go\n", re.MULTILINE)
# Named by the program itself: its data folder's flag comes first.
NAME = re.compile(r"(?:^|[\s;|(])ridgeline(?: --data \S+)? ([\w-]+)")

# `ridgeline` on the path. JSON=1 asks each command that knows it for --json.
LAUNCHER = """#!/bin/bash
json=()
if [ -n "$JSON" ] && [[ $1 =~ ^(audit|predict|evaluate|cost|explain|explore|simulate|fleet|tail|train|verify-loadgen)$ ]] && [[ " $* " != *" --json "* ]]; then
  json=(--json)
fi
exec {program} "$@" "${{json[@]}}"
"""


def commands():
    pages = [*sorted((source / "tests/cli").glob("*.test")), source / "README.md", *sorted((source / "docs").glob("*.md"))]
    lines = [line[2:] for page in pages for line in page.read_text().splitlines() if line.startswith("$ ")]
    lines += [line for line in (source / "tests/wasm/commands").read_text().splitlines() if line and line[0] != "#"]
    # All of an output is compared; and what writes into a pipe that is closed says so under node.
    for line in dict.fromkeys(re.sub(r" \| head.*$", "", line) for line in lines):
        names = NAME.findall(line)
        if names and set(names) <= PORTABLE and pattern in line and not NATIVE.search(line):
            yield line


def launcher(folder, name, program):
    """A folder for the path. Made before any thread starts a process, which would hold the open file."""
    path = pathlib.Path(folder) / name / "ridgeline"
    path.parent.mkdir()
    path.write_text(LAUNCHER.format(program=program))
    path.chmod(0o755)
    return path.parent


def run(on_path, command, json):
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder) / "work"
        work.mkdir()
        env = {**os.environ, "PATH": f"{on_path}:{os.environ['PATH']}", "SRC": str(source), "LC_ALL": "C.UTF-8",
               "JSON": "1" if json else "", "RIDGELINE_DATA": str(source / "data"),
               "XDG_DATA_HOME": str(pathlib.Path(folder) / "home")}
        start = time.monotonic()
        done = subprocess.run(["bash", "-c", command], cwd=work, env=env, stdin=subprocess.DEVNULL, timeout=600,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return PROGRESS.sub(b"", done.stdout), done.returncode, time.monotonic() - start


NUMBERS = "ridgeline $SRC/data"  # numbers.cpp stands in the program's place
if options.random:
    jobs = [(shlex.join(["ridgeline", *words]), False) for words in random_scenarios.commands(source / "data", options.random, options.seed)]
else:
    jobs = [(NUMBERS, False)] + [(command, json) for command in commands() for json in (False, True)]
jobs = jobs[::int(os.environ.get("EVERY", "1"))]
different, size, seconds, codes = 0, 0, [0.0, 0.0], collections.Counter()
with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    native, wasm, native_numbers, wasm_numbers = (launcher(folder, *named) for named in (
        ("native", native_build / "ridgeline"), ("wasm", f"node {wasm_build / 'ridgeline.js'}"),
        ("native_numbers", native_build / "same_numbers"), ("wasm_numbers", f"node {wasm_build / 'same_numbers.js'}")))

    def compare(job):
        first, second = (native_numbers, wasm_numbers) if job[0] == NUMBERS else (native, wasm)
        return job, run(first, *job), run(second, *job)

    for (command, json), a, b in pool.map(compare, jobs):
        size += len(a[0])
        seconds = [seconds[0] + a[2], seconds[1] + b[2]]
        codes[a[1]] += 1
        if a[:2] == b[:2]:
            continue
        different += 1
        print(f"$ {'JSON=1 ' if json else ''}{command}\n  exit {a[1]} and {b[1]}")
        for x, y in [p for p in zip(a[0].splitlines(), b[0].splitlines()) if p[0] != p[1]][:4]:
            print(f"  native {x.decode()[:160]}\n  wasm   {y.decode()[:160]}")
if len(jobs) < 2:
    sys.exit("no commands found")
what = f"{len(jobs)} random scenarios (seed {options.seed}), {codes[0] + codes[1]} played and {codes[2] + codes[3]} refused" if options.random else f"{len(jobs)} runs"
print(f"{what}, {size} bytes: {different} differ; "
      f"{seconds[0]:.0f} s natively, {seconds[1]:.0f} s in WebAssembly")
sys.exit(1 if different else 0)
