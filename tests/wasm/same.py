#!/usr/bin/env python3
"""The same commands natively and in WebAssembly must print the same bytes and end with the same exit code.

    same.py NATIVE_BUILD WASM_BUILD SOURCE_DIR [PATTERN]

The commands are those of tests/cli/*.test, of the pages, and of the file `commands` here whose every `ridgeline` is a command
of the portable layers. Each runs twice: as it stands, and with --json wherever that is offered, so that each digit of
each number is compared. PATTERN keeps the commands that it is found in.
"""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

native_build, wasm_build, source = (pathlib.Path(a).resolve() for a in sys.argv[1:4])
pattern = sys.argv[4] if len(sys.argv) > 4 else ""
PORTABLE = {"catalog", "predict", "explain", "simulate", "tail", "verify-loadgen"}
NATIVE = re.compile(r"--save|--tag")  # there is no store in WebAssembly
# Named by the program itself: its data folder's flag comes first.
NAME = re.compile(r"(?:^|[\s;|(])ridgeline(?: --data \S+)? ([\w-]+)")

# `ridgeline` on the path. JSON=1 asks each command that knows it for --json.
LAUNCHER = """#!/bin/bash
json=()
if [ -n "$JSON" ] && [[ $1 =~ ^(predict|explain|simulate|tail|verify-loadgen)$ ]] && [[ " $* " != *" --json "* ]]; then
  json=(--json)
fi
exec {program} "$@" "${{json[@]}}"
"""


def commands():
    pages = [*sorted((source / "tests/cli").glob("*.test")), source / "README.md", *sorted((source / "docs").glob("*.md"))]
    lines = [line[2:] for page in pages for line in page.read_text().splitlines() if line.startswith("$ ")]
    lines += [line for line in (source / "tests/wasm/commands").read_text().splitlines() if line and line[0] != "#"]
    for line in dict.fromkeys(lines):
        names = NAME.findall(line)
        if names and set(names) <= PORTABLE and pattern in line and not NATIVE.search(line):
            yield line


def run(program, command, json):
    with tempfile.TemporaryDirectory() as folder:
        launcher = pathlib.Path(folder) / "ridgeline"
        launcher.write_text(LAUNCHER.format(program=program))
        launcher.chmod(0o755)
        work = pathlib.Path(folder) / "work"
        work.mkdir()
        env = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "SRC": str(source), "LC_ALL": "C.UTF-8",
               "JSON": "1" if json else "", "RIDGELINE_DATA": str(source / "data"),
               "XDG_DATA_HOME": str(pathlib.Path(folder) / "home")}
        start = time.monotonic()
        done = subprocess.run(["bash", "-c", command], cwd=work, env=env, stdin=subprocess.DEVNULL, timeout=600,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.stdout, done.returncode, time.monotonic() - start


def compare(job):
    command, json = job
    numbers = command == NUMBERS
    return (job, run(native_build / ("same_numbers" if numbers else "ridgeline"), command, json),
            run(f"node {wasm_build / ('same_numbers.js' if numbers else 'ridgeline.js')}", command, json))


NUMBERS = "ridgeline $SRC/data"  # numbers.cpp stands in the program's place
jobs = [(NUMBERS, False)] + [(command, json) for command in commands() for json in (False, True)]
different, size, seconds = 0, 0, [0.0, 0.0]
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    for (command, json), a, b in pool.map(compare, jobs):
        size += len(a[0])
        seconds = [seconds[0] + a[2], seconds[1] + b[2]]
        if a[:2] == b[:2]:
            continue
        different += 1
        print(f"$ {'JSON=1 ' if json else ''}{command}\n  exit {a[1]} and {b[1]}")
        for x, y in [p for p in zip(a[0].splitlines(), b[0].splitlines()) if p[0] != p[1]][:4]:
            print(f"  native {x.decode()[:160]}\n  wasm   {y.decode()[:160]}")
if len(jobs) < 3:
    sys.exit("no commands found")
print(f"{len(jobs)} runs, {size} bytes: {different} differ; "
      f"{seconds[0]:.0f} s natively, {seconds[1]:.0f} s in WebAssembly")
sys.exit(1 if different else 0)
