#pragma once

#include <string_view>

namespace standings {

/// Whether Kubernetes or a Docker link set this variable to announce the address of a service:
/// `X_SERVICE_HOST`, `X_SERVICE_PORT`, `X_SERVICE_PORT_HTTP`, `X_PORT=tcp://…`, `X_PORT_8000_TCP`,
/// `X_PORT_8000_TCP_ADDR`, `X_NAME=/other/x`, `X_ENV_…`. If a service is named after this program
/// or one of its options, such variables look like configuration.
[[nodiscard]] bool is_injected(std::string_view name, std::string_view value);

} // namespace standings
