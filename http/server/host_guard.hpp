#pragma once

#include "core/access/host_policy.hpp"
#include "core/base/result.hpp"
#include "http/server/header_fields.hpp"

namespace standings {

/// Checks the Host of a request. The page of a site whose name resolves to loopback (DNS rebinding)
/// sends the name of that site. Fails with `forbidden`; a request without Host is no browser's.
[[nodiscard]] result<void> check_host(const header_fields& headers, const host_policy& policy);

} // namespace standings
