# Our own targets link this; library headers are included as system headers.
add_library(standings_warnings INTERFACE)
target_compile_options(standings_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion
  # a target whose sources are compiled several at a time may say that their helpers' names meet
  $<$<NOT:$<BOOL:$<TARGET_PROPERTY:STANDINGS_NAMES_MEET>>>:-Wshadow>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # pages that are embedded as literals are longer than every compiler has to accept
  target_compile_options(standings_warnings INTERFACE -Wno-overlength-strings)
endif()
# Newer compilers and libraries warn about more than we have seen, which must not break the build.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  set(known_compiler ON)
else()
  set(known_compiler OFF)
endif()
option(STANDINGS_WERROR "Treat warnings as errors" ${known_compiler})
if(STANDINGS_WERROR)
  target_compile_options(standings_warnings INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # false alarms inside libstdc++'s string concatenation at -O3 (GCC bug 105651)
  target_compile_options(standings_warnings INTERFACE -Wno-restrict)
endif()
