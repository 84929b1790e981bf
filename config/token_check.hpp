#pragma once

#include "config/config.hpp"

#include <string>
#include <vector>

namespace standings {

/// What is wrong with the tokens, a sentence each. No sentence quotes a value, which might be a
/// token, but for sound names.
[[nodiscard]] std::vector<std::string> check_tokens(const std::vector<token_config>& tokens);

} // namespace standings
