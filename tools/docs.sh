#!/usr/bin/env bash
# Builds the documentation into build/site: the pages by MkDocs in a virtual environment under build/, the C++ API by
# Doxygen. What is missing of Debian's is installed, and said. Broken links, and anything that the site would fetch from
# elsewhere, stop it.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=()
command -v doxygen > /dev/null || packages+=(doxygen)
python3 -c 'import ensurepip, venv' 2> /dev/null || packages+=(python3-venv)
if [ ${#packages[@]} -gt 0 ]; then
  as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  echo "docs: installing ${packages[*]}"
  export DEBIAN_FRONTEND=noninteractive
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${packages[@]}" > /dev/null
fi

venv=build/docs-venv
if ! cmp -s docs/requirements.txt "$venv/requirements.txt"; then
  echo "docs: installing docs/requirements.txt into $venv"
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --requirement docs/requirements.txt
  cp docs/requirements.txt "$venv/requirements.txt"
fi

"$venv/bin/mkdocs" build --strict --quiet --clean
doxygen docs/Doxyfile
"$venv/bin/python" tools/check_site.py build/site
echo "docs: build/site/index.html"
