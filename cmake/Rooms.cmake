# A room is a library of the sources in some folders. A target's include path holds the folders of
# the rooms that it links, and nothing else: an include against the arrows of docs/architecture.md
# does not compile.

# standings_unity(<target>): with STANDINGS_UNITY several of its sources are compiled as one, which
# takes a third of the time because they share the headers' templates. So names in their unnamed
# namespaces must not mean different things. scripts/check compiles each source alone.
function(standings_unity target)
  if(STANDINGS_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()
endfunction()

# standings_room(<target> <folder>...)
function(standings_room target)
  set(sources)
  set(visible ${CMAKE_BINARY_DIR}/rooms/${target})
  foreach(folder IN LISTS ARGN)
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
    standings_unity(${target})
  else()
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE ${visible})
  endif()
endfunction()
