#pragma once

#include "cli/admin_token.hpp"
#include "config/config.hpp"
#include "http/client/service_client.hpp"

#include <iostream>
#include <string>

namespace standings {

/// A client for the running service at the configured address, with the administrator's token if
/// this user may read it.
[[nodiscard]] inline service_client client_of(const config& settings) {
  const auto found = find_admin_token(settings);
  if (!found)
    std::cerr << "standings: " << found.error().detail << '\n';
  return service_client{
      {settings.http.host, settings.http.port, found ? found->token : std::string{}}};
}

} // namespace standings
