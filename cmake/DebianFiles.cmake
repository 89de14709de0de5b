# Run by CPack on what is to be packed: what Debian wants elsewhere, compressed or besides.
string(TIMESTAMP year "%Y" UTC)
string(TIMESTAMP when "%a, %d %b %Y %H:%M:%S +0000" UTC)
foreach(component IN LISTS CPACK_COMPONENTS_ALL)
  string(TOUPPER ${component} upper)
  set(name ${CPACK_DEBIAN_${upper}_PACKAGE_NAME})
  set(usr ${CPACK_TEMPORARY_DIRECTORY}/${component}/usr)
  if(NOT EXISTS ${usr})
    message(FATAL_ERROR "${component}: nothing was installed in ${usr}")
  endif()
  set(doc ${usr}/share/doc/${name})
  file(REMOVE ${usr}/share/doc/ridgeline/LICENSE) # it is one of Debian's common licences
  file(WRITE ${doc}/copyright "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: ridgeline

Files: *
Copyright: ${year} The Ridgeline maintainers
License: Apache-2.0
 On Debian systems the full text of the Apache License, version 2.0, is in
 /usr/share/common-licenses/Apache-2.0.
")
  file(WRITE ${doc}/changelog "${name} (${CPACK_PACKAGE_VERSION}) unstable; urgency=medium

  * See CHANGELOG.md of the source, or of the package ridgeline.

 -- ${CPACK_PACKAGE_CONTACT}  ${when}
")
  file(GLOB pages ${usr}/share/man/man1/*.1)
  execute_process(COMMAND gzip -9nf ${doc}/changelog ${pages} COMMAND_ERROR_IS_FATAL ANY)
  if(EXISTS ${usr}/share/zsh/site-functions) # Debian's zsh leaves that folder to the administrator
    file(MAKE_DIRECTORY ${usr}/share/zsh/vendor-completions)
    file(RENAME ${usr}/share/zsh/site-functions/_ridgeline ${usr}/share/zsh/vendor-completions/_ridgeline)
    file(REMOVE_RECURSE ${usr}/share/zsh/site-functions)
  endif()
endforeach()
