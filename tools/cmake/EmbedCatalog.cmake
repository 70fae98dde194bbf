# cmake -DOUTPUT=file.cpp "-DFILES=a|b|..." -P EmbedCatalog.cmake
cmake_minimum_required(VERSION 3.25)
string(REPLACE "|" ";" files "${FILES}")
set(rows "")
set(count 0)
foreach(path IN LISTS files)
  get_filename_component(name "${path}" NAME)
  file(READ "${path}" text)
  if(text MATCHES "\\)sluice\"")
    message(FATAL_ERROR "${path} contains the delimiter of the literal that embeds it: )sluice\"")
  endif()
  string(APPEND rows "    {\"${name}\", R\"sluice(${text})sluice\"},\n")
  math(EXPR count "${count} + 1")
endforeach()
if(count EQUAL 0)
  set(table "constexpr std::array<EmbeddedFile, 0> kFiles{};\n")
else()
  set(table "constexpr EmbeddedFile kFiles[] = {\n${rows}};\n")
endif()
file(WRITE "${OUTPUT}" "// Generated from scenarios/catalog by tools/cmake/EmbedCatalog.cmake.
#include \"scenario/embedded_catalog.hpp\"

#include <array>

namespace sluice {
namespace {

${table}
}  // namespace

std::span<const EmbeddedFile> embedded_catalog() noexcept { return kFiles; }

}  // namespace sluice
")
