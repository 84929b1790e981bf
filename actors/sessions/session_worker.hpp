#pragma once

#include "messages/internal/sessions.hpp"
#include "sync/sessions/session_transfer.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <memory>
#include <optional>

namespace standings {

/// Copies sessions from the source to the database, and compares the two. Blocking, so the spawn
/// site detaches it. Opens its connections when it starts, reports worker_ready to `front`, and
/// ends when one of them is lost.
struct session_worker_state {
  explicit session_worker_state(session_worker_actor::pointer selfptr) : self(selfptr) {}

  void init(const session_source_factory& open_source, const session_store_factory& open_store,
            const transfer_limits& limits);
  caf::result<sessions_synced> sync(const sync_sessions& m);
  caf::result<page_synced> sync(const sync_page& m);
  caf::result<session_comparison> compare(const compare_sessions& m);

  session_worker_actor::pointer self;
  static inline const char* name = "session_worker";

private:
  /// Returns the error for the requester; a lost store also ends this worker.
  caf::error failed(const failure& why);

  std::unique_ptr<session_source> source_;
  std::unique_ptr<session_store> store_;
  std::optional<session_transfer> transfer_; ///< uses source_ and store_
};

session_worker_actor::behavior_type
session_worker(session_worker_actor::stateful_pointer<session_worker_state> self,
               session_source_factory open_source, session_store_factory open_store,
               transfer_limits limits, session_sync_front_actor front, std::size_t index);

} // namespace standings
