#pragma once

#include <string_view>

namespace standings {

/// Whether Kubernetes or a Docker link put this variable there, to tell where a
/// service of that name listens: `X_SERVICE_HOST`, `X_SERVICE_PORT`,
/// `X_SERVICE_PORT_HTTP`, `X_PORT=tcp://…`, `X_PORT_8000_TCP`, `X_PORT_8000_TCP_ADDR`,
/// `X_NAME=/other/x`, `X_ENV_…`. A service named after this program or one of its
/// options makes such variables look like configuration.
[[nodiscard]] bool is_injected(std::string_view name, std::string_view value);

} // namespace standings
