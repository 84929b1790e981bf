#include "stores/backends.hpp"

#include "stores/memory_rank_cache.hpp"
#include "stores/postgres_score_store.hpp"
#include "stores/redis_rank_cache.hpp"
#include "stores/sqlite_score_store.hpp"

#include <filesystem>

namespace standings {

namespace {

result<std::optional<calendar>> boundaries_of(const leaderboard_config& settings) {
  auto made = calendar::make(settings.time_zone, settings.week_start);
  if (!made)
    return made.error();
  if (settings.rollover == rollover_mode::off)
    return std::optional<calendar>{};
  return std::optional{*made};
}

/// Writers, hydration's workers, the period clock: about so many at a time.
constexpr std::size_t actors_that_write_caches = 8;

score_store_factory sqlite_factory(const config& settings,
                                   const std::optional<calendar>& boundaries,
                                   const clock_fn& clock) {
  sqlite_options options;
  // an absolute database.path replaces the data directory
  options.path = (std::filesystem::path{settings.data_dir} / settings.database.path).string();
  options.table = settings.leaderboard.table;
  options.boundaries = boundaries;
  options.clock = clock;
  return [options] {
    return open_sqlite_store(options);
  };
}

score_store_factory postgres_factory(const config& settings,
                                     const std::optional<calendar>& boundaries) {
  const postgres_options options{settings.database.url, settings.leaderboard.table, boundaries};
  return [options] {
    return open_postgres_store(options);
  };
}

rank_cache_ptr redis_cache(const config& settings, const clock_fn& clock) {
  redis_cache_options options;
  options.connection.host = settings.cache.host;
  options.connection.port = settings.cache.port;
  options.connection.username = settings.cache.username;
  options.connection.password = settings.cache.password;
  options.connection.db = settings.cache.db;
  options.connections = settings.http.threads + actors_that_write_caches;
  options.key_prefix = settings.leaderboard.key_prefix;
  options.details_prefix = settings.leaderboard.details_prefix;
  options.clock = clock;
  return make_redis_rank_cache(options);
}

} // namespace

result<backends> make_backends(const config& settings, const clock_fn& clock) {
  auto boundaries = boundaries_of(settings.leaderboard);
  if (!boundaries)
    return boundaries.error();
  backends out;
  out.open_store = settings.database.backend == database_backend::postgres
                       ? postgres_factory(settings, *boundaries)
                       : sqlite_factory(settings, *boundaries, clock);
  out.cache = settings.cache.backend == cache_backend::redis ? redis_cache(settings, clock)
                                                             : make_memory_rank_cache(clock);
  return out;
}

} // namespace standings
