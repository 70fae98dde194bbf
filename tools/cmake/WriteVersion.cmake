# cmake -DOUTPUT=file -DSOURCE_DIR=dir -DVERSION=x -DCOMPILER=y -P WriteVersion.cmake
# Without a repository, or without git, the commit is "unknown".
cmake_minimum_required(VERSION 3.25)
set(commit "unknown")
find_program(GIT git)
if(GIT AND EXISTS "${SOURCE_DIR}/.git")
  execute_process(COMMAND ${GIT} -C ${SOURCE_DIR} describe --always --dirty --abbrev=12 --exclude=*
                  OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE
                  ERROR_QUIET RESULT_VARIABLE failed)
  if(NOT failed)
    set(commit "${described}")
  endif()
endif()
string(REPLACE "GNU" "GCC" compiler "${COMPILER}")
file(CONFIGURE OUTPUT "${OUTPUT}" CONTENT "#define SLUICE_VERSION \"@VERSION@\"
#define SLUICE_COMMIT \"@commit@\"
#define SLUICE_COMPILER \"@compiler@\"
" @ONLY)
