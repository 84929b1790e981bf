#include "cli/cache_bench.hpp"
#include "cli/commands.hpp"
#include "cli/introduction.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/shared_stores.hpp"
#include "cli/signals.hpp"
#include "sync/leaderboard/cache_rebuild.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>

/// `standings cache …` works directly on a cache that runs as a server, whether or not the service
/// runs.
namespace standings {

namespace {

namespace json = boost::json;
using clock = std::chrono::steady_clock;

constexpr std::size_t page = 5'000;

constexpr auto cache_routes =
    "use its admin routes: /api/redis-leaderboard/admin/status, …/sync, …/cache";

void print(const cache_state& state) {
  std::cout << "complete:    " << (state.complete ? "yes" : "no") << '\n'
            << "generation:  " << (state.generation.empty() ? "-" : state.generation) << '\n';
  for (auto p : all_periods)
    std::printf("%-12s %s\n", (std::string{to_string(p)} + ":").c_str(),
                counted(state.members[index_of(p)], "user").c_str());
  std::printf("memory:      %.1f MiB (all of Redis)\n",
              static_cast<double>(state.memory_bytes) / (1 << 20));
  if (state.foreign_members + state.undated_scores + state.keys_set_aside > 0)
    std::cout << "foreign:     " << counted(state.foreign_members, "member") << " left alone, "
              << counted(state.keys_set_aside, "key") << " set aside\n";
}

std::uint64_t missing_users(const cache_state& state, std::uint64_t database_users) {
  const auto fewest = *std::min_element(state.members.begin(), state.members.end());
  return database_users - std::min(fewest, database_users);
}

/// Prints in the last line what to do.
void print_advice(const cache_state& state, std::uint64_t database_users) {
  for (const auto& problem : state.problems)
    std::cout << "problem:     " << problem << '\n';
  if (!state.problems.empty())
    return;
  const auto missing = missing_users(state, database_users);
  if (!state.complete)
    std::cout << "The cache is not complete: a running service loads it by itself, or cache init\n";
  else if (missing > 0)
    std::cout << counted(missing, "user") << " of the database " << (missing == 1 ? "is" : "are")
              << " not in the cache: sync run, or cache init --force-refresh\n";
}

json::object state_json(const cache_state& state, std::uint64_t database_users) {
  json::object members;
  for (auto p : all_periods)
    members[to_string(p)] = state.members[index_of(p)];
  return {{"complete", state.complete},
          {"generation", state.generation},
          {"members", std::move(members)},
          {"database_users", database_users},
          {"missing_users", missing_users(state, database_users)},
          {"memory_bytes", state.memory_bytes},
          {"foreign_members", state.foreign_members},
          {"undated_scores", state.undated_scores},
          {"keys_set_aside", state.keys_set_aside},
          {"problems", json::value_from(state.problems)},
          {"notes", json::value_from(state.notes)}};
}

int print_cache_status(const invocation& with) {
  const auto stores = shared_stores(with, cache_routes);
  if (!stores)
    return exit_usage;
  const auto state = stores->cache->state();
  if (!state)
    return failed(with, "read the cache", state.error());
  if (!with.json) {
    std::cout << "cache:       " << cache_address(with.settings.cache) << '\n';
    print(*state);
  }
  const auto found = stores->inspect_table(); // opening the store would make tables
  if (!found)
    return failed(with, "read the database", found.error());
  const auto users = found->table.rows;
  if (with.json) {
    print_json(state_json(*state, users));
  } else {
    std::cout << "database:    " << counted(users, "user") << '\n';
    print_advice(*state, users);
  }
  const bool whole =
      state->problems.empty() && state->complete && missing_users(*state, users) == 0;
  return whole ? exit_done : exit_failed;
}

result<std::uint64_t> rebuild(score_store& from, rank_cache& to, bool visible) {
  const auto periods = from.periods();
  if (!periods)
    return periods.error();
  if (const auto told = to.start_periods(periods->starts); !told)
    return told.error();
  const auto total = from.count();
  if (!total)
    return total.error();
  if (const auto begun = to.begin_rebuild(); !begun)
    return begun.error();
  progress bar{std::cerr, "Loading users", *total, visible};
  std::uint64_t loaded = 0;
  cache_rebuild steps{from, to};
  for (cache_rebuild::page last; !last.done; loaded += last.users) {
    auto next = steps.load(last.last, page);
    if (!next)
      return next.error().why;
    last = std::move(*next);
    bar.advance(last.users);
  }
  if (const auto swept = steps.finish(); !swept)
    return swept.error().why;
  bar.finish();
  return loaded;
}

void print_loaded(const invocation& with, std::uint64_t users, double seconds) {
  if (with.json)
    print_json({{"loaded", true}, {"users", users}, {"seconds", seconds}});
  else
    std::printf("Loaded %s in %.1f s; the cache is complete\n", counted(users, "user").c_str(),
                seconds);
}

/// Fills the cache from the database; does nothing if it is complete, unless `force`.
int run_init(const invocation& with, bool force) {
  const auto stores = shared_stores(with, cache_routes);
  if (!stores)
    return exit_usage;
  const auto complete = stores->cache->verify();
  if (!complete)
    return failed(with, "read the cache", complete.error());
  if (*complete && !force) {
    if (with.json)
      print_json({{"loaded", false}});
    else
      std::cout << "The cache is complete; --force-refresh loads it anew\n";
    return exit_done;
  }
  auto store = stores->open_store();
  if (!store)
    return failed(with, "open the database", store.error());
  const farewell interrupted{"\nInterrupted: the cache is not complete. A running service loads it"
                             " anew by itself;\notherwise run `standings cache init` again\n"};
  const auto start = clock::now();
  const auto loaded = rebuild(**store, *stores->cache, shows_progress() && !with.json);
  if (!loaded)
    return failed(with, "load the cache", loaded.error());
  print_loaded(with, *loaded, std::chrono::duration<double>{clock::now() - start}.count());
  return exit_done;
}

int run_clear(const invocation& with) {
  const auto stores = shared_stores(with, cache_routes);
  if (!stores)
    return exit_usage;
  if (const auto done = stores->cache->clear(); !done)
    return failed(with, "clear the cache", done.error());
  if (with.json)
    print_json({{"cleared", true}});
  else
    std::cout << "Cleared; a running service loads it again at once\n";
  return exit_done;
}

int run_bench(const invocation& with) {
  const auto stores = shared_stores(with, cache_routes);
  return stores ? bench_cache(with, *stores->cache) : exit_usage;
}

constexpr auto cache_exit_codes = "0  done\n1  failed\n"
                                  "2  wrong usage or configuration, or the cache is inside the "
                                  "service (cache.backend is memory)";

} // namespace

void add_cache(command_tree& to) {
  auto& group = to.add_group("cache", "manage a cache that runs as a server");
  const auto add = [&](const char* name, const char* what, const char* examples,
                       const char* exit_codes, command_tree::run_fn run) -> CLI::App& {
    return to.add_to(group, {name, what, examples, exit_codes}, shared_flags::of_stores(),
                     std::move(run));
  };
  add("status", "what the cache holds", "standings cache status",
      "0  the cache is complete\n1  it is not, or users of the database are missing\n"
      "2  wrong usage or configuration, or the cache is inside the service",
      print_cache_status);
  const auto force = std::make_shared<bool>(false);
  add("init", "fill the cache from the database",
      "standings cache init\nstandings cache init --force-refresh", cache_exit_codes,
      [force](const invocation& with) { return run_init(with, *force); })
      .add_flag("--force-refresh", *force, "even if it is complete");
  add("clear", "remove the default leaderboard from it", "standings cache clear", cache_exit_codes,
      run_clear);
  add("bench", "measure latencies; changes nothing", "standings cache bench", cache_exit_codes,
      run_bench);
}

} // namespace standings
