#!/usr/bin/env bash
# Installs what the WebAssembly build needs beyond tools/setup.sh (Debian 12, Ubuntu 22.04 and later): Emscripten and
# node, and into build/wasm-deps the source of the yaml-cpp that the native build links. Idempotent.
set -euo pipefail
cd "$(dirname "$0")/.."
deps=build/wasm-deps

if [ -z "${EMSDK:-}" ] && ! command -v em++ > /dev/null || ! command -v node > /dev/null; then
  as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  packages=()
  [ -n "${EMSDK:-}" ] || command -v em++ > /dev/null || packages+=(emscripten)
  command -v node > /dev/null || packages+=(nodejs)
  echo "setup: installing ${packages[*]}"
  export DEBIAN_FRONTEND=noninteractive
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${packages[@]}" > /dev/null
fi

[ -d $deps/yaml-cpp/src ] && exit 0
# Sources come from where the packages come from; the lists are kept here, so no setting of the machine changes.
version=$(dpkg-query --show --showformat='${source:Version}' libyaml-cpp-dev)
echo "setup: fetching the source of yaml-cpp $version"
rm -rf $deps
mkdir -p $deps/lists/partial
deps=$(realpath $deps)
apt-get indextargets --format 'deb-src $(SITE) $(RELEASE) $(COMPONENT)' \
  'Created-By: Packages' | sort -u > $deps/sources.list
options=(-qq -o Dir::Etc::sourcelist=$deps/sources.list -o Dir::Etc::sourceparts=/dev/null
  -o Dir::State::lists=$deps/lists)
apt-get "${options[@]}" update 2> $deps/update.log || true  # a source without sources is no reason to stop
(cd $deps && apt-get "${options[@]}" source --download-only "yaml-cpp=$version")
mkdir $deps/yaml-cpp
tar -xf $deps/yaml-cpp_*.orig.tar.* -C $deps/yaml-cpp --strip-components=1
rm -rf $deps/lists
