# ONNX Runtime's C header, and where its library lies, if anywhere: it is loaded at run time and never linked.
# Looked for in RIDGELINE_ONNXRUNTIME, an unpacked release, and in the system's folders.
#   OnnxRuntime_FOUND, OnnxRuntime_INCLUDE_DIR, OnnxRuntime_LIBRARY_FILE (may be empty)
find_path(OnnxRuntime_INCLUDE_DIR onnxruntime_c_api.h
  HINTS ${RIDGELINE_ONNXRUNTIME}
  PATH_SUFFIXES include include/onnxruntime onnxruntime include/onnxruntime/core/session onnxruntime/core/session)
find_file(OnnxRuntime_LIBRARY_FILE NAMES libonnxruntime.so libonnxruntime.so.1
  HINTS ${RIDGELINE_ONNXRUNTIME} PATH_SUFFIXES lib lib64 capi
  PATHS /usr/lib /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE} /usr/local/lib)
if(NOT OnnxRuntime_LIBRARY_FILE)
  set(OnnxRuntime_LIBRARY_FILE "")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OnnxRuntime REQUIRED_VARS OnnxRuntime_INCLUDE_DIR)
mark_as_advanced(OnnxRuntime_INCLUDE_DIR OnnxRuntime_LIBRARY_FILE)
if(RIDGELINE_ONNXRUNTIME AND NOT OnnxRuntime_FOUND)
  message(FATAL_ERROR "RIDGELINE_ONNXRUNTIME=${RIDGELINE_ONNXRUNTIME} has no include/onnxruntime_c_api.h")
endif()
