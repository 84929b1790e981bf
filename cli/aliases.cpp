#include "cli/commands.hpp"
#include "cli/introduction.hpp"
#include "cli/output.hpp"
#include "cli/shared_stores.hpp"
#include "cli/signals.hpp"
#include "core/base/presentable.hpp"
#include "http/api/alias_json.hpp"
#include "sync/aliases/alias_lookup.hpp"
#include "sync/aliases/alias_sync.hpp"

#include <csignal>
#include <cstdio>
#include <ctime>
#include <iostream>

/// `standings aliases …` works directly on the source and on a cache that runs as a server.
namespace standings {

namespace {

namespace json = boost::json;

using report = alias_table_report;

sigset_t stop_signals() {
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGINT);
  sigaddset(&stop, SIGTERM);
  return stop;
}

/// Whether a stop signal is pending.
bool told_to_stop() {
  sigset_t pending;
  sigpending(&pending);
  return sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1;
}

/// Waits up to `limit`; returns true if a stop signal arrives first.
bool stopped_within(milliseconds limit) {
  const auto stop = stop_signals();
  const timespec wait{limit.count() / 1'000, limit.count() % 1'000 * 1'000'000};
  return sigtimedwait(&stop, nullptr, &wait) > 0;
}

constexpr auto alias_routes = "use its routes: /api/aliases/sync, /api/aliases/{type}/{alias}";

void print(const alias_cycle& cycle) {
  const auto time = to_iso8601(cycle.started_at).substr(0, 19) + "Z";
  const auto ms = std::chrono::duration<double, std::milli>(cycle.duration).count();
  const auto number = [&](std::uint64_t report::*count) {
    return static_cast<unsigned long long>(cycle.sum(count));
  };
  if (cycle.error.empty())
    std::printf("%s  total %llu  added %llu  updated %llu  deleted %llu  (%.1f ms)%s\n",
                time.c_str(), number(&report::total), number(&report::added),
                number(&report::updated), number(&report::deleted), ms,
                cycle.without_changes() && cycle.succeeded() ? "  No changes detected" : "");
  std::fflush(stdout);
  if (!cycle.error.empty())
    std::cerr << time << "  Failed to mirror aliases: " << cycle.error << '\n';
  for (const auto& table : cycle.tables) {
    const auto type = to_string(table.type);
    if (!table.error.empty())
      std::cerr << "  " << type << ": " << table.error << '\n';
    if (table.invalid + table.failed > 0)
      std::cerr << "  " << type << ": " << table.invalid << " invalid rows, " << table.failed
                << " aliases refused by the cache\n";
    if (table.foreign > 0)
      std::cerr << "  " << type << ": " << table.foreign
                << " keys hold something else, and were left alone\n";
    for (const auto& problem : table.problems)
      std::cerr << "    " << problem << '\n';
  }
}

/// Whether the cycle left nothing out.
bool is_whole(const alias_cycle& cycle) {
  return cycle.succeeded() && cycle.sum(&report::failed) + cycle.sum(&report::invalid) == 0;
}

void show(const invocation& with, const alias_cycle& cycle) {
  if (with.json)
    std::cout << json_line(json::parse(alias_cycle_json(cycle))) << std::endl;
  else
    print(cycle);
}

struct alias_options {
  bool once = false;
  bool release = false; ///< accept in the first cycle that a table is empty
};

/// Mirrors the aliases, once or until SIGINT or SIGTERM, printing a line per cycle.
int run_sync(const invocation& with, const alias_options& options) {
  block_stop_signals();
  auto stores = shared_stores(with, alias_routes);
  if (!stores)
    return exit_usage;
  alias_sync_options how;
  how.cancelled = told_to_stop;
  if (!with.json)
    std::cout << "Mirroring " << alias_source_of(with.settings) << " to "
              << cache_address(with.settings.cache) << std::endl;
  alias_sync sync{stores->open_aliases(), stores->aliases, how};
  auto cycle = sync.run({true, options.release});
  show(with, cycle);
  if (options.once)
    return is_whole(cycle) ? exit_done : exit_failed;
  std::uint64_t cycles = 1;
  for (; !stopped_within(with.settings.aliases.interval); ++cycles) {
    cycle = sync.run({});
    show(with, cycle);
  }
  if (!with.json)
    std::cout << "Stopped after " << counted(cycles, "cycle") << std::endl;
  return exit_done;
}

/// Prints the ids behind an alias, one per line.
int run_get(const invocation& with, const std::string& type, const std::string& alias) {
  const auto parsed = parse_alias_type(type);
  if (!parsed)
    return unusable(with, "usage", "TYPE has to be team, player, league or market");
  const auto stores = shared_stores(with, alias_routes);
  if (!stores)
    return exit_usage;
  const auto ids = find_alias_ids(*stores->aliases, *parsed, alias);
  if (!ids)
    return failed(with, "find the alias", ids.error());
  if (with.json)
    print_json(json::parse(alias_ids_json(*parsed, alias, *ids)));
  else
    for (const auto& id : *ids)
      std::cout << presentable(id) << '\n';
  return exit_done;
}

} // namespace

void add_aliases(command_tree& to) {
  auto& group = to.add_group("aliases", "mirror names from a SQLite file into the cache");
  const auto options = std::make_shared<alias_options>();
  auto& mirror = to.add_to(
      group,
      {"sync", "mirror periodically, until Ctrl+C", "standings aliases sync --once",
       "0  mirrored, or stopped by SIGINT or SIGTERM\n1  with --once: not everything was mirrored\n"
       "2  wrong usage or configuration, or the cache is inside the service"},
      shared_flags::of_stores(),
      [options](const invocation& with) { return run_sync(with, *options); });
  mirror.add_flag("--once", options->once, "one cycle only");
  mirror.add_flag("--release", options->release,
                  "also delete the aliases of a table that is empty");
  const auto type = std::make_shared<std::string>();
  const auto alias = std::make_shared<std::string>();
  auto& get = to.add_to(group,
                        {"get", "the ids behind an alias", "standings aliases get team rmcf",
                         "0  found\n1  no such alias, or it failed\n"
                         "2  wrong usage or configuration, or the cache is inside the service"},
                        shared_flags::of_stores(), [type, alias](const invocation& with) {
                          return run_get(with, *type, *alias);
                        });
  get.add_option("TYPE", *type, "team, player, league or market")->required();
  get.add_option("ALIAS", *alias, "the name")->required();
}

} // namespace standings
