#!/usr/bin/env python3
"""The layer check must bite: a tree with one upward include of each kind fails, the same tree without passes."""
import pathlib
import subprocess
import sys
import tempfile

CHECKER = sys.argv[1]
LAYERS = """
ridgeline_layer(base HEADERS units.h)
ridgeline_layer(engine DEPENDS base HEADERS engine.h)
ridgeline_layer(live DEPENDS engine HEADERS live.h)
ridgeline_layer(report DEPENDS engine)  # results only: public headers of any layer, nothing else
"""


def verdict(files):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in {"src/CMakeLists.txt": LAYERS, **files}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        return subprocess.run([sys.executable, CHECKER, folder], capture_output=True).returncode


good = {"include/ridgeline/units.h": "", "include/ridgeline/engine.h": '#include "ridgeline/units.h"\n',
        "src/base/a.h": '#include <vector>\n', "src/engine/b.cpp": '#include "base/a.h"\n#include "ridgeline/engine.h"\n',
        "include/ridgeline/live.h": "", "src/report/r.cpp": '#include "ridgeline/live.h"\n#include "base/a.h"\n'}
assert verdict(good) == 0, "a good tree is refused"
for name, text in {"src/base/a.h": '#include "engine/b.h"\n', "src/base/c.cpp": '#include "ridgeline/engine.h"\n',
                   "include/ridgeline/units.h": '#include "ridgeline/engine.h"\n',
                   "include/ridgeline/engine.h": '#include "engine/b.h"\n', "include/ridgeline/other.h": "",
                   "src/nowhere/x.cpp": "", "src/report/r.cpp": '#include "engine/b.h"\n'}.items():
    assert verdict({**good, name: text}) == 1, f"{name}: an upward include passes"
print("ok")
