# cmake -DWEB=dir -DBUNDLES=dir -DOUTPUT=file.cpp -DFAILED=file -DREASON=text -DNODE=node -DNPM=npm -P BuildWeb.cmake
# Writes web_asset() with every bundle of web/, or without any and with the reason. node_modules is fetched when
# it is older than the lock file, as tools/lib.sh does it; several builds of one tree take turns.
cmake_minimum_required(VERSION 3.25)

function(fetch_packages)
  file(LOCK ${WEB}/.fetching GUARD FUNCTION TIMEOUT 600 RESULT_VARIABLE locked)
  if(NOT locked EQUAL 0)
    set(REASON "web/.fetching cannot be locked: ${locked}" PARENT_SCOPE)
    return()
  endif()
  set(stamp ${WEB}/node_modules/.package-lock.json)
  if(NOT EXISTS ${stamp} OR ${WEB}/package-lock.json IS_NEWER_THAN ${stamp})
    execute_process(COMMAND ${NPM} ci --ignore-scripts --no-audit --no-fund --prefer-offline --fetch-retries=1
                    WORKING_DIRECTORY ${WEB} RESULT_VARIABLE failed OUTPUT_VARIABLE said ERROR_VARIABLE said)
    if(NOT failed EQUAL 0)
      message("${said}")
      set(REASON "npm ci failed in web" PARENT_SCOPE)
      return()
    endif()
    file(TOUCH ${stamp})
  endif()
endfunction()

function(bundle)
  file(REMOVE_RECURSE ${BUNDLES})
  execute_process(COMMAND ${NODE} build.mjs ${BUNDLES} WORKING_DIRECTORY ${WEB} RESULT_VARIABLE failed)
  if(NOT failed EQUAL 0)
    message(FATAL_ERROR "web/build.mjs failed")  # an error in our own sources
  endif()
endfunction()

# append_asset(PATH N): the N-th literal. A table entry follows in `rows`.
function(append_asset path n)
  get_filename_component(name ${path} NAME)
  file(READ ${path} text)
  if(text MATCHES "\\)sluice\"")
    message(FATAL_ERROR "${path} contains the delimiter of the literal that embeds it: )sluice\"")
  endif()
  file(APPEND ${OUTPUT}.new "constexpr char kText${n}[] = R\"sluice(${text})sluice\";\n")
  set(rows "${rows}    {\"${name}\", {kText${n}, sizeof kText${n} - 1}},\n" PARENT_SCOPE)
endfunction()

if(NOT REASON)
  fetch_packages()
endif()
if(NOT REASON)
  bundle()
else()
  message("sluice: the web parts are left out: ${REASON}")
  file(TOUCH ${FAILED})
endif()

file(WRITE ${OUTPUT}.new "// Generated from web by tools/cmake/BuildWeb.cmake.
#include \"report/web_assets.hpp\"

namespace sluice {
namespace {

struct Asset {
  std::string_view name;
  std::string_view text;
};

")
set(rows "    {{}, {}},\n")
set(count 0)
if(NOT REASON)
  file(GLOB bundles ${BUNDLES}/*)
  list(SORT bundles)
  foreach(path IN LISTS bundles)
    append_asset(${path} ${count})
    math(EXPR count "${count} + 1")
  endforeach()
endif()
file(APPEND ${OUTPUT}.new "
constexpr Asset kAssets[] = {
${rows}};

}  // namespace

std::string_view web_asset(std::string_view name) noexcept {
  for (const Asset& asset : kAssets) {
    if (asset.name == name) return asset.text;
  }
  return {};
}

std::string_view why_no_web() noexcept { return \"${REASON}\"; }

}  // namespace sluice
")
file(RENAME ${OUTPUT}.new ${OUTPUT})
