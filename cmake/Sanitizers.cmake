# STANDINGS_SANITIZE is one of:
#   address   address and undefined-behaviour sanitizers
#   thread    thread sanitizer
set(STANDINGS_SANITIZE "" CACHE STRING "Build with sanitizers: address, thread, or nothing")

if(STANDINGS_SANITIZE)
  # the sanitizers' checks keep GCC from seeing what is initialised
  add_compile_options(-Wno-maybe-uninitialized -fno-omit-frame-pointer)
endif()
if(STANDINGS_SANITIZE STREQUAL "address")
  # -fno-sanitize=null: CAF 0.17.6 binds a null reference in
  # caf/detail/init_fun_factory.hpp for function actors without arguments.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=null -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=address,undefined -fno-sanitize=null)
elseif(STANDINGS_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread)
  add_link_options(-fsanitize=thread)
elseif(STANDINGS_SANITIZE)
  message(FATAL_ERROR "STANDINGS_SANITIZE is address, thread or nothing, not ${STANDINGS_SANITIZE}")
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
