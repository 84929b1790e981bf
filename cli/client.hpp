#pragma once

#include "config/config.hpp"
#include "http/client/service_client.hpp"

namespace standings {

/// A client for the running service at the configured address.
[[nodiscard]] inline service_client client_of(const config& settings) {
  return service_client{{settings.http.host, settings.http.port, settings.admin.token}};
}

} // namespace standings
