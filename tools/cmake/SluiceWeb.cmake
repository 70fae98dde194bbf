# The browser side: web/ is bundled by npm's packages and embedded in module report. Without node or npm, or
# where npm cannot fetch what the lock file names, the program is built without it and says so when asked.
option(SLUICE_WEB "Build the web parts, if node and npm are there" ON)
find_program(SLUICE_NODE node)
find_program(SLUICE_NPM npm)

set(web_folder ${CMAKE_SOURCE_DIR}/web)
set(web_output ${SLUICE_GENERATED_DIR}/web_assets.cpp)
if(NOT SLUICE_WEB)
  set(web_reason "SLUICE_WEB is off")
elseif(NOT SLUICE_NODE)
  set(web_reason "node was not found")
elseif(NOT SLUICE_NPM)
  set(web_reason "npm was not found")
else()
  set(web_reason "")
endif()
if(web_reason)
  message(STATUS "Web parts are left out: ${web_reason} (`tools/dev setup web` installs node and npm).")
endif()
# What failed once is tried again when CMake runs again, not at every build.
if(EXISTS ${SLUICE_GENERATED_DIR}/web_failed)
  file(REMOVE ${web_output} ${SLUICE_GENERATED_DIR}/web_failed)
endif()

file(GLOB_RECURSE web_sources CONFIGURE_DEPENDS ${web_folder}/src/*)
set(web_script ${CMAKE_CURRENT_LIST_DIR}/BuildWeb.cmake)
add_custom_command(
  OUTPUT ${web_output}
  COMMAND ${CMAKE_COMMAND} -DWEB=${web_folder} -DBUNDLES=${SLUICE_GENERATED_DIR}/web -DOUTPUT=${web_output}
          -DFAILED=${SLUICE_GENERATED_DIR}/web_failed "-DREASON=${web_reason}" "-DNODE=${SLUICE_NODE}"
          "-DNPM=${SLUICE_NPM}" -P ${web_script}
  DEPENDS ${web_sources} ${web_folder}/build.mjs ${web_folder}/package.json ${web_folder}/package-lock.json
          ${web_script}
  COMMENT "Bundling web" VERBATIM)
set_property(GLOBAL APPEND PROPERTY SLUICE_GENERATED_report ${web_output})

# Pages in a real browser, and the type checker (tools/dev setup test fetches what they need).
function(sluice_web_tests)
  if(web_reason OR NOT TARGET sluice OR SLUICE_SANITIZE OR SLUICE_COVERAGE)
    return()
  endif()
  file(GLOB scripts CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/web/*.test.mjs)
  add_test(NAME web COMMAND ${SLUICE_NODE} --test --test-reporter=tap ${scripts})
  add_test(NAME web_types COMMAND ${SLUICE_NODE} node_modules/typescript/bin/tsc --noEmit
           WORKING_DIRECTORY ${web_folder})
  # A browser takes all of a small machine, and other tests measure time.
  set_tests_properties(web PROPERTIES RUN_SERIAL ON)
  set_tests_properties(web web_types PROPERTIES LABELS web TIMEOUT ${SLUICE_TEST_TIMEOUT}
    ENVIRONMENT "SLUICE_BINARY=$<TARGET_FILE:sluice>;SLUICE_SCREENSHOTS=${CMAKE_BINARY_DIR}/screenshots")
endfunction()
