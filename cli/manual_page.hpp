#pragma once

#include "cli/described.hpp"

#include <string>

namespace standings {

/// The manual page of the program, as roff.
[[nodiscard]] std::string manual_page(const described_command& program, const std::string& version);

} // namespace standings
