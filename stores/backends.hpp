#pragma once

#include "config/config.hpp"
#include "stores/adoption.hpp"
#include "stores/alias_cache.hpp"
#include "stores/alias_source.hpp"
#include "stores/cache_audit.hpp"
#include "stores/key_events.hpp"
#include "stores/rank_cache.hpp"
#include "stores/reconcile_store.hpp"
#include "stores/score_store.hpp"
#include "stores/session_source.hpp"
#include "stores/session_store.hpp"
#include "stores/sync_journal.hpp"

namespace standings {

/// The stores that the configuration chooses.
struct backends {
  score_store_factory open_store;
  table_inspector inspect_table; ///< what the leaderboard's table is like; changes nothing
  table_adopter adopt_table;

  /// Whether the database can be reached, written and used: what was found. Changes nothing.
  std::function<result<std::string>()> check_database;
  std::vector<std::string> notes; ///< on the configuration, for the log
  rank_cache_ptr cache;
  cache_audit_ptr audit; ///< of the same cache
  reconcile_store_factory open_reconcile_store;
  sync_journal_factory open_journal;
  key_events_factory open_changes; ///< of users' details; empty: nobody else writes the cache
  alias_source_factory open_aliases;
  alias_cache_ptr aliases;
  session_store_factory open_session_store;
  session_source_factory open_session_source; ///< these two empty where the cache is not Redis
  key_events_factory open_session_events;
};

/// Makes the cache and the way to the database; opens no connection yet. Fails
/// with `out_of_range` for a time zone or weekday that does not exist.
[[nodiscard]] result<backends> make_backends(const config& settings,
                                             const clock_fn& clock = system_now);

} // namespace standings
