#!/usr/bin/env python3
"""Every relative link in the Markdown files leads somewhere, and every page of docs/ is reachable from README.md."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1]).resolve()
pages = [p for p in root.rglob("*.md") if not {"build", "out", "node_modules"} & set(p.relative_to(root).parts)]
links, failures = {}, []
for page in pages:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text())
    local = [t for t in targets if not re.match(r"[a-z]+:", t)]
    failures += [f"{page.relative_to(root)}: {t} is not there" for t in local if not (page.parent / t).exists()]
    links[page] = {(page.parent / t).resolve() for t in local}
    for target in list(links[page]):
        if target.is_dir():
            links[page] |= set(target.glob("*.md"))

seen, todo = set(), [root / "README.md"]
while todo:
    page = todo.pop()
    if page in links and page not in seen:
        seen.add(page)
        todo += links[page]
failures += [f"{p.relative_to(root)}: no link leads here" for p in pages
             if p not in seen and p.parent.name in {"docs", "decisions"}]
print("\n".join(failures) or "ok")
sys.exit(1 if failures else 0)
