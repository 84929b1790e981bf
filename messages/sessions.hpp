#pragma once

#include "core/sessions/transfer_report.hpp"
#include "messages/supervision.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

/// Requests to session sync and their replies.
namespace standings {

/// Copies all sessions of the source to the database.
struct sync_all_sessions {};

struct full_sync_report {
  sessions_synced what;
  std::chrono::milliseconds duration{0};
};

/// Copies one session to the database. Errors: unknown_session, invalid_session.
struct sync_session {
  std::string id;
};

/// Compares a page; an empty `cursor` starts at the beginning.
struct compare_sessions {
  std::string cursor;
  std::uint64_t limit = 0;
};

struct get_sessions_status {};

/// A measured delay, in microseconds.
struct lag_report {
  std::uint64_t samples = 0; ///< if 0, the others are meaningless
  std::int64_t p50_us = 0;
  std::int64_t p99_us = 0;
  std::int64_t last_us = 0;
};

struct sessions_status {
  bool enabled = false;
  bool listening = false; ///< currently subscribed
  bool notified = false;  ///< the source notifies of changed keys; otherwise it is polled
  bool working = false;   ///< the worker has its connections
  bool full_sync_running = false;
  std::string full_sync_reason;        ///< reason of the running or last one
  std::uint64_t full_syncs = 0;        ///< completed
  std::uint64_t failed_full_syncs = 0; ///< failed, and retried since
  std::string last_error;
  std::string problem;                ///< why it does not work at the moment; empty if it works
  std::int64_t last_full_sync_us = 0; ///< when it ended, in microseconds since 1970; 0: never
  full_sync_report last_full_sync;
  std::uint64_t hints = 0;     ///< received from the source
  std::uint64_t coalesced = 0; ///< hints about a session that was already waiting
  std::uint64_t dropped = 0;   ///< hints left to a full sync
  std::uint64_t ignored = 0;   ///< messages on the channel that name no session
  std::uint64_t pending = 0;
  std::uint64_t overflows = 0;
  sessions_synced totals; ///< since the start
  lag_report lag;         ///< from a hint's arrival to the written row, for the latest changes
};

STANDINGS_INSPECT(skip_count, x.reason, x.count)
STANDINGS_INSPECT(rejected_session, x.id, x.reason)
STANDINGS_INSPECT(compared_session, x.id, x.verdict, x.fields, x.reason, x.source_messages,
                  x.stored_messages, x.missing_messages)
STANDINGS_INSPECT(sessions_synced, x.read, x.created, x.changed, x.gone, x.messages_added,
                  x.duplicates, x.quarantined, x.replaced, x.not_ours, x.released, x.dropped,
                  x.mended, x.skipped, x.refused, x.problems)
STANDINGS_INSPECT(session_comparison, x.sessions, x.cursor)
STANDINGS_INSPECT(sync_all_sessions)
STANDINGS_INSPECT(full_sync_report, x.what, x.duration)
STANDINGS_INSPECT(sync_session, x.id)
STANDINGS_INSPECT(compare_sessions, x.cursor, x.limit)
STANDINGS_INSPECT(get_sessions_status)
STANDINGS_INSPECT(lag_report, x.samples, x.p50_us, x.p99_us, x.last_us)
STANDINGS_INSPECT(sessions_status, x.enabled, x.listening, x.notified, x.working,
                  x.full_sync_running, x.full_sync_reason, x.full_syncs, x.failed_full_syncs,
                  x.last_error, x.problem, x.last_full_sync_us, x.last_full_sync, x.hints,
                  x.coalesced, x.dropped, x.ignored, x.pending, x.overflows, x.totals, x.lag)

} // namespace standings

CAF_BEGIN_TYPE_ID_BLOCK(standings_sessions, standings::id_blocks::sessions)

CAF_ADD_TYPE_ID(standings_sessions, (standings::sessions_synced))
CAF_ADD_TYPE_ID(standings_sessions, (standings::sync_all_sessions))
CAF_ADD_TYPE_ID(standings_sessions, (standings::full_sync_report))
CAF_ADD_TYPE_ID(standings_sessions, (standings::sync_session))
CAF_ADD_TYPE_ID(standings_sessions, (standings::compare_sessions))
CAF_ADD_TYPE_ID(standings_sessions, (standings::session_comparison))
CAF_ADD_TYPE_ID(standings_sessions, (standings::get_sessions_status))
CAF_ADD_TYPE_ID(standings_sessions, (standings::sessions_status))

CAF_END_TYPE_ID_BLOCK(standings_sessions)

static_assert(standings::id_blocks::fits<caf::id_block::standings_sessions>);
