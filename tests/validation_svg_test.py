#!/usr/bin/env python3
"""The plot that `ridgeline validate --svg` writes is well-formed XML, whatever names the file holds."""
import os
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

PROGRAM, SOURCE = sys.argv[1:3]
SVG = "{http://www.w3.org/2000/svg}"
ROWS = [("vllm", 1), ("vllm", 16), ("<&>\"' \x07ü", 4), ("", 8)]

with tempfile.TemporaryDirectory() as folder:
    measured, plot = pathlib.Path(folder) / "a & b <1>.csv", pathlib.Path(folder) / "plot.svg"
    lines = ["model,hardware,stack,precision,isl,osl,concurrency,ttft_ms,tpot_ms"]
    for stack, users in ROWS:
        quoted = '"' + stack.replace('"', '""') + '"'
        lines.append(f"llama-3.1-8b,h100,{quoted},fp8,1024,256,{users},{60 * users},{8 + users / 4}")
    measured.write_text("\n".join(lines) + "\n")
    done = subprocess.run([PROGRAM, "validate", str(measured), "--svg", str(plot)], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, env={**os.environ, "RIDGELINE_DATA": f"{SOURCE}/data"})
    assert done.returncode == 0, done.stdout
    picture = ElementTree.parse(plot).getroot()

assert picture.tag == SVG + "svg" and picture.get("role") == "img"
assert picture.find(SVG + "title").text == "Predicted against measured: a & b <1>.csv"
panels = [g for g in picture.findall(SVG + "g") if g.find(SVG + "text") is not None]
assert len(panels) == 2, len(panels)
for panel in panels:
    marks = panel.findall(f"{SVG}g/{SVG}use")
    assert len(marks) == len(ROWS), len(marks)
    assert all(0 <= float(mark.get(axis)) <= 420 for mark in marks for axis in "xy"), "a mark outside its panel"
print("ok")
