#!/usr/bin/env bash
# Makes build/venv with what the Python package is built and tested with (bindings/python/requirements.txt). Idempotent:
# does nothing while the list is the one that it was made from. Exits with 3 where the packages cannot be had.
set -euo pipefail
cd "$(dirname "$0")/.."

list=bindings/python/requirements.txt
venv=build/venv
made_from=$venv/made-from.txt
if cmp -s "$list" "$made_from"; then
  exit 0
fi
echo "setup: Python packages into $venv"
mkdir -p build
log=build/venv.log
if ! { [ -x "$venv/bin/python" ] || python3 -m venv "$venv"; } > "$log" 2>&1; then
  echo "setup: python3 -m venv failed (python3-venv is missing?); the Python package is left out: $log" >&2
  exit 3
fi
if ! "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$list" > "$log" 2>&1; then
  echo "setup: no Python packages to be had (no network?); the Python package is left out: $log" >&2
  exit 3
fi
cp "$list" "$made_from"
