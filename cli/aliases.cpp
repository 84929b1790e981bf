#include "app/backends.hpp"
#include "cli/commands.hpp"
#include "cli/signals.hpp"
#include "core/base/presentable.hpp"
#include "sync/aliases/alias_lookup.hpp"
#include "sync/aliases/alias_sync.hpp"

#include <csignal>
#include <cstdio>
#include <ctime>
#include <iostream>

namespace standings {

namespace {

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

/// The configured stores; none if the cache is inside the service, out of this process's reach.
std::optional<backends> shared_stores(const config& settings) {
  if (settings.cache.backend == cache_backend::memory) {
    std::cerr << "The cache is inside the running service (cache.backend is memory);\n"
                 "use its routes: /api/aliases/sync, /api/aliases/{type}/{alias}\n";
    return std::nullopt;
  }
  auto made = make_backends(settings);
  if (!made) {
    std::cerr << "Failed to open the stores: " << explain(made.error()) << '\n';
    return std::nullopt;
  }
  return std::move(*made);
}

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

} // namespace

int run_aliases_sync(const config& settings, bool once, bool release) {
  block_stop_signals();
  auto stores = shared_stores(settings);
  if (!stores)
    return 2;
  alias_sync_options options;
  options.cancelled = told_to_stop;
  alias_sync sync{stores->open_aliases(), stores->aliases, options};
  auto cycle = sync.run({true, release});
  print(cycle);
  if (once)
    return is_whole(cycle) ? 0 : 1;
  std::uint64_t cycles = 1;
  for (; !stopped_within(settings.aliases.interval); ++cycles) {
    cycle = sync.run({});
    print(cycle);
  }
  std::cout << "Stopped after " << cycles << (cycles == 1 ? " cycle" : " cycles") << std::endl;
  return 0;
}

int run_aliases_get(const config& settings, const std::string& type, const std::string& alias) {
  const auto parsed = parse_alias_type(type);
  if (!parsed) {
    std::cerr << "TYPE has to be team, player, league or market\n";
    return 2;
  }
  const auto stores = shared_stores(settings);
  if (!stores)
    return 2;
  const auto ids = find_alias_ids(*stores->aliases, *parsed, alias);
  if (!ids) {
    std::cerr << "Failed to find the alias: " << explain(ids.error()) << '\n';
    return 1;
  }
  for (const auto& id : *ids)
    std::cout << presentable(id) << '\n';
  return 0;
}

} // namespace standings
