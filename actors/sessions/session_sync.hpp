#pragma once

#include "actors/supervision/slots.hpp"
#include "actors/supervision/waiters.hpp"
#include "actors/supervision/worker_pool.hpp"
#include "core/base/backoff.hpp"
#include "core/base/dirty_set.hpp"
#include "core/base/lag_window.hpp"
#include "messages/internal/sessions.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <vector>

namespace standings {

struct session_sync_options {
  bool enabled = true;
  std::chrono::milliseconds full_sync_interval{15 * 60'000};
  std::chrono::milliseconds poll_interval{10'000}; ///< the same where changes are not told
  std::size_t max_pending = 10'000;                ///< changed sessions; more make a full sync
  std::size_t batch = 200;                         ///< changed sessions a step
  std::size_t page = 200;                          ///< sessions a step of a full sync, about
  std::chrono::milliseconds step_timeout{60'000}; ///< for one step; a worker that takes longer ends
  std::chrono::milliseconds look{1'000};          ///< between two looks whether a full sync is due
  std::size_t max_waiting = 8; ///< for a full sync, a session, or a comparison, each
  backoff retry{std::chrono::milliseconds{200}, std::chrono::milliseconds{30'000}};
  restart_limits worker_limits = connection_limits();
};

/// How to start the children; each reports to `front`.
struct session_children {
  std::function<session_worker_actor(caf::local_actor* owner, session_sync_front_actor front,
                                     std::size_t index)>
      worker;
  std::function<key_listener_actor(caf::local_actor* owner, key_listener_target_actor target)>
      listener;
};

/// Keeps the database in step with the sessions that another application writes.
/// Hints are coalesced per session; what is changed while a step runs makes the
/// next one, so steps grow with load. Too many hints make one full sync, and so do
/// the start, a (re)subscription, whatever loses hints, the interval, and a request.
/// Changes and pages of a full sync take turns, one step at a time.
///
/// Two workers: one brings sessions, the other compares, so that a comparison
/// delays no change. A step that fails is tried again, after a back-off.
struct session_sync_state {
  explicit session_sync_state(session_sync_front_actor::pointer selfptr)
      : self(selfptr), dirty_(0) {}

  void init(const session_children& children, const session_sync_options& with);
  caf::result<full_sync_report> sync_all();
  caf::result<sessions_synced> sync_one(const sync_session& m);
  caf::result<session_comparison> compare(const compare_sessions& m);
  [[nodiscard]] sessions_status report() const;
  [[nodiscard]] component_status status() const;
  bool note(const keys_hinted& m);
  void note(const listener_state& m);
  void look();
  void try_again();
  void stop_waiting(const failure& why);
  void refuse_everyone(const failure& why);

  session_sync_front_actor::pointer self;
  std::optional<worker_pool> workers;
  static inline const char* name = "session_sync";

private:
  static constexpr std::size_t syncing = 0;   ///< the worker that brings sessions
  static constexpr std::size_t comparing = 1; ///< the worker that compares
  static constexpr std::size_t listener = 2;
  static inline const failure no_failure{errc::none, {}, {}};
  using time_point = std::chrono::steady_clock::time_point;

  [[nodiscard]] time_point now() const;
  [[nodiscard]] caf::error refuses(std::size_t index) const;
  [[nodiscard]] session_worker_actor worker(std::size_t index) const;
  void worker_up(std::size_t index);
  void child_down(std::size_t index);
  void note_end(std::size_t index, const caf::error& why);
  [[nodiscard]] std::string problem() const;
  void note_dirty(const dirty_set::entry& what);
  void want_full_sync(const std::string& reason);
  void step();
  void sync_changes();
  void changes_done(const std::vector<dirty_set::entry>& batch, const sessions_synced& what);
  void start_full_sync();
  void next_page();
  void page_done(const page_synced& page);
  void finish_full_sync();
  void full_sync_failed(const caf::error& why);
  void step_failed(const caf::error& why);

  session_sync_options options_;
  /// Why a child has ended, while it is away; `none`: it has not.
  std::array<failure, 3> ends_{no_failure, no_failure, no_failure};
  dirty_set dirty_;
  bool stepping_ = false; ///< a step is under way
  bool paused_ = false;   ///< after a failure, until the back-off is over
  bool pages_turn_ = false;
  std::uint32_t failures_ = 0; ///< in a row
  std::optional<slots> single_slots_;
  std::optional<slots> comparison_slots_;

  bool wanted_ = false; ///< a full sync
  bool held_ = true;    ///< the first one waits a moment for the subscription
  bool overflowed_ = false;
  std::string wanted_reason_;
  std::string cursor_;
  sessions_synced so_far_; ///< of the running full sync
  time_point started_{};
  time_point ended_{};
  std::vector<caf::typed_response_promise<full_sync_report>> waiting_; ///< for the next full sync
  waiters waiters_;
  std::vector<caf::typed_response_promise<full_sync_report>> askers_; ///< of the running one

  sessions_status report_; ///< what is not told by the members above
  lag_window lag_;
};

session_sync_front_actor::behavior_type
session_sync(session_sync_front_actor::stateful_pointer<session_sync_state> self,
             session_children children, session_sync_options options);

} // namespace standings
