# The toolchain file of preset `wasm`: Emscripten's own, wherever it is installed.
find_path(RIDGELINE_EMSCRIPTEN cmake/Modules/Platform/Emscripten.cmake NO_CMAKE_FIND_ROOT_PATH REQUIRED
  HINTS $ENV{EMSDK}/upstream/emscripten $ENV{EMSCRIPTEN} /usr/share/emscripten
  DOC "Folder of emcc.py")
include(${RIDGELINE_EMSCRIPTEN}/cmake/Modules/Platform/Emscripten.cmake)
