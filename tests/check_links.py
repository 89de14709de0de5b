#!/usr/bin/env python3
"""Every relative link in the Markdown files leads somewhere, to a heading that is there where it names one; every page of
docs/ is reachable from README.md, and is in the site's navigation."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1]).resolve()
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tools"))
import docs_nav  # noqa: E402


def headings(text):
    """Anchors as GitHub and MkDocs make them of headings; those of equal headings after the first are left out."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    titles = re.findall(r"^#+ +(.*)$", text, flags=re.M)
    titles = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title) for title in titles]
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def squeezed(anchor):
    """MkDocs makes one hyphen of several."""
    return re.sub("-+", "-", anchor)


pages = [p for p in root.rglob("*.md") if not {"build", "out", "node_modules"} & set(p.relative_to(root).parts)]
texts = {page.resolve(): page.read_text() for page in pages}
links, failures = {}, []
for page in pages:
    found = re.findall(r"\]\(([^)#\s]*)(#[^)\s]*)?\)", texts[page.resolve()])
    local = [(t, a) for t, a in found if not re.match(r"[a-z]+:", t)]
    failures += [f"{page.relative_to(root)}: {t} is not there" for t, _ in local if t and not (page.parent / t).exists()]
    for target, anchor in local:
        goal = (page.parent / target).resolve() if target else page.resolve()
        if anchor and goal in texts and squeezed(anchor[1:]) not in {squeezed(h) for h in headings(texts[goal])}:
            failures.append(f"{page.relative_to(root)}: {target}{anchor}: there is no such heading")
    links[page] = {(page.parent / t).resolve() for t, _ in local if t}
    for target in list(links[page]):
        if target.is_dir():
            links[page] |= set(target.glob("*.md"))

seen, todo = set(), [root / "README.md"]
while todo:
    page = todo.pop()
    if page in links and page not in seen:
        seen.add(page)
        todo += links[page]
failures += [f"{p.relative_to(root)}: no link leads here" for p in pages if p not in seen and "docs" in p.relative_to(root).parts]
if (root / "mkdocs.yml").exists():
    failures += docs_nav.problems(root)
print("\n".join(failures) or "ok")
sys.exit(1 if failures else 0)
