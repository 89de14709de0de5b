#!/usr/bin/env python3
"""Fails when an include points upward. Reads the layers from src/CMakeLists.txt; prints one line an offence."""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
# Renders results: may include every public header, and nothing else of src/ but base.
PUBLIC_ONLY = {"report"}


def read_layers():
    """Returns {layer: set of layers it may include, itself included} and {public header: layer}."""
    text = re.sub(r"#.*", "", (ROOT / "src/CMakeLists.txt").read_text())
    reach, owner = {}, {}
    for name, body in re.findall(r"ridgeline_layer\((\w+)([^)]*)\)", text):
        field, words = None, {"COLD": [], "SMALL": [], "DEPENDS": [], "HEADERS": [], "LIBRARIES": []}
        for word in body.split():
            if word in words:
                field = word
            else:
                words[field].append(word)
        unknown = [d for d in words["DEPENDS"] if d not in reach]
        if unknown:
            sys.exit(f"src/CMakeLists.txt: layer {name} depends on {unknown[0]}, which is not below it")
        reach[name] = {name}.union(*(reach[d] for d in words["DEPENDS"])) if words["DEPENDS"] else {name}
        owner.update({header: name for header in words["HEADERS"]})
    return reach, owner


def offences(path, allowed, owner, reach, all_public):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        quoted = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
        if not quoted:
            continue
        target = quoted.group(1)
        if target.startswith("ridgeline/"):
            layer = owner.get(target.removeprefix("ridgeline/"))
            if layer is None:
                yield f"{path.relative_to(ROOT)}:{number}: {target} belongs to no layer in src/CMakeLists.txt"
            elif layer not in allowed and not all_public:
                yield f"{path.relative_to(ROOT)}:{number}: may not include {target} (layer {layer})"
        elif target.split("/")[0] in reach and "/" in target and target.split("/")[0] not in allowed:
            yield f"{path.relative_to(ROOT)}:{number}: may not include {target}"


def main():
    reach, owner = read_layers()
    found = []
    for path in sorted((ROOT / "src").rglob("*.[hc]*")):
        layer = path.relative_to(ROOT / "src").parts[0]
        if path.suffix not in {".h", ".cpp"}:
            continue
        if layer not in reach:
            found.append(f"{path.relative_to(ROOT)}: folder {layer} is not a layer in src/CMakeLists.txt")
            continue
        public_only = layer in PUBLIC_ONLY
        found += offences(path, {layer, "base"} if public_only else reach[layer], owner, reach, public_only)
    for path in sorted((ROOT / "include/ridgeline").glob("*.h")):
        layer = owner.get(path.name)
        if layer is None:
            found.append(f"include/ridgeline/{path.name}: belongs to no layer in src/CMakeLists.txt")
        else:
            found += offences(path, reach[layer], owner, {}, layer in PUBLIC_ONLY)
            found += [f"include/ridgeline/{path.name}: a public header may not include src/ ({t})"
                      for t in re.findall(r'#\s*include\s*"((?!ridgeline/)[^"]+)"', path.read_text())]
    print("\n".join(found), end="\n" if found else "", file=sys.stderr)
    return 1 if found else 0


sys.exit(main())
