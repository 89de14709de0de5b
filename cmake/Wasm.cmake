# The libraries of the portable layers for a WebAssembly build. Their packages hold native binaries, so only their
# headers serve: fmt is used header-only, and yaml-cpp is compiled from its source (tools/setup_wasm.sh fetches it).
set(RIDGELINE_YAML_CPP ${PROJECT_SOURCE_DIR}/build/wasm-deps/yaml-cpp CACHE PATH "Source of yaml-cpp")
file(GLOB yaml_cpp_sources ${RIDGELINE_YAML_CPP}/src/*.cpp)
if(NOT yaml_cpp_sources)
  message(FATAL_ERROR "no source of yaml-cpp in ${RIDGELINE_YAML_CPP}: run tools/setup_wasm.sh")
endif()
add_library(yaml-cpp STATIC ${yaml_cpp_sources})
target_include_directories(yaml-cpp SYSTEM PUBLIC ${RIDGELINE_YAML_CPP}/include)
# Clang 14 registers the destructor of a temporary that a static reference keeps alive as a function that returns
# nothing, where in WebAssembly it returns `this`: the call at exit faults. The emitter has two such references.
target_compile_options(yaml-cpp PRIVATE -w -fno-c++-static-destructors)

# /usr/include itself would put the host's C library before Emscripten's.
set(headers ${PROJECT_BINARY_DIR}/headers)
file(MAKE_DIRECTORY ${headers})
foreach(library fmt nlohmann CLI boost)
  find_path(${library}_headers ${library} PATHS /usr/include /usr/local/include NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH
    REQUIRED)
  file(CREATE_LINK ${${library}_headers}/${library} ${headers}/${library} SYMBOLIC)
endforeach()
foreach(target fmt::fmt nlohmann_json::nlohmann_json CLI11::CLI11 Boost::headers)
  add_library(${target} INTERFACE IMPORTED)
  target_include_directories(${target} SYSTEM INTERFACE ${headers})
endforeach()
target_compile_definitions(fmt::fmt INTERFACE FMT_HEADER_ONLY)

# WebAssembly's own exceptions: those by JavaScript leave it and come back in every call that may throw (docs/wasm.md).
add_compile_options(-fwasm-exceptions)
add_link_options(-fwasm-exceptions -sALLOW_MEMORY_GROWTH=1 -sMAXIMUM_MEMORY=4GB)
# Programs run under node and see the machine's files. Emscripten 3.1.6 would fetch() its own file, which node does not
# do. The compiler has optimised already; a second time by the linker costs more than it brings.
set(RIDGELINE_NODE_OPTIONS -O1 -sENVIRONMENT=node -sNODERAWFS=1 -sEXIT_RUNTIME=1 -sWASM_ASYNC_COMPILATION=0
  --pre-js=${PROJECT_SOURCE_DIR}/cmake/node_environment.js)

# What runs once a command is fetched by every visitor: made small.
set(RIDGELINE_COLD $<$<CONFIG:Release>:-Oz>)

# Header-only fmt is most of a file's time: read it once for each way to optimise.
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/precompiled.cpp CONTENT "")
foreach(precompiled ridgeline_precompiled ridgeline_precompiled_cold)
  add_library(${precompiled} STATIC ${PROJECT_BINARY_DIR}/precompiled.cpp)
  target_link_libraries(${precompiled} PRIVATE ridgeline_flags fmt::fmt)
  target_precompile_headers(${precompiled} PRIVATE <fmt/format.h> <algorithm> <cmath> <map> <optional> <string> <vector>)
endforeach()
target_compile_options(ridgeline_precompiled_cold PRIVATE ${RIDGELINE_COLD})
