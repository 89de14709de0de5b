#!/usr/bin/env python3
"""Parts of pages that tools make are what the tools make now; and the tools see what changes."""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(sys.argv[1]).resolve()


def check(tool, root):
    done = subprocess.run([sys.executable, ROOT / "tools" / tool, root, "--check"], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def copy(folder):
    """What the tools read, in a project of its own."""
    for name in ("docs/limits.md", "docs/cpp.md", "docs/layers.svg", "src/CMakeLists.txt", "examples/cpp/predict.cpp"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "include", folder / "include")
    shutil.copytree(ROOT / "validation", folder / "validation")


for tool in ("limits_page.py", "layers_page.py"):
    code, said = check(tool, ROOT)
    assert code == 0, said
with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    copy(folder)
    result = folder / "validation/training/result.json"
    document = json.loads(result.read_text())
    document["checks"][0]["value"] += 1
    result.write_text(json.dumps(document))
    code, said = check("limits_page.py", folder)
    assert code == 1 and "limits.md is not" in said, said
    layers = folder / "src/CMakeLists.txt"
    layers.write_text(layers.read_text() + "ridgeline_layer(roof DEPENDS report)\n")
    code, said = check("layers_page.py", folder)
    assert code == 1 and "layers.svg is not" in said, said
print("ok")
