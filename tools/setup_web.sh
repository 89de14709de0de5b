#!/usr/bin/env bash
# Installs what the workbench needs beyond tools/setup_wasm.sh: npm, and with --browser the Chromium that walks it
# (Debian 12; elsewhere CHROMIUM names one); and into web/node_modules the packages of web/package-lock.json. Idempotent.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=()
command -v npm > /dev/null || packages+=(npm)
[ "${1:-}" != --browser ] || [ -n "${CHROMIUM:-}" ] || command -v chromium > /dev/null || packages+=(chromium)
if [ ${#packages[@]} -gt 0 ]; then
  as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  echo "setup: installing ${packages[*]}"
  export DEBIAN_FRONTEND=noninteractive
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${packages[@]}" > /dev/null
fi

if ! node -e 'process.exit(+process.versions.node.split(".")[0] >= 20 ? 0 : 1)'; then
  echo "setup: the workbench is built with node 20 or later; this is $(node --version)" >&2
  exit 2
fi
# npm writes this file last.
if [ web/package-lock.json -nt web/node_modules/.package-lock.json ]; then
  echo "setup: fetching the packages of the workbench"
  npm --prefix web ci --ignore-scripts --no-audit --no-fund --silent
fi
