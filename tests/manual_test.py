#!/usr/bin/env python3
"""Every command has a manual page that is well formed and has all that --help has; variables are all listed.

    manual_test.py PROGRAM SOURCE_DIR
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

program, source = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
failures = []


def run(*words):
    return subprocess.run(words, capture_output=True, text=True, timeout=120)


def plain(page):
    """The words of a page without roff's escapes."""
    return page.replace("\\-", "-").replace("\\fB", "").replace("\\fI", "").replace("\\fR", "").replace("\\&", "")


def flags(help_text):
    return set(re.findall(r"^  (?:-\w,)?(--[a-z][a-z0-9-]*)", help_text, re.M))


with tempfile.TemporaryDirectory() as folder:
    made = run(program, "man", "--into", folder, "--date", "2026-01-02")
    if made.returncode:
        sys.exit(f"man --into: {made.stderr}")
    pages = {path.stem: path.read_text() for path in pathlib.Path(folder).glob("*.1")}
    top = run(program, "--help").stdout
    commands = re.findall(r"^  ([a-z][a-z-]+) ", top[top.index("Subcommands:"):], re.M)
    wanted = {"ridgeline", *(f"ridgeline-{command}" for command in commands)}
    if set(pages) != wanted:
        failures.append(f"pages and commands differ: {sorted(set(pages) ^ wanted)}")
    for command in commands:
        page = plain(pages.get(f"ridgeline-{command}", ""))
        help_text = run(program, command, "--help").stdout
        for flag in sorted(flags(help_text) - {f for f in flags(help_text) if re.search(re.escape(f) + r"\b", page)}):
            failures.append(f"ridgeline-{command}(1) does not have {flag}")
        if "Examples:" in help_text:
            for line in help_text[help_text.index("Examples:"):].splitlines()[1:]:
                if line.strip() and line.strip() not in page:
                    failures.append(f"ridgeline-{command}(1) lacks the example: {line.strip()}")
    if " man " in top or "\nman" in top:
        failures.append("`man` is for packages, and --help shows it")

    # Variables that the sources read, each by its name.
    read = set()
    for path in [*(source / "src").rglob("*.cpp"), *(source / "apps").rglob("*.cpp")]:
        text = path.read_text()
        read |= set(re.findall(r'getenv\("(\w+)"\)', text))
        for names in re.findall(r"for \(const char\* \w+ : \{([^}]*)\}\) \{\s*[^\n]*getenv\(", text):
            read |= set(re.findall(r'"(\w+)"', names))
    if len(read) < 10:
        failures.append(f"only {sorted(read)} found in the sources; does this test still see them?")
    listed = plain(pages.get("ridgeline", "").partition(".SH ENVIRONMENT")[2])
    for name in sorted(name for name in read if not re.search(rf"\b{name}\b", listed)):
        failures.append(f"ridgeline(1), ENVIRONMENT: {name} is read, and not there")

    files = [str(path) for path in sorted(pathlib.Path(folder).glob("*.1"))]
    if shutil.which("mandoc"):
        lint = run("mandoc", "-T", "lint", "-W", "warning", *files)
        failures += lint.stdout.splitlines()[:20]
    elif shutil.which("groff"):
        lint = run("groff", "-man", "-k", "-ww", "-z", *files)
        failures += lint.stderr.splitlines()[:20]

wrong = run(program, "man", "nothing")
if wrong.returncode != 2 or "no command 'nothing'" not in wrong.stderr:
    failures.append(f"man nothing: exit {wrong.returncode}, {wrong.stderr}")
print("\n".join(failures) if failures else f"{len(pages)} pages, {len(read)} variables")
sys.exit(1 if failures else 0)
