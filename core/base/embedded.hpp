#pragma once

#include <span>
#include <string_view>

namespace standings {

/// A text file compiled into the program by cmake/EmbedText.cmake.
struct embedded_text {
  std::string_view name;
  std::string_view content;
};

} // namespace standings
