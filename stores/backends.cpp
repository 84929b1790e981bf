#include "stores/backends.hpp"

#include "stores/memory_rank_cache.hpp"
#include "stores/postgres_score_store.hpp"
#include "stores/postgres_session_store.hpp"
#include "stores/redis_rank_cache.hpp"
#include "stores/sqlite_score_store.hpp"
#include "stores/sqlite_session_store.hpp"

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

sqlite_options sqlite_from(const config& settings, const std::optional<calendar>& boundaries,
                           const clock_fn& clock) {
  sqlite_options options;
  // an absolute database.path replaces the data directory
  options.path = (std::filesystem::path{settings.data_dir} / settings.database.path).string();
  options.table = settings.leaderboard.table;
  options.boundaries = boundaries;
  options.clock = clock;
  return options;
}

void choose_sqlite(const sqlite_options& options, backends& to) {
  to.open_store = [options] {
    return open_sqlite_store(options);
  };
  to.open_session_store = [options] {
    return open_sqlite_session_store(options);
  };
}

void choose_postgres(const postgres_options& options, backends& to) {
  to.open_store = [options] {
    return open_postgres_store(options);
  };
  to.open_session_store = [options] {
    return open_postgres_session_store(options);
  };
}

redis_options redis_from(const cache_config& cache) {
  redis_options out;
  out.host = cache.host;
  out.port = cache.port;
  out.username = cache.username;
  out.password = cache.password;
  out.db = cache.db;
  return out;
}

void choose_redis_sessions(const config& settings, backends& to) {
  const auto connection = redis_from(settings.cache);
  const auto& sessions = settings.sessions;
  const session_source_options source{connection, sessions.key_prefix, sessions.max_session_bytes};
  to.open_session_source = [source] {
    return open_redis_session_source(source);
  };
  const key_events_options events{connection, {sessions.key_prefix}, {sessions.channel}};
  to.open_session_events = [events] {
    return open_redis_key_events(events);
  };
}

rank_cache_ptr redis_cache(const config& settings, const clock_fn& clock) {
  redis_cache_options options;
  options.connection = redis_from(settings.cache);
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
  if (settings.database.backend == database_backend::postgres)
    choose_postgres({settings.database.url, settings.leaderboard.table, *boundaries}, out);
  else
    choose_sqlite(sqlite_from(settings, *boundaries, clock), out);
  const bool redis = settings.cache.backend == cache_backend::redis;
  out.cache = redis ? redis_cache(settings, clock) : make_memory_rank_cache(clock);
  if (redis)
    choose_redis_sessions(settings, out);
  return out;
}

} // namespace standings
