#!/usr/bin/env bash
# Format, layers and clang-tidy over the tracked sources. Needs clang-format-19 and clang-tidy-22 (Debian packages) and a
# configured build/release.
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t sources < <(git ls-files '*.h' '*.cpp')
clang-format-19 --dry-run --Werror "${sources[@]}"
python3 tools/check_layers.py .
mapfile -t units < <(git ls-files 'src/*.cpp' 'apps/*.cpp')
clang-tidy-22 -p build/release --quiet "${units[@]}"
