#pragma once

#include <yaml-cpp/yaml.h>

#include <functional>
#include <optional>
#include <string>

namespace standings {

/// Gets what is wrong with a YAML text, and where; a null mark if with all of it.
using yaml_report = std::function<void(const YAML::Mark& mark, const std::string& what)>;

/// The document of a text in UTF-8 that has no other; nothing if something else was reported.
/// Throws YAML::ParserException for a text that is not YAML.
[[nodiscard]] std::optional<YAML::Node> only_document(const std::string& text,
                                                      const yaml_report& report);

} // namespace standings
