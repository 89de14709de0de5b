#!/usr/bin/env python3
"""The navigation of the site: what mkdocs.yml lists, with its patterns replaced by the pages that match.

    docs_nav.py [ROOT]      prints it, a page a line; exit code 1 when a listed page is absent or a page is listed twice

Pages outside docs/ that belong to the site (OUTSIDE) are listed under the name that they have in the project.
"""
import fnmatch
import pathlib
import re
import sys

import yaml

OUTSIDE = ["CONTRIBUTING.md", "CHANGELOG.md", "validation/README.md", "validation/*/README.md"]


def site_pages(root):
    """{name in the site: file} of every page."""
    docs = root / "docs"
    pages = {str(p.relative_to(docs)): p for p in sorted(docs.rglob("*.md"))}
    pages["schemas/README.md"] = None  # made by docs_hooks.py
    for pattern in OUTSIDE:
        pages |= {str(p.relative_to(root)): p for p in sorted(root.glob(pattern))}
    return pages


def read_nav(root):
    """The nav of mkdocs.yml. Its other keys have tags that need MkDocs, so they are left unread."""
    text = (root / "mkdocs.yml").read_text()
    return yaml.safe_load(text[text.index("\nnav:"):])["nav"]


def listed(entries):
    """Every page and pattern, in order."""
    for entry in entries:
        if isinstance(entry, str):
            yield entry
        else:
            for value in entry.values():
                yield from listed(value) if isinstance(value, list) else [value]


def matches(pattern, name):
    """As fnmatch, but a * stays within a folder."""
    return pattern.count("/") == name.count("/") and fnmatch.fnmatchcase(name, pattern)


def expanded(entries, names):
    """The nav without patterns; sections that are left empty fall away."""
    patterns = [e for e in listed(entries) if "*" in e]
    left = [n for n in names if n not in set(listed(entries))]
    claimed = {}
    for pattern in sorted(patterns, key=lambda p: p.startswith("*")):  # the widest take what the others leave
        claimed[pattern] = [n for n in left if matches(pattern, n)]
        left = [n for n in left if n not in claimed[pattern]]

    def expand(section):
        result = []
        for entry in section:
            if isinstance(entry, dict):
                inner = {title: expand(v) if isinstance(v, list) else v for title, v in entry.items()}
                result += [{title: v} for title, v in inner.items() if v]
            else:
                result += claimed.get(entry, [entry])
        return result

    return expand(entries)


def nav(root):
    return expanded(read_nav(root), list(site_pages(root)))


def problems(root):
    """Lines that say what is wrong with the nav."""
    pages, entries = site_pages(root), list(listed(nav(root)))
    lines = [f"mkdocs.yml: {e} is not there" for e in entries if e not in pages]
    lines += [f"mkdocs.yml: {e} is listed {entries.count(e)} times" for e in sorted(set(entries)) if entries.count(e) > 1]
    lines += [f"mkdocs.yml: {p} is in no section" for p in pages if p not in entries]
    return lines


if __name__ == "__main__":
    where = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    wrong = problems(where)
    print("\n".join(wrong or listed(nav(where))))
    sys.exit(1 if wrong else 0)
