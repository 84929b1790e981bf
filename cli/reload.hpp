#pragma once

#include "config/config.hpp"

#include <string>
#include <vector>

namespace standings {

/// What a running service makes of a configuration that was read again.
struct reload_plan {
  bool log = false;                  ///< takes effect at once
  std::vector<std::string> restarts; ///< the options whose change needs a restart
};

[[nodiscard]] reload_plan plan_reload(const config& running, const config& read);

} // namespace standings
