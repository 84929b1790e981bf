#pragma once

#include "config/config.hpp"

#include <string>
#include <vector>

namespace standings {

/// What a running service applies of a reloaded configuration.
struct reload_plan {
  bool log = false;                  ///< the log's settings have changed; they take effect at once
  bool access = false;               ///< so have those of tokens and of who needs one
  std::vector<std::string> restarts; ///< the options whose change needs a restart
};

[[nodiscard]] reload_plan plan_reload(const config& running, const config& read);

} // namespace standings
