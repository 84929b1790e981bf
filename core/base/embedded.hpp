#pragma once

#include <span>
#include <string_view>

namespace standings {

/// A text file compiled into the program by cmake/EmbedText.cmake.
struct embedded_text {
  std::string_view name;
  std::string_view content;
};

/// A file of any content, compiled in by cmake/EmbedFiles.cmake.
struct embedded_file {
  std::string_view name; ///< its path below the folder of the files
  std::string_view content;
  std::string_view sha256; ///< of the content, in hexadecimal digits
};

} // namespace standings
