#include "cli/commands.hpp"
#include "cli/logging.hpp"
#include "cli/options.hpp"

#include <csignal>
#include <functional>

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
  std::function<int(const config&)> chosen;
  const auto add = [&](CLI::App& to, const char* name, const char* what,
                       std::function<int(const config&)> run) {
    auto* command = to.add_subcommand(name, what);
    add_common_options(*command, common);
    command->callback([&chosen, run = std::move(run)] { chosen = run; });
    return command;
  };

  bool demo = false;
  add(app, "serve", "run the service", [&demo](const config& c) {
    return run_serve(c, demo);
  })->add_flag("--demo", demo, "fill an empty database with a lifelike board");
  add(app, "check", "say whether config, database and cache are fit", run_check);

  auto* cache = app.add_subcommand("cache", "look after a cache that is a server of its own");
  cache->require_subcommand(1);
  bool force = false;
  add(*cache, "status", "what the cache holds", run_cache_status);
  add(*cache, "init", "fill the cache from the database", [&force](const config& c) {
    return run_cache_init(c, force);
  })->add_flag("--force-refresh", force, "even if it is complete");
  add(*cache, "clear", "remove all that is ours", run_cache_clear);
  add(*cache, "bench", "measure latencies", run_cache_bench);

  auto* sessions = app.add_subcommand("sessions", "chat sessions, from Redis to the database");
  sessions->require_subcommand(1);
  std::string session_id;
  add(*sessions, "sync", "bring one session to the database, or all",
      [&session_id](const config& c) { return run_sessions_sync(c, session_id); })
      ->add_option("ID", session_id, "the session's id");
  add(*sessions, "compare", "compare Redis and the database", run_sessions_compare);
  add(*sessions, "status", "what the running service says", run_sessions_status);

  CLI11_PARSE(app, argc, argv);

  block_stop_signals();
  const auto settings = load_config(common);
  if (!settings)
    return 2;
  set_up_logging(settings->log);
  return chosen(*settings);
}
