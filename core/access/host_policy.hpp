#pragma once

#include <string>
#include <vector>

namespace standings {

/// The Hosts under which public routes answer.
struct host_policy {
  bool loopback_only = false;      ///< besides `others`; otherwise any Host is fine
  std::vector<std::string> others; ///< in lower case, without ports; `*`: any
};

} // namespace standings
