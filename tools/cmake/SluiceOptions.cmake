# Compiler flags live on one interface target, sluice_flags. Only instrumentation (sanitizers, coverage,
# fuzzing) is global, because every object of a program has to agree on it.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release or RelWithDebInfo" FORCE)
endif()
# -O3 is for what runs per request (sluice_optimise); elsewhere it buys nothing and GCC 12 warns falsely.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

set(SLUICE_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize= (address,undefined or thread)")
option(SLUICE_COVERAGE "Instrument for gcov" OFF)
option(SLUICE_FUZZ "Build the libFuzzer targets (clang only)" OFF)
option(SLUICE_BENCH "Build the benchmarks and their peers" OFF)
option(SLUICE_TESTS "Build the tests, if Catch2 is there" ON)

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(sluice_flags INTERFACE)
target_include_directories(sluice_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
# No contraction to fused multiply-add: the same bits on every x86-64 processor and compiler.
target_compile_options(sluice_flags INTERFACE -ffp-contract=off -Wall -Wextra -Wshadow -Wconversion
                       -Wno-sign-conversion -Wnon-virtual-dtor -Woverloaded-virtual)
# GCC zeroes structs of 128 bytes and more with `rep stos`, which costs 10 ns each time, and joins
# neighbouring members into 16-byte loads that wait for the 8-byte stores before them. Measured: a
# tenth of the time of a simulated request.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  target_compile_options(sluice_flags INTERFACE -fno-tree-slp-vectorize
                         -mmemset-strategy=unrolled_loop:512:noalign,libcall:-1:noalign)
endif()
# Release builds by GCC optimise what runs per request as a whole, across files: a tenth fewer instructions a
# simulated request. Objects are fat, so that tests link their ordinary code as fast as ever.
set(SLUICE_HOT_MODULES policy metrics engine)
set(SLUICE_OPTIMISES OFF)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT SLUICE_SANITIZE
   AND NOT SLUICE_COVERAGE)
  set(SLUICE_OPTIMISES ON)
endif()

set(sanitizers "${SLUICE_SANITIZE}")
if(SLUICE_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "SLUICE_FUZZ needs clang: use `cmake --preset fuzz`.")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(sanitizers)
  add_compile_options(-fsanitize=${sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${sanitizers})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND sanitizers MATCHES "undefined")
    add_compile_options(-fno-sanitize=function)  # clang's check misreads coroutine frames
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND sanitizers MATCHES "address")
    add_compile_options(-Wno-maybe-uninitialized)  # GCC 12 takes what it has rewritten for read
  endif()
  if(sanitizers MATCHES "thread")
    add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
endif()
if(SLUICE_COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
endif()
