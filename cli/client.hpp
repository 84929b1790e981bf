#pragma once

#include "config/config.hpp"
#include "http/client/service_client.hpp"

namespace standings {

/// To the running service that is configured.
[[nodiscard]] inline service_client client_of(const config& settings) {
  return service_client{{settings.http.host, settings.http.port, settings.admin.token}};
}

} // namespace standings
