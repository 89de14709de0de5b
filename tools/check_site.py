#!/usr/bin/env python3
"""Every link in the built site leads to a file and an anchor of it, and nothing is fetched from elsewhere.

    check_site.py FOLDER
"""
import html.parser
import pathlib
import re
import sys
import urllib.parse

FETCHED = {("script", "src"), ("link", "href"), ("img", "src"), ("iframe", "src"), ("source", "src"), ("object", "data")}


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.links, self.fetched, self.anchors = [], [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.anchors |= {values[key] for key in ("id", "name") if values.get(key)}
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        for key in ("src", "href", "data"):
            if (tag, key) in FETCHED and values.get(key):
                self.fetched.append(values[key])


def is_outside(url):
    return re.match(r"(https?:)?//", url)


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    pages = {file: Page(file.read_text(errors="replace")) for file in root.rglob("*.html")}
    problems = []
    for file, page in pages.items():
        name = file.relative_to(root)
        if name.name == "404.html":  # its links are absolute: it is served for paths of any depth
            continue
        problems += [f"{name}: fetches {url}" for url in page.fetched if is_outside(url)]
        for url in {*page.links, *(u for u in page.fetched if not is_outside(u))}:
            parts = urllib.parse.urlsplit(url)
            if parts.scheme or url.startswith("//"):
                continue
            target = (file.parent / urllib.parse.unquote(parts.path)).resolve() if parts.path else file
            target = target / "index.html" if target.is_dir() else target
            if not target.exists():
                problems.append(f"{name}: {url} is not there")
            elif parts.fragment and target in pages and name.parts[0] != "cpp" and \
                    urllib.parse.unquote(parts.fragment) not in pages[target].anchors:
                problems.append(f"{name}: {url} has no such anchor")
    for file in root.rglob("*.css"):
        problems += [f"{file.relative_to(root)}: fetches {url}"
                     for url in re.findall(r"url\([\"']?((?:https?:)?//[^)\"']+)", file.read_text(errors="replace"))]
    print("\n".join(sorted(set(problems))) or f"docs: {len(pages)} pages, every link leads somewhere")
    return 1 if problems else 0


sys.exit(main())
