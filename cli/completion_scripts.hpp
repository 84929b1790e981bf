#pragma once

#include "cli/described.hpp"

#include <string>

namespace standings {

/// A script that completes the program's command line; `settings` are the keys for `--set`.
[[nodiscard]] std::string bash_completion(const described_command& program,
                                          const std::vector<std::string>& settings);
[[nodiscard]] std::string zsh_completion(const described_command& program,
                                         const std::vector<std::string>& settings);

} // namespace standings
