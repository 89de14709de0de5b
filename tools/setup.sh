#!/usr/bin/env bash
# Installs what building Ridgeline needs on Debian 12 or Ubuntu 22.04 and later, and says what it does. Idempotent:
# a second run finds everything there and installs nothing. sudo is used only when not root.
set -euo pipefail

packages=(
  g++ cmake ninja-build ccache git python3 python3-yaml
  libfmt-dev nlohmann-json3-dev libyaml-cpp-dev libcli11-dev
  libboost-dev libboost-math-dev libdnnl-dev libceres-dev libsqlite3-dev libcurl4-openssl-dev libsimdjson-dev
  libpagmo-dev
  libgtest-dev libgmock-dev libbenchmark-dev libcpp-httplib-dev libssl-dev zlib1g-dev
  libopenmpi-dev openmpi-bin
  dpkg-dev file
  python3-jsonschema
  python3-dev python3-venv
)

if ! command -v dpkg-query > /dev/null || ! command -v apt-get > /dev/null; then
  echo "setup: this is not Debian or Ubuntu; please install the equivalents of: ${packages[*]}" >&2
  exit 2
fi

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2> /dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo > /dev/null; then
    echo "setup: missing ${missing[*]}, and there is neither root nor sudo to install them" >&2
    exit 2
  fi
  as_root=(sudo)
fi
echo "setup: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
echo "setup: done"
