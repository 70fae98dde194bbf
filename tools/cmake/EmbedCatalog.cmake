# cmake -DOUTPUT=file.cpp -DFUNCTION=name "-DROOT=folder" "-DFILES=a|b|..." -P EmbedCatalog.cmake
# Writes `name()`, which src/scenario/<name>.hpp declares; files are named as seen from ROOT.
cmake_minimum_required(VERSION 3.25)
string(REPLACE "|" ";" files "${FILES}")
set(rows "")
set(count 0)
foreach(path IN LISTS files)
  file(RELATIVE_PATH name "${ROOT}" "${path}")
  file(READ "${path}" text)
  if(text MATCHES "\\)sluice\"")
    message(FATAL_ERROR "${path} contains the delimiter of the literal that embeds it: )sluice\"")
  endif()
  string(APPEND rows "    {\"${name}\", R\"sluice(${text})sluice\"},\n")
  math(EXPR count "${count} + 1")
endforeach()
if(count EQUAL 0)
  set(table "constexpr std::array<EmbeddedFile, 0> kFiles_${FUNCTION}{};\n")
else()
  set(table "constexpr EmbeddedFile kFiles_${FUNCTION}[] = {\n${rows}};\n")
endif()
file(WRITE "${OUTPUT}" "// Generated from scenarios/ by tools/cmake/EmbedCatalog.cmake.
#include \"scenario/${FUNCTION}.hpp\"

#include <array>

namespace sluice {
namespace {

${table}
}  // namespace

std::span<const EmbeddedFile> ${FUNCTION}() noexcept { return kFiles_${FUNCTION}; }

}  // namespace sluice
")
