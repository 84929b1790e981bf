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
  std::chrono::milliseconds poll_interval{10'000}; ///< replaces it without notifications
  std::size_t max_pending = 10'000;                ///< changed sessions; more cause a full sync
  std::size_t batch = 200;                         ///< changed sessions in one step
  std::size_t page = 200; ///< approximate number of sessions in one step of a full sync
  std::chrono::milliseconds step_timeout{60'000}; ///< a worker that takes longer is killed
  std::chrono::milliseconds look{1'000};          ///< between two checks whether a full sync is due
  std::size_t max_waiting = 8; ///< waiting requests of each kind; more are refused
  backoff retry{std::chrono::milliseconds{200}, std::chrono::milliseconds{30'000}};
  restart_limits worker_limits = connection_limits();
  event_sink_ptr events{}; ///< is told what happens; may be null
};

/// How to start the children; each reports to `front`.
struct session_children {
  std::function<session_worker_actor(caf::local_actor* owner, session_sync_front_actor front,
                                     std::size_t index)>
      worker;
  std::function<key_listener_actor(caf::local_actor* owner, key_listener_target_actor target)>
      listener;
};

/// Keeps the database in step with the sessions that another application writes. Hints are
/// coalesced per session; changes that arrive during a step make up the next one, so steps grow
/// with load. A full sync follows too many hints, the start, a (re)subscription, any possible loss
/// of hints, the interval, and a request. Changes and pages of a full sync take turns, one step at
/// a time.
///
/// Two workers: one syncs and the other compares, so that a comparison does not delay changes. A
/// failed step is repeated after a back-off.
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
  static constexpr std::size_t syncing = 0;   ///< index of the worker that syncs
  static constexpr std::size_t comparing = 1; ///< index of the worker that compares
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
  /// Why a child has ended, until its successor works; `none` otherwise.
  std::array<failure, 3> ends_{no_failure, no_failure, no_failure};
  dirty_set dirty_;
  bool stepping_ = false; ///< a step is under way
  bool paused_ = false;   ///< after a failure, until the back-off is over
  bool pages_turn_ = false;
  std::uint32_t failures_ = 0; ///< consecutive
  std::optional<slots> single_slots_;
  std::optional<slots> comparison_slots_;

  bool wanted_ = false; ///< a full sync is due
  bool held_ = true;    ///< the first full sync waits briefly for the subscription
  bool overflowed_ = false;
  std::string wanted_reason_;
  std::string cursor_;
  sessions_synced so_far_; ///< totals of the running full sync
  time_point started_{};
  time_point ended_{};
  std::vector<caf::typed_response_promise<full_sync_report>> waiting_; ///< for the next full sync
  waiters waiters_;
  std::vector<caf::typed_response_promise<full_sync_report>> askers_; ///< for the running one

  sessions_status report_; ///< the parts that the other members do not hold
  lag_window lag_;
};

session_sync_front_actor::behavior_type
session_sync(session_sync_front_actor::stateful_pointer<session_sync_state> self,
             session_children children, session_sync_options options);

} // namespace standings
