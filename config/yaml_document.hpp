#pragma once

#include <yaml-cpp/yaml.h>

#include <optional>
#include <string>

namespace standings {

/// Where the content of a second document begins in a YAML text, if it has one. Throws
/// YAML::ParserException for a text that is not YAML.
[[nodiscard]] std::optional<YAML::Mark> second_document(const std::string& text);

} // namespace standings
