#pragma once

#include "cli/invocation.hpp"
#include "core/base/result.hpp"

#include <map>
#include <optional>
#include <string>

namespace standings {

/// The flags that say where the service is and who asks.
struct service_options {
  std::optional<std::string> url;
  std::optional<std::string> token_file;
  std::optional<std::string> ca_file;
  bool address_given = false; ///< by --host or --port
};

/// The address at which this machine reaches a service that listens on `host`.
[[nodiscard]] std::string reachable(const std::string& host);

/// The service of `flags`, else of the environment (STANDINGS_URL, STANDINGS_TOKEN_FILE,
/// STANDINGS_TOKEN, STANDINGS_CA_FILE), else the one that the configuration describes. The
/// configured token and the file admin.token belong to that one: they are sent to a service on this
/// machine, but not to another one. Where the configuration has a certificate, that service is
/// asked over HTTPS and has to show it, unless an authority is named. Fails with a detail that
/// names the flag or variable.
[[nodiscard]] result<service_target>
resolve_service(const config& settings, const service_options& flags,
                const std::map<std::string, std::string>& environment);

/// Removes the variables that configure the command line and not the service.
void remove_service_variables(std::map<std::string, std::string>& environment);

} // namespace standings
