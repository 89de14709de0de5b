#!/usr/bin/env python3
"""Packs the files of a data folder that the browser's engine reads into one JSON object of name to text, and beside it
the ids and names of the entries, which a page shows before anything is read.

    pack_catalog.py DATA OUTPUT NAMES
"""
import json
import pathlib
import sys

import yaml

USED = ("calibration/*.yaml", "hardware/*.yaml", "models/*.yaml", "heat/*.yaml", "lengths/*", "economics/*.yaml", "missions/*.yaml",
        "labs/*/*.yaml", "labs/*/*.md")

data, output, names = map(pathlib.Path, sys.argv[1:])
files = {p.relative_to(data).as_posix(): p.read_text() for pattern in USED for p in sorted(data.glob(pattern)) if p.is_file()}
if not files:
    sys.exit(f"{data}: no catalog there")
output.parent.mkdir(parents=True, exist_ok=True)
output.write_text(json.dumps(files, ensure_ascii=False, separators=(",", ":")))
entries = {"hardware": [], "models": []}
for name, text in files.items():
    if (kind := name.split("/")[0]) in entries:
        entry = yaml.safe_load(text)
        entries[kind].append({"id": entry["id"], "name": entry["name"]})
for kind in entries.values():
    kind.sort(key=lambda entry: entry["id"])
names.write_text(json.dumps(entries, ensure_ascii=False, separators=(",", ":")))
