#pragma once

#include "core/base/result.hpp"
#include "http/server/header_fields.hpp"

#include <string>
#include <vector>

namespace standings {

/// The Hosts under which public routes answer.
struct host_policy {
  bool loopback_only = false;      ///< besides `others`; otherwise any Host is fine
  std::vector<std::string> others; ///< in lower case, without ports; `*`: any
};

/// Checks the Host of a request. The page of a site whose name resolves to loopback (DNS rebinding)
/// sends the name of that site. Fails with `forbidden`; a request without Host is no browser's.
[[nodiscard]] result<void> check_host(const header_fields& headers, const host_policy& policy);

} // namespace standings
