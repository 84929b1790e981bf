# `header_check` compiles every header alone, so that each can be included first.
file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}
  core/*.hpp log/*.hpp messages/*.hpp stores/*.hpp sync/*.hpp actors/*.hpp http/*.hpp app/*.hpp config/*.hpp cli/*.hpp)
set(sources)
foreach(header IN LISTS headers)
  set(source ${CMAKE_BINARY_DIR}/header_check/${header}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "#include \"${header}\"\n")
  list(APPEND sources ${source})
endforeach()
add_library(header_check OBJECT EXCLUDE_FROM_ALL ${sources})
target_link_libraries(header_check PRIVATE standings_app standings_http standings_http_client standings_config_loader CLI11::CLI11 standings_warnings)
# The command line is no room: its headers are found from the root.
target_include_directories(header_check PRIVATE ${CMAKE_SOURCE_DIR})
