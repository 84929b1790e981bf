#include "cli/commands.hpp"
#include "cli/logging.hpp"
#include "cli/options.hpp"
#include "cli/signals.hpp"
#include "log/log.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <functional>
#include <iostream>

using namespace standings;

namespace {

int tell_problems(const std::vector<std::string>& problems) {
  for (const auto& problem : problems)
    std::cerr << "standings: " << problem << '\n';
  return 2;
}

/// If standard input, output or error is closed, the next file or connection to be opened would get
/// its number, and then the log.
void keep_standard_descriptors() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(fd, F_GETFD) < 0)
      ::open("/dev/null", fd == STDIN_FILENO ? O_RDONLY : O_WRONLY); // takes the lowest: fd
}

} // namespace

int main(int argc, char** argv) {
  keep_standard_descriptors();
  ::umask(077); // scores, chats and tokens are private to this user
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
  add(app, "serve", "run the service", [&](const config& c) {
    return run_serve(c, demo, common.config_file, [&common] { return load_config(common); });
  })->add_flag("--demo", demo, "fill an empty database with a realistic board");
  add(app, "check", "check that config, database and cache are usable", run_check);

  bool ready = false;
  add(app, "health", "whether the running service is alive", [&ready](const config& c) {
    return run_health(c, ready);
  })->add_flag("--ready", ready, "whether it takes traffic");

  bool dry_run = false;
  add(app, "adopt", "take over the table of an earlier application", [&dry_run](const config& c) {
    return run_adopt(c, dry_run);
  })->add_flag("--dry-run", dry_run, "say what would be done, and change nothing");

  auto* cache = app.add_subcommand("cache", "manage a cache that runs as a server");
  cache->require_subcommand(1);
  bool force = false;
  add(*cache, "status", "what the cache holds", run_cache_status);
  add(*cache, "init", "fill the cache from the database", [&force](const config& c) {
    return run_cache_init(c, force);
  })->add_flag("--force-refresh", force, "even if it is complete");
  add(*cache, "clear", "remove all that is ours", run_cache_clear);
  add(*cache, "bench", "measure latencies", run_cache_bench);

  auto* sync =
      app.add_subcommand("sync", "compare cache and database, through the running service");
  sync->require_subcommand(1);
  sync_run_options run;
  auto* run_command =
      add(*sync, "run", "compare now", [&run](const config& c) { return run_sync_run(c, run); });
  run_command->add_flag("--dry-run", run.dry_run, "report, and change nothing");
  run_command->add_flag("--force", run.force, "release deletes that are held");
  run_command->add_option("--period", run.periods, "this board only; may be given again")
      ->check(CLI::IsMember({"daily", "weekly", "monthly", "yearly"}));
  add(*sync, "status", "what the last run did, and when the next one is", run_sync_status);
  add(*sync, "start", "run every interval",
      [](const config& c) { return run_sync_timer(c, true); });
  add(*sync, "stop", "run on request only",
      [](const config& c) { return run_sync_timer(c, false); });
  std::uint64_t runs = 20;
  add(*sync, "runs", "the last runs", [&runs](const config& c) { return run_sync_runs(c, runs); })
      ->add_option("--limit", runs, "how many")
      ->check(CLI::Range(1, 1'000));
  std::string undone;
  add(*sync, "undo", "restore the users that a run has deleted",
      [&undone](const config& c) { return run_sync_undo(c, undone); })
      ->add_option("RUN_ID", undone)
      ->required();
  add(*sync, "events", "when the database went back, and what was kept of the cache",
      run_sync_events);
  std::string event;
  bool recover_dry_run = false;
  auto* recover = add(*sync, "recover", "restore what was kept when the database went back",
                      [&](const config& c) { return run_sync_recover(c, event, recover_dry_run); });
  recover->add_option("EVENT_ID", event)->required();
  recover->add_flag("--dry-run", recover_dry_run, "show it, and change nothing");
  add(*sync, "test", "test with three users that changes reach the other store", run_sync_test);

  auto* aliases = app.add_subcommand("aliases", "mirror names from a SQLite file into the cache");
  aliases->require_subcommand(1);
  bool once = false;
  bool release = false;
  auto* mirror = add(*aliases, "sync", "mirror periodically, until Ctrl+C",
                     [&](const config& c) { return run_aliases_sync(c, once, release); });
  mirror->add_flag("--once", once, "one cycle only");
  mirror->add_flag("--release", release, "also delete the aliases of a table that is empty");
  std::string type;
  std::string alias;
  auto* get = add(*aliases, "get", "the ids behind an alias",
                  [&](const config& c) { return run_aliases_get(c, type, alias); });
  get->add_option("TYPE", type, "team, player, league or market")->required();
  get->add_option("ALIAS", alias, "the name")->required();

  auto* sessions = app.add_subcommand("sessions", "chat sessions, from Redis to the database");
  sessions->require_subcommand(1);
  std::string session_id;
  add(*sessions, "sync", "copy one session to the database, or all",
      [&session_id](const config& c) { return run_sessions_sync(c, session_id); })
      ->add_option("ID", session_id, "the session's id");
  add(*sessions, "compare", "compare Redis and the database", run_sessions_compare);
  add(*sessions, "status", "the status of the running service", run_sessions_status);

  CLI11_PARSE(app, argc, argv);

  ignore_write_signals();
  const auto loaded = load_config(common);
  if (!loaded.problems.empty())
    return tell_problems(loaded.problems);
  set_up_logging(loaded.value.log);
  for (const auto& note : loaded.notes)
    log_to(log_component::service).warn("{}", note);
  const int exit_code = chosen(loaded.value);
  flush_log();
  return exit_code;
}
