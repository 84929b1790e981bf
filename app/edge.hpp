#pragma once

#include "config/config.hpp"
#include "http/api/http_ingress.hpp"

namespace standings {

/// The edge as it is configured.
[[nodiscard]] edge_options edge_options_for(const config& settings);

} // namespace standings
