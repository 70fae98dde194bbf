# Sources written at build time: the embedded catalog (module scenario) and the version (app). A module
# picks up its own through the global property SLUICE_GENERATED_<module>.
set(SLUICE_GENERATED_DIR ${CMAKE_BINARY_DIR}/generated)

# Every JSON file of scenarios/catalog becomes part of the binary: embedded_catalog() lists them.
file(GLOB catalog_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/scenarios/catalog/*.json)
list(SORT catalog_files)
list(JOIN catalog_files "|" catalog_argument)
add_custom_command(
  OUTPUT ${SLUICE_GENERATED_DIR}/embedded_catalog.cpp
  COMMAND ${CMAKE_COMMAND} -DOUTPUT=${SLUICE_GENERATED_DIR}/embedded_catalog.cpp
          "-DFILES=${catalog_argument}" -P ${CMAKE_CURRENT_LIST_DIR}/EmbedCatalog.cmake
  DEPENDS ${catalog_files} ${CMAKE_CURRENT_LIST_DIR}/EmbedCatalog.cmake
  COMMENT "Embedding scenarios/catalog" VERBATIM)
set_property(GLOBAL PROPERTY SLUICE_GENERATED_scenario ${SLUICE_GENERATED_DIR}/embedded_catalog.cpp)

# Asked at every build, because a commit does not reconfigure; the header changes only when its text does,
# and only src/app/version.cpp includes it.
add_custom_target(sluice_version
  COMMAND ${CMAKE_COMMAND} -DOUTPUT=${SLUICE_GENERATED_DIR}/sluice_version.inc
          -DSOURCE_DIR=${CMAKE_SOURCE_DIR} -DVERSION=${PROJECT_VERSION}
          "-DCOMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}"
          -P ${CMAKE_CURRENT_LIST_DIR}/WriteVersion.cmake
  BYPRODUCTS ${SLUICE_GENERATED_DIR}/sluice_version.inc
  COMMENT "Looking up the commit" VERBATIM)
