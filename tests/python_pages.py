#!/usr/bin/env python3
"""Runs the Python of Markdown pages and compares what it prints with what stands below it.

    python_pages.py SOURCE_DIR FILE...

Every ```python block of a page runs, in the order of the page and in one namespace, in an empty folder; the ```text
block that follows one (with nothing but blank lines between) is what it prints. A block that raises ends with the line
`ExceptionName: message`, and the page goes on. A line `...` stands for any lines. A block of another word, such as
```py, is not run. UPDATE=1 rewrites the outputs that differ.

The package is the one that Python finds: PYTHONPATH says which.
"""
import contextlib
import io
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "support"))
from expected_output import matches  # noqa: E402


def trimmed(lines):
    lines = [line.rstrip() for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def blocks_of(lines):
    """Yields (language, number of the first line, end) of each fenced block, counted from 0."""
    opened = None
    for number, line in enumerate(lines):
        if not line.startswith("```"):
            continue
        if opened is None:
            opened = (line[3:].strip(), number + 1)
        else:
            yield (*opened, number)
            opened = None


def printed_by(code, namespace, name, first):
    """What a block prints. Line numbers of tracebacks are those of the page."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            exec(compile("\n" * first + code, name, "exec"), namespace)
        except Exception as error:  # noqa: BLE001 (what a page shows may be any exception)
            print(f"{type(error).__name__}: {error}")
    return out.getvalue()


def check(file, source, update):
    """The number of blocks run, and of those that printed something else."""
    lines = file.read_text(encoding="utf-8").splitlines()
    blocks = list(blocks_of(lines))
    namespace = {"__name__": "__main__"}
    replaced, failures, ran = [], 0, 0
    for i, (language, first, end) in enumerate(blocks):
        if language != "python":
            continue
        ran += 1
        follows = blocks[i + 1] if i + 1 < len(blocks) else None
        has_output = follows and follows[0] == "text" and not "".join(lines[end + 1:follows[1] - 1]).strip()
        expected = trimmed(lines[follows[1]:follows[2]]) if has_output else []
        actual = trimmed(printed_by("\n".join(lines[first:end]), namespace, str(file), first).splitlines())
        if matches(expected, actual):
            continue
        failures += 1
        if update and has_output:
            replaced.append((follows[1], follows[2], actual))
            continue
        print(f"{file.relative_to(source)}:{first}: a block prints something else")
        print("  expected:", *(expected or ["(nothing)"]), sep="\n    ")
        print("  actual:", *(actual or ["(nothing)"]), sep="\n    ")
    for start, end, actual in reversed(replaced):
        lines[start:end] = actual
    if replaced:
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(f"{file.relative_to(source)}: rewrote {len(replaced)} outputs")
    return ran, failures - len(replaced)


def main():
    source = pathlib.Path(sys.argv[1]).resolve()
    update = os.environ.get("UPDATE") == "1"
    os.environ["SRC"] = str(source)
    ran = failures = 0
    for name in sys.argv[2:]:
        file = pathlib.Path(name).resolve()
        with tempfile.TemporaryDirectory() as folder:
            os.environ["XDG_DATA_HOME"] = os.path.join(folder, "home")
            work = os.path.join(folder, "work")
            os.mkdir(work)
            os.chdir(work)
            one = check(file, source, update)
            os.chdir(source)
        ran, failures = ran + one[0], failures + one[1]
    print(f"{ran} blocks, {failures} failed")
    return 1 if failures or not ran else 0


if __name__ == "__main__":
    sys.exit(main())
