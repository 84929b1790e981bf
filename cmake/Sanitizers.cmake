# STANDINGS_SANITIZE is one of:
#   address   address and undefined-behaviour sanitizers
#   thread    thread sanitizer
set(STANDINGS_SANITIZE "" CACHE STRING "Build with sanitizers: address, thread, or nothing")

if(STANDINGS_SANITIZE)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # the sanitizers' checks keep GCC from seeing what is initialised
    add_compile_options(-Wno-maybe-uninitialized)
  endif()
  add_compile_options(-fno-omit-frame-pointer)
endif()
if(STANDINGS_SANITIZE STREQUAL "address")
  # -fno-sanitize=null: CAF 0.17.6 binds a null reference in
  # caf/detail/init_fun_factory.hpp for function actors without arguments.
  # -fno-sanitize=alignment,object-size: together half of the code of all checks, a third of the time to
  # compile; this processor needs no alignment, and without optimisation the sizes are not known.
  set(unchecked null,alignment,object-size)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=${unchecked} -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=address,undefined -fno-sanitize=${unchecked})
  # What the sanitizers know of each line holds pointers: millions, to be adjusted at each start of a
  # program that may be loaded anywhere. That took a second, and tests start programs hundreds of times.
  add_link_options(-no-pie)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 17)
    add_compile_options(-fno-sanitize=function) # older ones emit no code for coroutines with it
  endif()
elseif(STANDINGS_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread)
  add_link_options(-fsanitize=thread)
elseif(STANDINGS_SANITIZE)
  message(FATAL_ERROR "STANDINGS_SANITIZE is address, thread or nothing, not ${STANDINGS_SANITIZE}")
endif()

# For the targets of tests/fuzz: libFuzzer has to see which branches our code takes.
option(STANDINGS_FUZZ "Build the fuzz targets with libFuzzer, which Clang has" OFF)
if(STANDINGS_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "STANDINGS_FUZZ needs Clang: cmake --preset fuzz")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# standings_thread_order(<program>): with the thread sanitizer, announces orderings between threads
# that it does not see in libraries; see tests/support/thread_order.cpp. Otherwise does nothing.
function(standings_thread_order program)
  if(NOT STANDINGS_SANITIZE STREQUAL "thread")
    return()
  endif()
  if(NOT TARGET standings_order)
    add_library(standings_order OBJECT ${CMAKE_SOURCE_DIR}/tests/support/thread_order.cpp)
    target_link_libraries(standings_order PUBLIC CAF::core ${CMAKE_DL_LIBS} PRIVATE standings_warnings)
  endif()
  target_link_libraries(${program} PRIVATE standings_order)
endfunction()
