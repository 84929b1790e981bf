#include "cli/commands.hpp"
#include "cli/output.hpp"

#include <iostream>

namespace standings {

namespace {

/// A health check that waits longer than its caller does is of no use.
constexpr std::chrono::seconds health_limit{5};

int run_health(const invocation& with, bool ready) {
  service_client service{with.service.address};
  service.set_limit(health_limit);
  const auto answer = service.get(ready ? "/readyz" : "/healthz");
  if (!answer)
    return failed(with, "check the health", answer.error());
  const auto status = text_of(*answer, "status");
  if (with.json)
    print_json(*answer);
  else
    std::cout << status << '\n';
  if (status == "ok" || status == "ready" || status == "degraded")
    return exit_done;
  return exit_failed;
}

} // namespace

void add_health(command_tree& to) {
  const auto ready = std::make_shared<bool>(false);
  to.add({"health", "check that the service answers",
          "standings health\nstandings health --ready --url http://127.0.0.1:8000",
          "0  it answers; with --ready: it is ready, or degraded (boards are served)\n1  it is "
          "not, or does not answer within 5 s\n"
          "2  wrong usage or configuration"},
         shared_flags::of_service(),
         [ready](const invocation& with) { return run_health(with, *ready); })
      .add_flag("--ready", *ready, "check that it can serve requests, too: /readyz");
}

} // namespace standings
