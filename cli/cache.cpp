#include "app/backends.hpp"
#include "cli/commands.hpp"
#include "cli/failed.hpp"
#include "cli/progress.hpp"
#include "cli/signals.hpp"
#include "sync/leaderboard/cache_rebuild.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <vector>

namespace standings {

namespace {

using clock = std::chrono::steady_clock;

constexpr std::size_t page = 5'000;
constexpr std::size_t bench_rounds = 2'000;

/// The configured stores; none if the cache is inside the service, out of this process's reach.
std::optional<backends> shared_cache(const config& settings) {
  if (settings.cache.backend == cache_backend::memory) {
    std::cerr << "The cache is inside the running service (cache.backend is memory);\n"
                 "use its admin routes: /api/redis-leaderboard/admin/status, …/sync, …/cache\n";
    return std::nullopt;
  }
  auto made = make_backends(settings);
  if (!made) {
    failed("open the stores", made.error());
    return std::nullopt;
  }
  return std::move(*made);
}

void print(const cache_state& state) {
  std::cout << "complete:    " << (state.complete ? "yes" : "no") << '\n'
            << "generation:  " << (state.generation.empty() ? "-" : state.generation) << '\n';
  for (auto p : all_periods)
    std::printf("%-12s %llu users\n", (std::string{to_string(p)} + ":").c_str(),
                static_cast<unsigned long long>(state.members[index_of(p)]));
  std::cout << std::flush;
  std::printf("memory:      %.1f MiB (all of Redis)\n",
              static_cast<double>(state.memory_bytes) / (1 << 20));
  if (state.foreign_members + state.undated_scores + state.keys_set_aside > 0)
    std::printf("foreign:     %llu members left alone, %llu keys set aside\n",
                static_cast<unsigned long long>(state.foreign_members),
                static_cast<unsigned long long>(state.keys_set_aside));
}

result<std::uint64_t> rebuild(score_store& from, rank_cache& to) {
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
  progress bar{std::cout, "Loading users", *total, stdout_is_terminal()};
  std::uint64_t loaded = 0;
  cache_rebuild steps{from, to};
  for (cache_rebuild::page last; !last.done; loaded += last.users) {
    auto next = steps.load(last.last, page);
    if (!next)
      return next.error().why;
    last = std::move(*next);
    bar.advance(last.users);
  }
  bar.finish();
  if (const auto swept = steps.finish(); !swept)
    return swept.error().why;
  return loaded;
}

void print_latency(const char* what, std::vector<clock::duration> took) {
  std::sort(took.begin(), took.end());
  const auto us = [&](double share) {
    const auto at = static_cast<std::size_t>(share * static_cast<double>(took.size() - 1));
    return std::chrono::duration<double, std::micro>(took[at]).count();
  };
  std::printf("%-10s p50 %8.1f us   p99 %8.1f us   max %8.1f us\n", what, us(0.5), us(0.99),
              us(1.0));
}

/// Measures repeated calls of `f`; stops at the first failure.
template <class F>
result<void> bench(const char* what, const F& f) {
  std::vector<clock::duration> took;
  took.reserve(bench_rounds);
  for (std::size_t i = 0; i < bench_rounds; ++i) {
    const auto start = clock::now();
    if (const auto done = f(i); !done)
      return done.error();
    took.push_back(clock::now() - start);
  }
  print_latency(what, std::move(took));
  return {};
}

} // namespace

/// Prints the advice in the last line, and returns the exit code.
int say_what_to_do(const cache_state& state, std::uint64_t database_users) {
  for (const auto& problem : state.problems)
    std::cout << "problem:     " << problem << '\n';
  if (!state.problems.empty())
    return 1;
  if (!state.complete) {
    std::cout << "The cache is not complete: a running service loads it by itself, or cache init\n";
    return 1;
  }
  const auto fewest = *std::min_element(state.members.begin(), state.members.end());
  if (fewest < database_users) {
    std::cout << database_users - fewest
              << " users of the database are not in the cache: sync run, or cache init "
                 "--force-refresh\n";
    return 1;
  }
  return 0;
}

int run_cache_status(const config& settings) {
  const auto stores = shared_cache(settings);
  if (!stores)
    return 2;
  const auto state = stores->cache->state();
  if (!state)
    return failed("read the cache", state.error());
  print(*state);
  const auto store = stores->open_store();
  const auto users = store ? (*store)->count() : result<std::uint64_t>{store.error()};
  if (!users)
    return failed("read the database", users.error());
  std::cout << "database:    " << *users << " users\n";
  return say_what_to_do(*state, *users);
}

int run_cache_init(const config& settings, bool force) {
  const auto stores = shared_cache(settings);
  if (!stores)
    return 2;
  const auto complete = stores->cache->verify();
  if (!complete)
    return failed("read the cache", complete.error());
  if (*complete && !force) {
    std::cout << "The cache is complete; --force-refresh loads it anew\n";
    return 0;
  }
  auto store = stores->open_store();
  if (!store)
    return failed("open the database", store.error());
  const farewell interrupted{"\nInterrupted: the cache is not complete. A running service loads it"
                             " anew by itself;\notherwise run `standings cache init` again\n"};
  const auto start = clock::now();
  const auto loaded = rebuild(**store, *stores->cache);
  if (!loaded)
    return failed("load the cache", loaded.error());
  const std::chrono::duration<double> took = clock::now() - start;
  std::printf("Loaded %llu users in %.1f s; the cache is complete\n",
              static_cast<unsigned long long>(*loaded), took.count());
  return 0;
}

int run_cache_clear(const config& settings) {
  const auto stores = shared_cache(settings);
  if (!stores)
    return 2;
  if (const auto done = stores->cache->clear(); !done)
    return failed("clear the cache", done.error());
  std::cout << "Cleared; a running service loads it again at once\n";
  return 0;
}

int run_cache_bench(const config& settings) {
  const auto stores = shared_cache(settings);
  if (!stores)
    return 2;
  auto& cache = *stores->cache;
  const auto top = cache.top(period::yearly, 0, 1'000);
  if (!top)
    return failed("read the board", top.error());
  if (top->entries.empty()) {
    std::cerr << "The board is empty; nothing to measure\n";
    return 1;
  }
  const auto user = [&](std::size_t i) {
    return top->entries[i % top->entries.size()].user;
  };
  const auto ignore = [](const auto& r) -> result<void> {
    if (!r)
      return r.error();
    return {};
  };
  std::cout << bench_rounds << " calls each, one after the other\n";
  const std::array done{
      bench("top-10", [&](std::size_t) { return ignore(cache.top(period::daily, 0, 10)); }),
      bench("rank",
            [&](std::size_t i) { return ignore(cache.rank(user(i).user_id, period::daily)); }),
      bench("user", [&](std::size_t i) { return ignore(cache.find(user(i).user_id)); }),
      // a state that is not newer changes nothing, but takes the full path
      bench("apply", [&](std::size_t i) { return cache.apply(std::array{user(i)}); })};
  for (const auto& d : done)
    if (!d)
      return failed("measure", d.error());
  return 0;
}

} // namespace standings
