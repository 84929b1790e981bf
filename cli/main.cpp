#include "cli/commands.hpp"
#include "cli/logging.hpp"
#include "cli/options.hpp"

#include <csignal>

namespace {

/// So that they reach the thread that waits for them, and no other.
void block_stop_signals() {
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGINT);
  sigaddset(&stop, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

} // namespace

int main(int argc, char** argv) {
  using namespace standings;
  CLI::App app{"Standings: leaderboards that keep a fast cache and a durable database in step",
               "standings"};
  app.set_version_flag("--version", "standings " STANDINGS_VERSION);
  app.require_subcommand(1);
  common_options common;

  bool demo = false;
  auto* serve = app.add_subcommand("serve", "run the service");
  add_common_options(*serve, common);
  serve->add_flag("--demo", demo, "fill an empty database with a lifelike board");

  auto* check = app.add_subcommand("check", "say whether config, database and cache are fit");
  add_common_options(*check, common);

  CLI11_PARSE(app, argc, argv);

  block_stop_signals();
  const auto settings = load_config(common);
  if (!settings)
    return 2;
  set_up_logging(settings->log);
  if (*serve)
    return run_serve(*settings, demo);
  return run_check(*settings);
}
