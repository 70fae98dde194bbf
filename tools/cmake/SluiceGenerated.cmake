# Sources written at build time: the embedded catalog and scenarios (module scenario) and the version (app). A
# module picks up its own through the global property SLUICE_GENERATED_<module>.
set(SLUICE_GENERATED_DIR ${CMAKE_BINARY_DIR}/generated)

# sluice_embed(FUNCTION ROOT FILES...): the files become part of the binary; FUNCTION() lists them.
function(sluice_embed function root)
  set(files ${ARGN})
  list(SORT files)
  list(JOIN files "|" files_argument)
  set(output ${SLUICE_GENERATED_DIR}/${function}.cpp)
  set(script ${CMAKE_SOURCE_DIR}/tools/cmake/EmbedCatalog.cmake)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DFUNCTION=${function} -DROOT=${root}
            "-DFILES=${files_argument}" -P ${script}
    DEPENDS ${files} ${script}
    COMMENT "Embedding ${function}" VERBATIM)
  set_property(GLOBAL APPEND PROPERTY SLUICE_GENERATED_scenario ${output})
endfunction()

file(GLOB catalog_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/scenarios/catalog/*.json)
sluice_embed(embedded_catalog ${CMAKE_SOURCE_DIR}/scenarios/catalog ${catalog_files})
file(GLOB scenario_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/scenarios/*.json
                                           ${CMAKE_SOURCE_DIR}/scenarios/incidents/*.json)
sluice_embed(embedded_scenarios ${CMAKE_SOURCE_DIR}/scenarios ${scenario_files})

# Asked at every build, because a commit does not reconfigure; the header changes only when its text does,
# and only src/app/version.cpp includes it.
add_custom_target(sluice_version
  COMMAND ${CMAKE_COMMAND} -DOUTPUT=${SLUICE_GENERATED_DIR}/sluice_version.inc
          -DSOURCE_DIR=${CMAKE_SOURCE_DIR} -DVERSION=${PROJECT_VERSION}
          "-DCOMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}"
          -P ${CMAKE_CURRENT_LIST_DIR}/WriteVersion.cmake
  BYPRODUCTS ${SLUICE_GENERATED_DIR}/sluice_version.inc
  COMMENT "Looking up the commit" VERBATIM)
