#!/usr/bin/env python3
"""The runner of pages must bite: outputs, exit codes, shared folders, files of a page, commands on two lines."""
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(sys.argv[1]).resolve()
SHARED = "<!-- the commands of this page share a folder -->\n"


def run(text):
    with tempfile.TemporaryDirectory() as folder:
        page = pathlib.Path(folder) / "page.md"
        page.write_text(text)
        done = subprocess.run([sys.executable, ROOT / "tests/cli/run.py", "/bin/true", folder, page], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        return done.returncode


def block(*lines):
    return "\n".join(["```console", *lines, "```", ""])


two = block("$ echo 1 > a", "$ cat a", "1")
file = '```csv title="a.csv"\nx,y\n```\n'
passing = {"output": block("$ echo a", "a"), "exit code": block("$ exit 3", "[exit 3]"),
           "two lines": block("$ echo a \\", "    b", "a b"), "shared folder": SHARED + two,
           "a file of the page": SHARED + file + block("$ cat a.csv", "x,y")}
failing = {"other output": block("$ echo a", "b"), "exit code not said": block("$ exit 3"), "exit code not met": block("$ true", "[exit 3]"),
           "a folder of its own": two, "a file of no shared page": file + block("$ cat a.csv", "x,y"),
           "no commands": "nothing\n"}
for name, text in passing.items():
    assert run(text) == 0, f"{name}: fails"
for name, text in failing.items():
    assert run(text) == 1, f"{name}: passes"
print("ok")
