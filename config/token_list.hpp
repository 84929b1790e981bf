#pragma once

#include "config/config.hpp"
#include "config/yaml_document.hpp"

#include <yaml-cpp/yaml.h>

#include <string>
#include <vector>

namespace standings {

/// Reads a YAML sequence of `{name, sha256, tenant, may}`. `report` gets what is wrong with an
/// entry and where; no message quotes a value, which might be a token.
std::vector<token_config> read_tokens(const YAML::Node& list, const yaml_report& report);

} // namespace standings
