#pragma once

#include "config/config.hpp"
#include "core/metrics/store_calls.hpp"
#include "stores/contracts/alias_cache.hpp"
#include "stores/contracts/alias_source.hpp"
#include "stores/contracts/cache_audit.hpp"
#include "stores/contracts/cache_reads.hpp"
#include "stores/contracts/foreign_changes.hpp"
#include "stores/contracts/key_events.hpp"
#include "stores/contracts/leaderboard_store.hpp"
#include "stores/contracts/rank_cache.hpp"
#include "stores/contracts/reconcile_store.hpp"
#include "stores/contracts/run_journal.hpp"
#include "stores/contracts/score_store.hpp"
#include "stores/contracts/session_source.hpp"
#include "stores/contracts/session_store.hpp"
#include "stores/sql/adoption.hpp"
#include "sync/leaderboard/leaderboard_shelf.hpp"
#include "sync/leaderboard/version_guard.hpp"

namespace standings {

/// The stores chosen by the configuration.
struct backends {
  score_store_factory open_store;
  table_inspector inspect_table; ///< describes the leaderboard's table; changes nothing
  table_adopter adopt_table;

  /// Checks that the database can be reached, written and used; returns what was found. Changes
  /// nothing.
  std::function<result<std::string>()> check_database;
  std::function<result<std::string>()> cache_version; ///< of its server; empty unless it is Redis
  std::vector<std::string> notes;                     ///< remarks on the configuration, for the log
  rank_cache_ptr cache;
  cache_reads_factory cache_reads;             ///< of the same cache
  cache_audit_ptr audit;                       ///< of the same cache
  leaderboard_store_factory open_leaderboards; ///< the named ones
  leaderboard_shelf::make_cache_fn make_named_cache;
  reconcile_store_factory open_reconcile_store;
  run_journal_factory open_journal;
  version_guard_ptr guard; ///< of this database and this cache
  foreign_changes_factory open_foreign_changes;
  key_events_factory open_changes; ///< of users' details; empty: no other program writes the cache
  alias_source_factory open_aliases;
  alias_cache_ptr aliases;
  session_store_factory open_session_store;
  std::function<result<void>()> check_session_store; ///< see check_postgres_session_store
  store_metrics_ptr metrics;                         ///< what all these stores have done
  session_source_factory open_session_source;        ///< empty unless the cache is Redis
  key_events_factory open_session_events;            ///< empty unless the cache is Redis
};

/// Creates the cache and the database factories; opens no connection yet. Fails with `out_of_range`
/// for an unknown time zone or weekday.
[[nodiscard]] result<backends> make_backends(const config& settings,
                                             const clock_fn& clock = system_now);

} // namespace standings
