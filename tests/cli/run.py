#!/usr/bin/env python3
"""Runs commands and compares their output with what stands beside them.

    run.py PROGRAM SOURCE_DIR FILE

FILE is a .test file, or Markdown whose ```console blocks are read. A line `$ COMMAND` runs in an empty folder with
`ridgeline` on the path and $SRC the source folder; the lines after it are stdout and stderr as they come, and a line
`[exit N]` the exit code (0 when absent). A line `...` stands for any lines. Run with UPDATE=1 to rewrite a .test file,
or the outputs in a page that differ.

In a page a command goes on in the next line after a `\\`. In a page with the line `<!-- the commands of this page share
a folder -->` all run in one folder, in order, and a block whose fence has title="NAME" is a file of that name in it.
"""
import contextlib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from expected_output import matches  # noqa: E402

program, source, file = (pathlib.Path(a).resolve() for a in sys.argv[1:4])
SHARED = "<!-- the commands of this page share a folder -->"


def read_cases(lines, markdown):
    """Yields (line number, command, expected lines, exit code, comments above). Only .test files have # comments. The line
    number is that of the command's last line."""
    inside, case, comments = not markdown, None, []
    for number, line in enumerate(lines, 1):
        if markdown and case and case[1].endswith("\\") and not case[2]:
            case[0], case[1] = number, case[1][:-1] + line.strip()
        elif markdown and line.startswith("```"):
            inside = line.strip() == "```console"
            if case and not inside:
                yield case
                case = None
        elif not markdown and line.startswith("# "):
            comments.append(line)
        elif inside and line.startswith("$ "):
            if case:
                yield case
            case, comments = [number, line[2:], [], 0, comments], []
        elif inside and case and (match := re.fullmatch(r"\[exit (\d+)\]", line)):
            case[3] = int(match.group(1))
        elif inside and case:
            case[2].append(line)
    if case:
        yield case


def write_files(lines, work):
    """The blocks of a page that are files."""
    name, block = None, []
    for line in lines:
        if name is None and (match := re.fullmatch(r'```\w+ title="([\w.-]+)"', line)):
            name, block = match[1], []
        elif name and line.startswith("```"):
            (work / name).write_text("\n".join(block) + "\n")
            name = None
        elif name:
            block.append(line)


def prepare(folder):
    os.symlink(program, pathlib.Path(folder) / "ridgeline")
    work = pathlib.Path(folder) / "work"
    work.mkdir()
    write_files(text if shared else [], work)


def run(command, given):
    with contextlib.ExitStack() as stack:
        folder = given or stack.enter_context(tempfile.TemporaryDirectory())
        if not given:
            prepare(folder)
        work = pathlib.Path(folder) / "work"
        env = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "SRC": str(source), "LC_ALL": "C.UTF-8",
               "RIDGELINE_DATA": str(source / "data"), "XDG_DATA_HOME": str(pathlib.Path(folder) / "home")}
        done = subprocess.run(["bash", "-c", command], cwd=work, env=env, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=280)
        return done.stdout.decode().replace(str(source), "$SRC").splitlines(), done.returncode


def trimmed(lines):
    lines = list(lines)
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


text = file.read_text().splitlines()
markdown = file.suffix == ".md"
shared = markdown and SHARED in text
cases = list(read_cases(text, markdown))
folder = tempfile.TemporaryDirectory() if shared else None
if folder:
    prepare(folder.name)
failures, rewritten, outputs = 0, [], []
for number, command, expected, code, comments in cases:
    actual, got = run(command, folder and folder.name)
    expected, actual = trimmed(expected), trimmed(actual)
    rewritten += [*comments, f"$ {command}", *actual] + ([f"[exit {got}]"] if got else []) + [""]
    if got != code or not matches(expected, actual):
        failures += 1
        outputs.append((number, len(expected), actual))
        print(f"{file.name}:{number}: $ {command}\n--- expected, exit {code}\n" + "\n".join(expected) +
              f"\n--- got, exit {got}\n" + "\n".join(actual) + "\n")
if os.environ.get("UPDATE"):
    for number, length, actual in reversed(outputs):
        text[number:number + length] = actual
    file.write_text("\n".join(text if markdown else rewritten).rstrip() + "\n")
if not cases:
    sys.exit(f"{file}: no commands found")
print(f"{len(cases) - failures} passed, {failures} failed")
sys.exit(1 if failures else 0)
