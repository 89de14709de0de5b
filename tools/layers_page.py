#!/usr/bin/env python3
"""What docs/architecture.md and docs/cpp.md say of layers and headers, from src/CMakeLists.txt and the headers.

    layers_page.py ROOT            writes docs/layers.svg, and the table of docs/cpp.md between its markers
    layers_page.py ROOT --check    exit code 1 when that is not what stands there
"""
import pathlib
import re
import sys

BEGIN = "<!-- made by tools/layers_page.py from the headers; do not edit -->"
END = "<!-- end of what tools/layers_page.py made -->"
WIDTH, ROW, BOX, HEIGHT = 1000, 74, 92, 30


def read_layers(root):
    """{layer: (what it depends on, its headers)} from the ground up."""
    text = re.sub(r"#.*", "", (root / "src/CMakeLists.txt").read_text())
    layers = {}
    for name, body in re.findall(r"ridgeline_layer\((\w+)([^)]*)\)", text):
        parts = {"DEPENDS": [], "HEADERS": []}
        field = None
        for word in body.split():
            if re.fullmatch("[A-Z]+", word):
                field = word
            elif field in parts:
                parts[field].append(word)
        layers[name] = (parts["DEPENDS"], parts["HEADERS"])
    return layers


def below(layers, name):
    """Every layer that it may include, itself left out."""
    return set().union(*({d} | below(layers, d) for d in layers[name][0])) if layers[name][0] else set()


def direct(layers, name):
    """Its dependencies without those that another one brings along."""
    depends = layers[name][0]
    return [d for d in depends if not any(d in below(layers, other) for other in depends if other != d)]


def places(layers):
    """{layer: (x, y) of its box}: a row a level, each box near the middle of what it stands on."""
    level = {}
    for name, (depends, _) in layers.items():
        level[name] = 1 + max((level[d] for d in depends), default=-1)
    at = {}
    for row in range(max(level.values()) + 1):
        names = [n for n in layers if level[n] == row]
        def middle(name):
            on = direct(layers, name)
            return sum(at[d][0] for d in on) / len(on) if on else WIDTH / 2
        names.sort(key=middle)
        for i, name in enumerate(names):
            at[name] = (WIDTH * (i + 0.5) / len(names), (max(level.values()) - row) * ROW + 40)
    return at


def svg(layers):
    at = places(layers)
    height = max(y for _, y in at.values()) + 40
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" font-family="sans-serif" '
             'font-size="15" role="img" aria-label="Layers of src, from base at the bottom; a line leads down to what a layer '
             'may include">', f'<rect width="{WIDTH}" height="{height:.0f}" fill="#fff"/>']
    for name in layers:
        x, y = at[name]
        lines += [f'<path d="M{x:.0f} {y + HEIGHT / 2:.0f} L{at[d][0]:.0f} {at[d][1] - HEIGHT / 2:.0f}" stroke="#9aa7c7" fill="none"/>'
                  for d in direct(layers, name)]
    for name, (x, y) in at.items():
        lines += [f'<rect x="{x - BOX / 2:.0f}" y="{y - HEIGHT / 2:.0f}" width="{BOX}" height="{HEIGHT}" rx="4" fill="#eef1fa" '
                  'stroke="#3f51b5"/>', f'<text x="{x:.0f}" y="{y + 5:.0f}" text-anchor="middle" fill="#1d2433">{name}</text>']
    return "\n".join([*lines, "</svg>"]) + "\n"


def first_sentence(header):
    """Of the comment that a header begins with."""
    said = []
    for line in header.read_text().splitlines():
        if line.startswith(("//", "/*", " *")):
            said.append(line.strip("/* "))
        elif said:
            break
    text = re.sub(r" \(docs/[^)]*\)|(?<=\.) (Files: )?docs/.*", "", " ".join(said))
    return re.split(r"\.(?:\s|$)(?![a-z1-9])", text)[0].replace("|", "\\|")


def table(root, layers):
    lines = ["| header | layer | what |", "|---|---|---|"]
    for name, (_, headers) in layers.items():
        lines += [f"| `include/ridgeline/{h}` | {name} | {first_sentence(root / 'include/ridgeline' / h)} |" for h in headers]
    return "\n".join([BEGIN, "", example(root), "", "## The headers, from the ground up", "", *lines, "", END])


def example(root):
    return "\n".join(["```cpp", (root / "examples" / "cpp" / "predict.cpp").read_text().rstrip(), "```"])


def main():
    root = pathlib.Path(sys.argv[1])
    layers = read_layers(root)
    page = root / "docs" / "cpp.md"
    head, rest = page.read_text().split(BEGIN)
    made = {root / "docs" / "layers.svg": svg(layers), page: head + table(root, layers) + rest.split(END)[1]}
    if "--check" not in sys.argv:
        for file, text in made.items():
            file.write_text(text)
        return 0
    stale = [f"docs/{file.name} is not what the layers and headers say; run tools/layers_page.py ."
             for file, text in made.items() if not file.exists() or file.read_text() != text]
    print("\n".join(stale) or "ok")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
