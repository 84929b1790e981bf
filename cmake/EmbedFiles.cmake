# embed_files(<target> <function> <folder> <file>...): compiles files of any content into the target
# as a function `std::span<const embedded_file> <function>()`, sorted by name. A name is the path
# below <folder>. Declare the function yourself; see core/base/embedded.hpp.
function(embed_files target function folder)
  set(names ${ARGN})
  list(SORT names)
  set(entries "")
  foreach(name IN LISTS names)
    set(file ${folder}/${name})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(SIZE ${file} size)
    file(SHA256 ${file} hash)
    file(READ ${file} bytes HEX)
    string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${bytes}")
    string(APPEND entries "  {\"${name}\", {\"${bytes}\", ${size}}, \"${hash}\"},\n")
  endforeach()
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${function}.cpp)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT
"#include \"core/base/embedded.hpp\"
namespace standings {
std::span<const embedded_file> @function@();
std::span<const embedded_file> @function@() {
  static constexpr embedded_file files[] = {
@entries@  };
  return files;
}
} // namespace standings
")
  target_sources(${target} PRIVATE ${source})
endfunction()
