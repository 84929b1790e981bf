# embed_text(<target> <function> <file>...): compiles text files into
# the target as a function `std::span<const embedded_text> <name>()`, in the
# order given. Declare it yourself; see core/base/embedded.hpp.
function(embed_text target name)
  set(entries "")
  foreach(file IN LISTS ARGN)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ ${file} content)
    get_filename_component(stem ${file} NAME)
    string(APPEND entries "  {\"${stem}\", R\"EMBEDDED(${content})EMBEDDED\"sv},\n")
  endforeach()
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT
"#include \"core/base/embedded.hpp\"
namespace standings {
std::span<const embedded_text> @name@();
std::span<const embedded_text> @name@() {
  using namespace std::string_view_literals; // whose length the compiler knows without counting
  static constexpr embedded_text files[] = {
@entries@  };
  return files;
}
} // namespace standings
")
  target_sources(${target} PRIVATE ${source})
endfunction()
