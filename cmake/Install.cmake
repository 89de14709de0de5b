# What `make install` puts where; docs/install.md. Three components, which are three Debian packages too: program,
# mpi, development. Everything is found from the program or the CMake package, so the tree may be moved.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS ridgeline_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
install(DIRECTORY data/ DESTINATION ${CMAKE_INSTALL_DATADIR}/ridgeline COMPONENT program)
# The workbench, where `make site` has made it.
install(DIRECTORY build/site-lab/ DESTINATION ${CMAKE_INSTALL_DATADIR}/ridgeline/workbench COMPONENT program OPTIONAL)
install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
install(DIRECTORY docs examples DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program
  PATTERN __pycache__ EXCLUDE)
if(TARGET ridgeline_mpi)
  install(TARGETS ridgeline_mpi LIBRARY DESTINATION lib/ridgeline COMPONENT mpi)
endif()

# Manual pages and completions, by the program that they are of.
if(NOT RIDGELINE_SANITIZE)
  set(made ${PROJECT_BINARY_DIR}/made)
  string(TIMESTAMP date "%Y-%m-%d" UTC) # that of SOURCE_DATE_EPOCH, where it is set
  add_custom_command(OUTPUT ${made}/stamp
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${made}
    COMMAND $<TARGET_FILE:ridgeline_cli> man --into ${made}/man1 --date ${date}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${made}/completions
    COMMAND $<TARGET_FILE:ridgeline_cli> completion bash > ${made}/completions/ridgeline
    COMMAND $<TARGET_FILE:ridgeline_cli> completion zsh > ${made}/completions/_ridgeline
    COMMAND $<TARGET_FILE:ridgeline_cli> completion fish > ${made}/completions/ridgeline.fish
    COMMAND ${CMAKE_COMMAND} -E touch ${made}/stamp
    DEPENDS ridgeline_cli COMMENT "Making manual pages and completions")
  add_custom_target(ridgeline_manual ALL DEPENDS ${made}/stamp)
  set(share ${CMAKE_INSTALL_DATADIR})
  install(DIRECTORY ${made}/man1 DESTINATION ${CMAKE_INSTALL_MANDIR} COMPONENT program)
  install(FILES ${made}/completions/ridgeline DESTINATION ${share}/bash-completion/completions COMPONENT program)
  install(FILES ${made}/completions/_ridgeline DESTINATION ${share}/zsh/site-functions COMPONENT program)
  install(FILES ${made}/completions/ridgeline.fish DESTINATION ${share}/fish/vendor_completions.d COMPONENT program)
endif()

# The library: find_package(Ridgeline COMPONENTS engine report), then ridgeline::engine.
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Ridgeline)
get_property(layers GLOBAL PROPERTY RIDGELINE_LAYERS)
list(TRANSFORM layers PREPEND ridgeline_ OUTPUT_VARIABLE targets)
set(package_of_fmt::fmt fmt)
set(package_of_yaml-cpp yaml-cpp)
set(package_of_OneDNN::dnnl OneDNN)
set(package_of_OpenMP::OpenMP_CXX OpenMP)
set(package_of_Threads::Threads Threads)
set(package_of_CURL::libcurl CURL)
set(package_of_simdjson::simdjson simdjson)
set(package_of_Pagmo::pagmo pagmo)
set(package_of_Httplib::httplib Httplib)
set(package_of_ZLIB::ZLIB ZLIB)
set(package_of_SQLite::SQLite3 SQLite3)
set(package_of_Ceres::ceres Ceres)
set(layer_packages "")
foreach(layer IN LISTS layers)
  get_property(libraries GLOBAL PROPERTY RIDGELINE_LIBRARIES_${layer})
  set(packages "")
  foreach(library IN LISTS libraries)
    if(DEFINED package_of_${library})
      list(APPEND packages ${package_of_${library}})
    endif()
  endforeach()
  string(REPLACE ";" " " packages "${packages}")
  string(APPEND layer_packages "set(_ridgeline_packages_${layer} ${packages})\n")
endforeach()
string(REPLACE ";" " " layer_names "${layers}")
configure_package_config_file(cmake/RidgelineConfig.cmake.in ${PROJECT_BINARY_DIR}/RidgelineConfig.cmake
  INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/RidgelineConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/RidgelineConfig.cmake ${PROJECT_BINARY_DIR}/RidgelineConfigVersion.cmake
  cmake/FindOneDNN.cmake cmake/FindHttplib.cmake DESTINATION ${package_dir} COMPONENT development)
install(TARGETS ${targets} EXPORT RidgelineTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(EXPORT RidgelineTargets NAMESPACE ridgeline:: DESTINATION ${package_dir} COMPONENT development)
install(DIRECTORY include/ridgeline DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)
