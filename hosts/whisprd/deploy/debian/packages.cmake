# The Debian packages: `cpack -G DEB` in a build folder of the release preset makes whisprd (server, unit, configuration),
# whispr (command line), whispr-thumbnail (thumbnails) and libwhispr-dev (headers, static libraries, CMake configuration).

# What belongs to the package alone: `cmake --install` leaves it out, because it goes to places outside of the prefix.
set(files ${CMAKE_CURRENT_LIST_DIR})
install(FILES ${files}/whisprd.service DESTINATION lib/systemd/system COMPONENT service EXCLUDE_FROM_ALL)
install(FILES ${files}/whisprd.toml DESTINATION /etc/whispr COMPONENT service EXCLUDE_FROM_ALL)
install(FILES ${files}/whisprd.env DESTINATION /etc/whispr COMPONENT service EXCLUDE_FROM_ALL
  PERMISSIONS OWNER_READ OWNER_WRITE)
foreach(package whisprd whispr whispr-thumbnail libwhispr-dev)
  set(component ${package})
  if(package STREQUAL "whisprd")
    set(component service)
  endif()
  install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION share/doc/${package} RENAME copyright
    COMPONENT ${component} EXCLUDE_FROM_ALL)
endforeach()

# Debug information makes the libraries six times as large.
if(CMAKE_STRIP)
  install(CODE "
    file(GLOB archives \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}/libwhispr_*.a\")
    execute_process(COMMAND ${CMAKE_STRIP} --strip-debug \${archives} COMMAND_ERROR_IS_FATAL ANY)"
    COMPONENT libwhispr-dev EXCLUDE_FROM_ALL)
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME whispr)
# Empty, so that each package's own description begins with its summary.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")
set(CPACK_PACKAGE_VENDOR "the authors of libwhispr")
set(CPACK_PACKAGE_CONTACT "the authors of libwhispr <whispr@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_STRIP_FILES ON)
set(CPACK_THREADS 0)

# A package is a group of components.
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_COMPONENTS_ALL whisprd service whispr whispr-thumbnail libwhispr-dev)
set(CPACK_COMPONENT_WHISPRD_GROUP whisprd)
set(CPACK_COMPONENT_SERVICE_GROUP whisprd)
set(CPACK_COMPONENT_WHISPR_GROUP whispr)
set(CPACK_COMPONENT_WHISPR-THUMBNAIL_GROUP whispr-thumbnail)
set(CPACK_COMPONENT_LIBWHISPR-DEV_GROUP libwhispr-dev)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)

set(CPACK_DEBIAN_WHISPRD_PACKAGE_NAME whisprd)
set(CPACK_DEBIAN_WHISPRD_PACKAGE_SECTION net)
set(CPACK_DEBIAN_WHISPRD_DESCRIPTION "messaging server
Conversations between two people and in groups, over REST and WebSocket on one
port, kept in SQLite or PostgreSQL. The unit is not started before
/etc/whispr/whisprd.toml says whose tokens are believed.")
# The maintainer scripts use adduser and deb-systemd-helper; tokens' keys are fetched over TLS.
set(CPACK_DEBIAN_WHISPRD_PACKAGE_DEPENDS "adduser, init-system-helpers (>= 1.52), ca-certificates")
set(CPACK_DEBIAN_WHISPRD_PACKAGE_RECOMMENDS "whispr-thumbnail")
set(CPACK_DEBIAN_WHISPRD_PACKAGE_SUGGESTS "postgresql, haproxy")
set(CPACK_DEBIAN_WHISPRD_PACKAGE_CONTROL_EXTRA
  ${files}/conffiles ${files}/postinst ${files}/prerm ${files}/postrm)

set(CPACK_DEBIAN_WHISPR_PACKAGE_NAME whispr)
set(CPACK_DEBIAN_WHISPR_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_WHISPR_DESCRIPTION "command line around the whispr messaging server
Prints tokens for development and imports the database of the earlier service.")

# Apart from the server, because the picture library brings a hundred others along.
set(CPACK_DEBIAN_WHISPR-THUMBNAIL_PACKAGE_NAME whispr-thumbnail)
set(CPACK_DEBIAN_WHISPR-THUMBNAIL_PACKAGE_SECTION net)
set(CPACK_DEBIAN_WHISPR-THUMBNAIL_DESCRIPTION "thumbnails for the whispr messaging server
whisprd starts it for each picture, with limits, if it is installed.")

set(CPACK_DEBIAN_LIBWHISPR-DEV_PACKAGE_NAME libwhispr-dev)
set(CPACK_DEBIAN_LIBWHISPR-DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_LIBWHISPR-DEV_DESCRIPTION "embeddable messaging engine for C++ programs
Headers, static libraries and the configuration for CMake's find_package(whispr).")
# Static libraries name nothing that they need; these are what whisprConfig.cmake looks for.
set(CPACK_DEBIAN_LIBWHISPR-DEV_PACKAGE_SHLIBDEPS OFF)
set(dev_depends "libsqlite3-dev, libutf8proc-dev")
if(WHISPR_POSTGRES)
  string(APPEND dev_depends ", libpq-dev")
endif()
set(CPACK_DEBIAN_LIBWHISPR-DEV_PACKAGE_DEPENDS "${dev_depends}")

include(CPack)
