"""Hooks of MkDocs for the site of `make docs`: pages from outside docs/, links to other files, the list of schemas."""
import json
import pathlib
import posixpath
import re
import sys

from mkdocs.structure.files import File

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import docs_nav  # noqa: E402

LINK = re.compile(r"(\]\()([^)#\s]+)((?:#[^)]*)?\))")
HEADER = re.compile(r"`include/ridgeline/(?:(\w+)\.h)?`(?!\])")
FENCE = re.compile(r"^(```|    )")


def on_config(config):
    config.nav = docs_nav.nav(ROOT)
    return config


def on_files(files, config):
    for name, file in docs_nav.site_pages(ROOT).items():
        if file and docs_nav_outside(name):
            files.append(File.generated(config, name, content=file.read_text()))
    files.append(File.generated(config, "schemas/README.md", content=schemas_page()))
    for target in sorted(linked_files()):
        files.append(File.generated(config, f"files/{target}", content=(ROOT / target).read_bytes()))
    return files


def on_page_markdown(markdown, page, config, files):
    here = page.file.src_uri
    lines = [line if FENCE.match(line) else HEADER.sub(lambda m: header_link(m, here), line)
             for line in markdown.splitlines()]
    return LINK.sub(lambda m: m[1] + site_link(m[2], here) + m[3], "\n".join(lines))


def docs_nav_outside(name):
    return any(docs_nav.matches(pattern, name) for pattern in docs_nav.OUTSIDE)


def project_path(name):
    """Where a page of the site lies in the project."""
    return name if docs_nav_outside(name) else f"docs/{name}"


def site_name(path):
    """What a file of the project is called in the site; None where it is not there."""
    full = ROOT / path
    if full.is_dir():
        inside = [full / "README.md", *sorted(full.glob("*.md"))]
        first = next((p for p in inside if p.exists()), None)
        return site_name(str(first.relative_to(ROOT))) if first else None
    if not full.exists():
        return None
    if path == "README.md":
        return "README.md"
    if path.startswith("docs/") or docs_nav_outside(path):
        return path.removeprefix("docs/")
    return f"files/{path}"


def site_link(target, here):
    """A link as a page in the project has it, as the page in the site needs it."""
    if re.match(r"[a-z]+:", target):
        return target
    path = posixpath.normpath(posixpath.join(posixpath.dirname(project_path(here)), target))
    name = site_name(path)
    return posixpath.relpath(name, posixpath.dirname(here) or ".") if name else target


def header_link(match, here):
    """A public header is a page of Doxygen's, which `make docs` makes after the site (tools/check_site.py sees to it)."""
    page = f"cpp/{match[1].replace('_', '__')}_8h.html" if match[1] else "cpp/index.html"
    depth = here.count("/")
    return f'<a href="{"../" * depth}{page}"><code>{match[0].strip("`")}</code></a>'


def linked_files():
    """Files of the project that a page links to and that are no pages of the site."""
    found = set()
    for name, file in docs_nav.site_pages(ROOT).items():
        for _, target, _ in LINK.findall(file.read_text()) if file else []:
            path = posixpath.normpath(posixpath.join(posixpath.dirname(project_path(name)), target))
            if not re.match(r"[a-z]+:", target) and (site_name(path) or "").startswith("files/"):
                found.add(path)
    return found


def schemas_page():
    rows = []
    for file in sorted((ROOT / "docs" / "schemas").glob("*.json")):
        schema = json.loads(file.read_text())
        says = schema.get("description") or schema.get("title") or ""
        rows.append(f"| [{file.stem}]({file.name}) | {says.replace('|', ' ')} |")
    return ("# JSON schemas\n\nEach document that a command prints with `--json`, and each that it reads. "
            "[formats](../formats.md) says what they have in common.\n\n| schema | what |\n|---|---|\n" +
            "\n".join(rows) + "\n")
