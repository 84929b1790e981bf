#pragma once

#include "config/config.hpp"
#include "http/api/http_ingress.hpp"

namespace standings {

/// Who may do what, from the configuration.
[[nodiscard]] access_policy policy_for(const config& settings);

/// The options of the edge, from the configuration.
[[nodiscard]] edge_options edge_options_for(const config& settings);

/// The files of the certificate that the edge shows, if it speaks TLS.
[[nodiscard]] tls_files tls_files_of(const config& settings);

} // namespace standings
