#!/usr/bin/env bash
# Builds the wheel, installs it into a new virtual environment, and runs the package's tests against it in an empty
# folder, with the catalog that it brings. Minutes: it compiles the layers for itself. PYTHON=python3.9 takes another.
set -euo pipefail
cd "$(dirname "$0")/.."
source_dir=$PWD

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
python=$work/venv/bin/python
"$python" -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir "$work/wheel" "$source_dir"
"$python" -m pip install --quiet --disable-pip-version-check "$work"/wheel/ridgeline-*.whl
mkdir "$work/empty"
cd "$work/empty"
unset PYTHONPATH RIDGELINE_DATA
export XDG_DATA_HOME=$work/home RIDGELINE_SOURCE=$source_dir
"$work/venv/bin/ridgeline" predict llama-3-8b a100 > predicted.txt
grep -q "llama-3-8b on a100-sxm-80gb" predicted.txt
if [ -x "$source_dir/build/release/ridgeline" ]; then
  export RIDGELINE_PROGRAM=$source_dir/build/release/ridgeline
fi
for test in "$source_dir"/bindings/python/tests/test_{package,same,bench,search,pipeline,measured}.py; do
  "$python" "$test"
done
ls -l "$work"/wheel
