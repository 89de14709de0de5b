# One folder, one target, one layer. src/CMakeLists.txt lists the layers from the bottom up; this file
# turns a line there into a library, and tools/check_layers.py reads the same lines to refuse an include
# that points upward.

add_library(ridgeline_flags INTERFACE)
target_compile_options(ridgeline_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
  -Wno-sign-conversion -Wnon-virtual-dtor -Woverloaded-virtual -Werror
  # GCC 12 sees overlapping copies in inlined std::string concatenation that are not there (GCC bug 105651).
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>
  # A file of a unity build shadows what another of the same batch calls its own; builds by the file see to it.
  $<$<BOOL:${CMAKE_UNITY_BUILD}>:-Wno-shadow>
  # What is counted fits the memory, so where that is 32 bits wide counts may be narrowed to std::size_t.
  $<$<BOOL:${EMSCRIPTEN}>:-Wno-shorten-64-to-32>
  # A fused multiply-add the compiler chose would change the last bit between builds (design.md 11).
  -ffp-contract=off)
if(RIDGELINE_SANITIZE)
  target_compile_options(ridgeline_flags INTERFACE -fsanitize=${RIDGELINE_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(ridgeline_flags INTERFACE -fsanitize=${RIDGELINE_SANITIZE})
endif()

# What runs once a command, and tests, are compiled more often than they run.
if(NOT DEFINED RIDGELINE_COLD)
  set(RIDGELINE_COLD $<$<CONFIG:Release>:-O1>)
endif()

# ridgeline_layer(NAME [DEPENDS layer...] [HEADERS public.h...] [LIBRARIES target...] [COLD] [SMALL] [APART])
#   DEPENDS    the layers whose headers this one may include (and, through them, theirs)
#   HEADERS    the public headers in include/ridgeline/ that this layer implements
#   LIBRARIES  third-party targets, private to the layer
#   COLD       runs once a command: compiled for less time
#   SMALL      runs often, and in WebAssembly is compiled as if it were COLD: what it weighs there is everybody's
#   APART      its files call their own things alike: compiled one by one in unity builds too
#
# Installed, a layer is ridgeline::NAME (cmake/Install.cmake); libraries that are headers only are no business of
# whoever links it.
function(ridgeline_layer name)
  cmake_parse_arguments(L "COLD;SMALL;APART" "" "DEPENDS;HEADERS;LIBRARIES" ${ARGN})
  if(L_SMALL AND EMSCRIPTEN)
    set(L_COLD TRUE)
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  add_library(ridgeline_${name} STATIC ${sources})
  add_library(ridgeline::${name} ALIAS ridgeline_${name})
  set_target_properties(ridgeline_${name} PROPERTIES EXPORT_NAME ${name})
  target_include_directories(ridgeline_${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src> $<INSTALL_INTERFACE:include>)
  if(TARGET ridgeline_precompiled AND fmt::fmt IN_LIST L_LIBRARIES)
    if(L_COLD)
      target_precompile_headers(ridgeline_${name} REUSE_FROM ridgeline_precompiled_cold)
    else()
      target_precompile_headers(ridgeline_${name} REUSE_FROM ridgeline_precompiled)
    endif()
  endif()
  if(L_APART)
    set_target_properties(ridgeline_${name} PROPERTIES UNITY_BUILD OFF)
  endif()
  if(L_COLD)
    target_compile_options(ridgeline_${name} PRIVATE ${RIDGELINE_COLD})
  endif()
  set(reach ${L_LIBRARIES})
  foreach(below IN LISTS L_DEPENDS)
    get_property(more GLOBAL PROPERTY RIDGELINE_LIBRARIES_${below})
    list(APPEND reach ${more})
  endforeach()
  list(REMOVE_DUPLICATES reach)
  set_property(GLOBAL PROPERTY RIDGELINE_LIBRARIES_${name} ${reach})
  set_property(GLOBAL APPEND PROPERTY RIDGELINE_LAYERS ${name})
  list(TRANSFORM L_DEPENDS PREPEND ridgeline_)
  list(TRANSFORM L_LIBRARIES REPLACE "^(nlohmann_json::nlohmann_json|Boost::headers)$" "$<BUILD_INTERFACE:\\1>")
  target_link_libraries(ridgeline_${name} PUBLIC ${L_DEPENDS} PRIVATE $<BUILD_INTERFACE:ridgeline_flags> ${L_LIBRARIES})
endfunction()

add_custom_target(check_layers ALL
  COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/check_layers.py ${PROJECT_SOURCE_DIR}
  COMMENT "Checking that no include points upward" VERBATIM)
