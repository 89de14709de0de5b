#!/usr/bin/env python3
"""The check of the built site must bite: on links, anchors, and whatever a page would fetch from elsewhere."""
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(sys.argv[1]).resolve()
GOOD = '<a href="b.html#there">b</a> <a href="https://elsewhere.org">a link may lead anywhere</a> <script src="x.js"></script>'


def problems(page=GOOD, style=""):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for file, text in {"a.html": page, "b.html": '<h1 id="there">b</h1>', "x.js": "", "x.css": style}.items():
            (folder / file).write_text(text)
        done = subprocess.run([sys.executable, ROOT / "tools/check_site.py", folder], stdout=subprocess.PIPE, text=True)
        return done.stdout.splitlines() if done.returncode else []


def expect(word, page="", style=""):
    found = problems(page, style)
    assert len(found) == 1 and word in found[0], f"'{word}' is not what is found: {found}"


assert problems() == [], problems()
expect("c.html is not there", '<a href="c.html">c</a>')
expect("no such anchor", '<a href="b.html#elsewhere">b</a>')
expect("y.js is not there", '<script src="y.js"></script>')
expect("fetches https://cdn.org/x.js", '<script src="https://cdn.org/x.js"></script>')
expect("fetches //cdn.org/x.png", '<img src="//cdn.org/x.png">')
expect("fetches https://fonts.org/x.css", '<link href="https://fonts.org/x.css" rel="stylesheet">')
expect("fetches https://fonts.org/x.woff", style="@font-face { src: url(https://fonts.org/x.woff) }")
print("ok")
