# A room is a library of the sources in some folders. A target's include path holds the folders of
# the rooms that it links, and nothing else: an include against the arrows of docs/architecture.md
# does not compile.

# standings_room(<target> [UNITY] <folder>...)
#
# UNITY: with STANDINGS_UNITY several of its sources are compiled as one, which takes about half the
# time because they share CAF's templates. Not for rooms whose sources use the same names for
# different things in their unnamed namespaces. scripts/check compiles each source alone.
function(standings_room target)
  cmake_parse_arguments(arg "UNITY" "" "" ${ARGN})
  set(sources)
  set(visible ${CMAKE_BINARY_DIR}/rooms/${target})
  foreach(folder IN LISTS arg_UNPARSED_ARGUMENTS)
    file(GLOB_RECURSE found CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cpp)
    list(APPEND sources ${found})
    get_filename_component(parent ${visible}/${folder} DIRECTORY)
    file(MAKE_DIRECTORY ${parent})
    file(CREATE_LINK ${CMAKE_SOURCE_DIR}/${folder} ${visible}/${folder} SYMBOLIC)
  endforeach()
  if(sources)
    add_library(${target} STATIC ${sources})
    target_include_directories(${target} PUBLIC ${visible})
    target_link_libraries(${target} PRIVATE standings_warnings)
    if(arg_UNITY AND STANDINGS_UNITY)
      set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
    endif()
  else()
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE ${visible})
  endif()
endfunction()
