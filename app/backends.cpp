#include "app/backends.hpp"

#include "app/measured/measured.hpp"
#include "config/paths.hpp"
#include "stores/memory/alias_cache.hpp"
#include "stores/memory/rank_cache.hpp"
#include "stores/postgres/address.hpp"
#include "stores/postgres/adoption.hpp"
#include "stores/postgres/check.hpp"
#include "stores/postgres/foreign_changes.hpp"
#include "stores/postgres/history_store.hpp"
#include "stores/postgres/leaderboard_store.hpp"
#include "stores/postgres/reconcile_store.hpp"
#include "stores/postgres/score_store.hpp"
#include "stores/postgres/session_store.hpp"
#include "stores/redis/alias_cache.hpp"
#include "stores/redis/cache_audit.hpp"
#include "stores/redis/check.hpp"
#include "stores/redis/key_events.hpp"
#include "stores/redis/session_source.hpp"
#include "stores/sqlite/adoption.hpp"
#include "stores/sqlite/alias_source.hpp"
#include "stores/sqlite/check.hpp"
#include "stores/sqlite/foreign_changes.hpp"
#include "stores/sqlite/history_store.hpp"
#include "stores/sqlite/leaderboard_store.hpp"
#include "stores/sqlite/reconcile_store.hpp"
#include "stores/sqlite/score_store.hpp"
#include "stores/sqlite/session_store.hpp"

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

/// Of the default leaderboard, in which updates of named ones may count, too.
score_rules default_rules(const config& settings) {
  return {score_mode::sum, score_order::desc, settings.leaderboard.max_count};
}

/// Roughly the number of writers, hydration workers and the period clock that use the cache at a
/// time.
constexpr std::size_t actors_that_write_caches = 8;

/// The workers of reconcile, and one to spare.
constexpr std::size_t actors_that_audit_caches = 9;

history_store_factory use_sqlite(backends& out, const config& settings,
                                 const std::optional<calendar>& boundaries, const clock_fn& clock) {
  sqlite_options options;
  options.path = resolve_path(settings, settings.database.path);
  options.table = settings.leaderboard.table;
  options.boundaries = boundaries;
  options.keep_past = static_cast<std::size_t>(settings.leaderboard.keep_past);
  options.clock = clock;
  out.open_store = [options] {
    return open_sqlite_store(options);
  };
  out.check_database = [options, data_dir = settings.data_dir] {
    return check_sqlite(options, data_dir);
  };
  out.inspect_table = [options] {
    return inspect_sqlite(options);
  };
  out.adopt_table = [options] {
    return adopt_sqlite(options);
  };
  out.open_reconcile_store = [options] {
    return open_sqlite_reconcile_store(options);
  };
  out.open_leaderboards = [options, rules = default_rules(settings),
                           quotas = settings.leaderboards.quotas] {
    return open_sqlite_leaderboards(options, rules, quotas);
  };
  out.open_journal = [options] {
    return open_sqlite_run_journal(options);
  };
  out.open_session_store = [options] {
    return open_sqlite_session_store(options);
  };
  out.check_session_store = [options] {
    return check_sqlite_session_store(options);
  };
  out.open_foreign_changes = [options] {
    return open_sqlite_foreign_changes(options);
  };
  return [options] {
    return open_sqlite_history_store(options);
  };
}

history_store_factory use_postgres(backends& out, const config& settings,
                                   const std::optional<calendar>& boundaries) {
  const postgres_options options{settings.database.url, settings.leaderboard.table, boundaries,
                                 static_cast<std::size_t>(settings.leaderboard.keep_past),
                                 settings.database.schema};
  out.open_store = [options] {
    return open_postgres_store(options);
  };
  out.check_database = [options] {
    return check_postgres(options);
  };
  out.inspect_table = [options] {
    return inspect_postgres(options);
  };
  out.adopt_table = [options] {
    return adopt_postgres(options);
  };
  out.open_reconcile_store = [options] {
    return open_postgres_reconcile_store(options);
  };
  out.open_leaderboards = [options, rules = default_rules(settings),
                           quotas = settings.leaderboards.quotas] {
    return open_postgres_leaderboards(options, rules, quotas);
  };
  out.open_journal = [options] {
    return open_postgres_run_journal(options);
  };
  out.open_session_store = [options] {
    return open_postgres_session_store(options);
  };
  out.check_session_store = [options] {
    return check_postgres_session_store(options);
  };
  out.open_foreign_changes = [options] {
    return open_postgres_foreign_changes(options);
  };
  return [options] {
    return open_postgres_history_store(options);
  };
}

redis_tls_options redis_tls_of(const config& settings) {
  const auto& tls = settings.cache.tls;
  const auto file = [&](const std::string& path) {
    return path.empty() ? path : resolve_path(settings, path);
  };
  redis_tls_options out;
  out.enabled = tls.enabled;
  out.ca_file = file(tls.ca_file);
  out.ca_dir = file(tls.ca_dir);
  out.cert_file = file(tls.cert_file);
  out.key_file = file(tls.key_file);
  out.server_name = tls.server_name;
  out.verify = tls.verify;
  return out;
}

redis_options redis_server_of(const config& settings) {
  const auto& cache = settings.cache;
  redis_options out;
  out.host = cache.host;
  out.port = cache.port;
  out.username = cache.username;
  out.password = cache.password;
  out.db = cache.db;
  out.tls = redis_tls_of(settings);
  return out;
}

breaker_state_ptr add_breaker(store_metrics& to, const char* protects) {
  to.breakers.emplace_back(protects, std::make_shared<breaker_state>());
  return to.breakers.back().second;
}

void use_redis_sessions(backends& out, const config& settings) {
  const auto connection = redis_server_of(settings);
  const auto& sessions = settings.sessions;
  const session_source_options source{connection, sessions.key_prefix, sessions.max_session_bytes};
  out.open_session_source = [source] {
    return open_redis_session_source(source);
  };
  const key_events_options events{connection, {sessions.key_prefix}, {sessions.channel}, {}};
  out.open_session_events = [events] {
    return open_redis_key_events(events);
  };
}

void use_redis(backends& out, const config& settings, const clock_fn& clock) {
  redis_cache_options options;
  options.connection = redis_server_of(settings);
  options.connections = settings.http.threads + actors_that_write_caches;
  out.cache_version = [server = options.connection] {
    return redis_version(server);
  };
  options.key_prefix = settings.leaderboard.key_prefix;
  options.details_prefix = settings.leaderboard.details_prefix;
  options.clock = clock;
  options.own = std::make_shared<own_writes>();
  options.connection.breaker = add_breaker(*out.metrics, "rank_cache");
  options.reads_breaker = add_breaker(*out.metrics, "cache_reads");
  auto named = options;
  named.connection.breaker = add_breaker(*out.metrics, "named_caches");
  named.pool = std::make_shared<redis_pool>(named.connection, named.connections, nullptr);
  out.make_named_cache = [named](const leaderboard& which) {
    return make_redis_rank_cache(
        for_named_leaderboard(named, which.id, which.settings.rules.order));
  };
  auto made = make_redis_cache(options);
  out.cache = std::move(made.cache);
  out.cache_reads = measured(std::move(made.reads), out.metrics);
  options.connections = actors_that_audit_caches;
  options.connection.breaker = add_breaker(*out.metrics, "cache_audit");
  out.audit = make_redis_cache_audit(options);
  const key_events_options changes{options.connection, {options.details_prefix}, {}, options.own};
  out.open_changes = [changes] {
    return open_redis_key_events(changes);
  };
}

void use_memory(backends& out, const clock_fn& clock) {
  out.make_named_cache = [clock](const leaderboard& which) {
    return make_memory_cache(clock, which.settings.rules.order).cache;
  };
  auto made = make_memory_cache(clock);
  out.cache = std::move(made.cache);
  out.cache_reads = [cache = out.cache](boost::asio::io_context&) {
    return std::make_unique<direct_cache_reads>(cache);
  };
  out.audit = std::move(made.audit);
}

/// Look-ups are short, so this many connections serve any number of event loops.
constexpr std::size_t alias_connections = 16;

alias_cache_ptr alias_cache_of(const config& settings, const clock_fn& clock,
                               store_metrics& metrics) {
  if (settings.cache.backend == cache_backend::memory)
    return make_memory_alias_cache(clock);
  auto server = redis_server_of(settings);
  server.breaker = add_breaker(metrics, "alias_cache");
  return make_redis_alias_cache({std::move(server), alias_connections});
}

void measure_stores(backends& of) {
  of.open_store = measured(std::move(of.open_store), of.metrics);
  of.cache = measured(std::move(of.cache), of.metrics);
  of.audit = measured(std::move(of.audit), of.metrics);
  of.open_reconcile_store = measured(std::move(of.open_reconcile_store), of.metrics);
  of.open_journal = measured(std::move(of.open_journal), of.metrics);
  of.open_session_source = measured(std::move(of.open_session_source), of.metrics);
  of.open_session_store = measured(std::move(of.open_session_store), of.metrics);
}

alias_source_factory alias_factory(const config& settings) {
  const auto& from = settings.aliases;
  sqlite_alias_options options;
  options.path = resolve_path(settings, from.source);
  options.tables = {{{from.team_table, from.team_id_column},
                     {from.player_table, from.player_id_column},
                     {from.league_table, from.league_id_column},
                     {from.market_table, from.market_id_column}}};
  options.alias_column = from.alias_column;
  return [options] {
    return make_sqlite_alias_source(options);
  };
}

} // namespace

result<backends> make_backends(const config& settings, const clock_fn& clock) {
  auto boundaries = boundaries_of(settings.leaderboard);
  if (!boundaries)
    return boundaries.error();
  backends out;
  out.metrics = std::make_shared<store_metrics>();
  history_store_factory open_history;
  if (settings.database.backend == database_backend::postgres) {
    auto address = parse_postgres_address(settings.database.url);
    if (!address)
      return address.error();
    out.notes = std::move(address->notes);
    open_history = use_postgres(out, settings, *boundaries);
  } else {
    open_history = use_sqlite(out, settings, *boundaries, clock);
  }
  if (settings.cache.backend == cache_backend::redis) {
    use_redis(out, settings, clock);
    use_redis_sessions(out, settings);
  } else {
    use_memory(out, clock);
  }
  measure_stores(out);
  out.guard =
      std::make_shared<version_guard>(measured(std::move(open_history), out.metrics), out.cache);
  out.open_aliases = alias_factory(settings);
  out.aliases = measured(alias_cache_of(settings, clock, *out.metrics), out.metrics);
  return out;
}

} // namespace standings
