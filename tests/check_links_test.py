#!/usr/bin/env python3
"""The link check must bite, on links, headings, pages that nothing leads to, and pages that the site does not list."""
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(sys.argv[1]).resolve()
NAV = "site_name: x\nnav:\n  - Start:\n      - README.md\n  - More:\n      - {}\n"
GOOD = {"README.md": "[docs](docs/README.md)\n", "docs/README.md": "# Top\n\n[a](a.md#the-heading) [b](#top)\n",
        "docs/a.md": "# A\n\n## The heading!\n", "CONTRIBUTING.md": "", "mkdocs.yml": NAV.format('"*.md"') + "      - schemas/README.md\n"}


def problems(**changes):
    files = {**GOOD, **{name.replace("__", "/").replace("_", "."): text for name, text in changes.items()}}
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = pathlib.Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        done = subprocess.run([sys.executable, ROOT / "tests/check_links.py", folder], stdout=subprocess.PIPE, text=True)
        return done.stdout.splitlines() if done.returncode else []


def expect(word, **changes):
    found = problems(**changes)
    assert len(found) == 1 and word in found[0], f"'{word}' is not what is found: {found}"


assert problems() == [], problems()
expect("docs/b.md is not there", README_md="[docs](docs/README.md) [b](docs/b.md)\n")
expect("#other: there is no such heading", docs__README_md="# Top\n\n[a](a.md#other)\n")
expect("no link leads here", docs__alone_md="# Alone\n")
expect("is in no section", mkdocs_yml=NAV.format("schemas/README.md") + "      - CONTRIBUTING.md\n")
expect("c.md is not there", mkdocs_yml=GOOD["mkdocs.yml"] + "      - c.md\n")
print("ok")
