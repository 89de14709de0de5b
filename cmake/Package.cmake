# `make deb`: three packages. Depends of programs and modules are found by dpkg-shlibdeps.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME ridgeline)
set(CPACK_PACKAGE_VENDOR "The Ridgeline maintainers")
set(RIDGELINE_MAINTAINER "Ridgeline maintainers <maintainers@ridgeline.invalid>" CACHE STRING "Of the Debian packages")
set(CPACK_PACKAGE_CONTACT "${RIDGELINE_MAINTAINER}")
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL program development)
if(TARGET ridgeline_mpi)
  list(APPEND CPACK_COMPONENTS_ALL mpi)
endif()
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
  WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/DebianFiles.cmake)
set(CPACK_RIDGELINE_SOURCE ${PROJECT_SOURCE_DIR})

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME ridgeline)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SUGGESTS "ridgeline-mpi, bash-completion, man-db")
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION "what a machine-learning system will really do
Predicts, simulates, measures and explains throughput, latency, energy and cost
of machine-learning systems, in the same words and units, with error bars.
.
This package has the program, its catalog of devices and models, the manual
pages and the documentation.")

set(CPACK_DEBIAN_MPI_PACKAGE_NAME ridgeline-mpi)
set(CPACK_DEBIAN_MPI_PACKAGE_SECTION science)
set(CPACK_DEBIAN_MPI_PACKAGE_DEPENDS "ridgeline (= ${PROJECT_VERSION}), openmpi-bin")
set(CPACK_COMPONENT_MPI_DESCRIPTION "what a machine-learning system will really do (MPI)
The module by which mpirun shares a study of ridgeline explore between
processes.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libridgeline-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libfmt-dev, libyaml-cpp-dev")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SUGGESTS "libceres-dev, libcurl4-openssl-dev, libcpp-httplib-dev, libdnnl-dev, \
libpagmo-dev, libsimdjson-dev, libsqlite3-dev")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "what a machine-learning system will really do (C++)
Headers and static libraries of Ridgeline's layers, and their CMake package.")
include(CPack)
