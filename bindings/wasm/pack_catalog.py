#!/usr/bin/env python3
"""Packs the files of a data folder that the browser's engine reads into one JSON object of name to text.

    pack_catalog.py DATA OUTPUT
"""
import json
import pathlib
import sys

USED = ("calibration/*.yaml", "hardware/*.yaml", "models/*.yaml", "heat/*.yaml", "lengths/*", "economics/*.yaml", "missions/*.yaml")

data, output = map(pathlib.Path, sys.argv[1:])
files = {p.relative_to(data).as_posix(): p.read_text() for pattern in USED for p in sorted(data.glob(pattern)) if p.is_file()}
if not files:
    sys.exit(f"{data}: no catalog there")
output.parent.mkdir(parents=True, exist_ok=True)
output.write_text(json.dumps(files, ensure_ascii=False, separators=(",", ":")))
