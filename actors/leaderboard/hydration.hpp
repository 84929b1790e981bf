#pragma once

#include "actors/supervision/single_flight.hpp"
#include "actors/supervision/slots.hpp"
#include "actors/supervision/waiters.hpp"
#include "actors/supervision/worker_pool.hpp"
#include "core/base/throttle.hpp"
#include "messages/internal/leaderboard.hpp"
#include "stores/contracts/rank_cache.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

namespace standings {

struct hydration_options {
  std::chrono::milliseconds tell_every{5'000};          ///< between two log lines of a long rebuild
  std::size_t page = 2'000;                             ///< users in one step of a rebuild
  std::chrono::milliseconds timeout{10'000};            ///< for one look-up
  std::chrono::milliseconds page_timeout{60'000};       ///< for one step of a rebuild
  std::chrono::milliseconds begin_timeout{10 * 60'000}; ///< may first take over a foreign cache
  std::chrono::milliseconds look{1'000};                ///< between two checks of the cache
  std::size_t refresh_batch = 500;                      ///< users in one step of a refresh
  std::size_t max_users = 256;                          ///< look-ups in flight; more are refused
  std::size_t max_boards = 4;        ///< distinct board queries in flight; more are refused
  std::size_t max_pending = 100'000; ///< users to refresh; more cause a rebuild
  restart_limits worker_limits = connection_limits();
  event_sink_ptr events{}; ///< is told what happens; may be null
};

/// Spawns a worker, which must report worker_ready to `front`.
using hydration_worker_factory = std::function<hydration_worker_actor(
    caf::local_actor* owner, hydration_front_actor front, std::size_t index)>;

/// Fills the cache from the database: single users on a miss, everything at the start and on
/// request. Three workers: rebuilds and reads of whole boards have their own, so that a look-up
/// never waits behind one. The number of look-ups is bounded; more are refused with `overloaded`.
///
/// Checks the cache regularly: it is rebuilt if it is no longer complete, users whose newest state
/// it missed are loaded into it, and failed steps are repeated. The rebuild at the start brings in
/// what the cache missed while the service was down. A complete cache keeps serving meanwhile; if
/// reconcile has verified it before, only newer rows are loaded.
struct hydration_state {
  explicit hydration_state(hydration_front_actor::pointer selfptr) : self(selfptr) {}

  void init(const hydration_worker_factory& spawn_worker, rank_cache_ptr cache,
            const hydration_options& with);
  caf::result<cached_user> load(const load_user& m);
  caf::result<bool> load(const load_users& m);
  caf::result<board_page> read(const read_board& m);
  caf::result<std::uint64_t> count();
  caf::result<rebuild_report> rebuild(const rebuild_cache& m);
  caf::result<bool> when_complete();
  caf::result<bool> clear(const clear_cache& m);
  hydration_status progress() const;
  void note_missed(refresh_users& m);
  void stop_waiting(const failure& why);
  void refuse_everyone(const failure& why);
  void note_missed_deletion() { must_rebuild_ = true; }
  void care();
  void cache_works();
  void cache_failed(const caf::error& why);
  void schedule_care();

  caf::result<user_record> read(const read_user& m);

  hydration_front_actor::pointer self;
  std::optional<worker_pool> workers;
  static inline const char* name = "hydration";

  static constexpr std::size_t rebuilds = 0; ///< index of the worker that rebuilds

private:
  static constexpr std::size_t lookups = 1; ///< index of the worker that looks up users
  static constexpr std::size_t boards = 2;  ///< index of the worker that reads boards
  static constexpr bool the_count = true;   ///< the only key of counts_
  using board_key = std::tuple<period, std::uint64_t, std::uint64_t>;

  static caf::error unavailable();

  /// Passes a message on to the worker that looks up users.
  template <class Reply, class Message>
  caf::result<Reply> look_up(const Message& m);
  [[nodiscard]] hydration_worker_actor worker(std::size_t index) const;
  void start_rebuild(const std::string& request_id = {});
  void next_page(std::uint64_t run, const std::string& after);
  void finish(std::uint64_t run);
  void rebuilt(std::uint64_t swept);
  void rebuild_failed(std::uint64_t run, const caf::error& why);
  void refresh();
  void tell_of_rebuild(const char* state, std::string text, std::int64_t total) const;
  void tell_of_cache(const char* state, std::string text) const;

  hydration_options options_;
  rank_cache_ptr cache_;
  std::optional<slots> lookup_slots_;
  std::optional<slots> board_slots_;
  waiters waiters_;
  single_flight<std::string, cached_user> loads_;
  single_flight<board_key, board_page> boards_;
  single_flight<bool, std::uint64_t> counts_; ///< all requests share one key
  hydration_status progress_;
  std::uint64_t run_ = 0; ///< tells the current rebuild from an abandoned one
  void tell_progress();

  std::string rebuild_request_; ///< of the request that started the rebuild; empty without one
  std::chrono::steady_clock::time_point last_told_{};
  std::chrono::steady_clock::time_point started_{};
  std::vector<caf::typed_response_promise<rebuild_report>> askers_;
  std::vector<caf::typed_response_promise<bool>> waiting_for_complete_;
  bool must_rebuild_ = true;
  bool at_start_ = true; ///< no rebuild has finished or been requested yet
  bool looking_ = false; ///< a check or a refresh is under way
  std::set<std::string> pending_;
  bool told_of_outage_ = false; ///< of the cache; its end is not told yet
  throttle progress_events_{std::chrono::milliseconds{1'000}};
};

hydration_front_actor::behavior_type
hydration(hydration_front_actor::stateful_pointer<hydration_state> self,
          hydration_worker_factory spawn_worker, rank_cache_ptr cache, hydration_options options);

} // namespace standings
