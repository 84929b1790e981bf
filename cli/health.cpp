#include "cli/client.hpp"
#include "cli/commands.hpp"
#include "cli/failed.hpp"

#include <iostream>

namespace standings {

int run_health(const config& settings, bool ready) {
  const auto answer = client_of(settings).get(ready ? "/readyz" : "/healthz");
  if (!answer)
    return failed("ask the service", answer.error());
  const auto status = text_of(*answer, "status");
  std::cout << status << '\n';
  return status == "ok" || status == "ready" || status == "degraded" ? 0 : 1;
}

} // namespace standings
