#pragma once

#include "actors/supervision/single_flight.hpp"
#include "actors/supervision/slots.hpp"
#include "actors/supervision/waiters.hpp"
#include "actors/supervision/worker_pool.hpp"
#include "core/leaderboard/cache_comparison.hpp"
#include "messages/internal/leaderboards.hpp"
#include "sync/leaderboard/leaderboard_shelf.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace standings {

struct leaderboards_options {
  std::chrono::milliseconds timeout{10'000};           ///< for one look-up
  std::chrono::milliseconds load_timeout{10 * 60'000}; ///< for loading one leaderboard
  std::chrono::milliseconds look{2'000};               ///< between two looks after those in use
  std::chrono::milliseconds tidy{60'000};              ///< between two tidyings
  std::chrono::milliseconds compare_again{1'000};      ///< before a difference counts
  std::size_t max_lookups = 256;                       ///< in flight; more are refused
  std::size_t max_loads = 1'024;                       ///< the same
  std::size_t refreshed_at_once = 3;         ///< in one step of a look: a load may wait for it
  std::size_t warm = 0;                      ///< loaded after the start
  std::chrono::milliseconds warm_pause{500}; ///< of that, after a read that needed a load
  int refresh_pause = 10;     ///< times as long as a step of a look has taken, before the next one
  bool shared_caches = false; ///< other processes, or one before, may have filled them
  restart_limits worker_limits = connection_limits();
  event_sink_ptr events{}; ///< is told what happens; may be null
};

/// Spawns a worker, which must report worker_ready to `front`.
using leaderboards_worker_factory = std::function<leaderboards_worker_actor(
    caf::local_actor* owner, leaderboards_front_actor front, std::size_t index)>;

/// Makes, changes and describes the named leaderboards, and fills their caches when they are first
/// read. Two workers: loads have one of their own, so that a look-up never waits behind one. Looks
/// regularly after those in use, and loads anew those whose cache has missed something. After a
/// start it loads those that were used last, one after the other. A shared cache that this process
/// begins to use is compared with the database: one that was killed may not have finished a write.
struct leaderboards_state {
  explicit leaderboards_state(leaderboards_front_actor::pointer selfptr) : self(selfptr) {}

  void init(const leaderboards_worker_factory& spawn_worker, leaderboard_shelf_ptr shelf,
            const leaderboards_options& with);

  /// Passes a message on to the worker that works on the database.
  template <class Reply, class Message>
  caf::result<Reply> look_up(const Message& m);
  caf::result<leaderboard_loaded> load(const load_leaderboard& m);
  caf::result<bool> look_at(const look_at_leaderboard& m);
  void note_missed(const cache_missed& m);
  void look();
  caf::result<caches_compared> compare(const compare_caches& m);
  void compare_next();
  void warm_next();
  void refresh_used();
  component_status status() const;
  void refuse_everyone(const failure& why);

  leaderboards_front_actor::pointer self;
  std::optional<worker_pool> workers;
  static inline const char* name = "leaderboards";

private:
  static constexpr std::size_t loads = 0;   ///< index of the worker that fills caches
  static constexpr std::size_t lookups = 1; ///< index of the other one

  [[nodiscard]] leaderboards_worker_actor worker(std::size_t index) const;
  void schedule_look();

  /// What leaves the rest of the time to others, after a step that took `took`.
  static std::chrono::steady_clock::duration pause_after(std::chrono::steady_clock::duration took,
                                                         int times);

  /// Calls `next` after the pause: then `due` comes.
  template <class Due>
  void go_on(std::chrono::steady_clock::duration pause, Due due,
             void (leaderboards_state::*next)()) {
    if (pause > pause.zero())
      self->delayed_send(leaderboards_front_actor{self}, pause, due);
    else
      (this->*next)();
  }

  [[nodiscard]] static std::string flight_of(const load_leaderboard& m);
  void look_at_next();
  void reload_missed();
  void reload(load_leaderboard what, bool compare_after);
  void tidy();
  void carry();
  void compare_new();
  void note_loaded_anew();
  void take_difference(const std::string& id);
  void compare_all(const std::string& run_id);
  void begin_comparison(std::optional<std::string> run_id, std::vector<std::string> ids);
  void compare_page_of(const cache_comparison::step& next);
  void
  count_since(const caches_compared& before); ///< what the comparison has found, for monitoring
  void go_on_comparing(bool later, std::chrono::steady_clock::time_point begun);
  void end_comparison();
  void find_what_to_warm();

  leaderboards_options options_;
  leaderboard_shelf_ptr shelf_;
  std::optional<slots> lookup_slots_;
  std::optional<slots> load_slots_;
  waiters waiters_;
  single_flight<std::string, leaderboard_loaded> loads_;
  using looked_for = std::map<std::string, std::vector<caf::typed_response_promise<bool>>>;
  looked_for looked_at_;  ///< those of the look that is under way; none: there is none
  looked_for to_look_at_; ///< those of the next ones
  std::string last_looked_at_;
  std::set<std::string> missed_; ///< to be loaded anew
  std::deque<std::string> used_; ///< to be refreshed, in this order
  std::set<std::string> in_used_;
  bool refreshing_ = false;
  std::chrono::steady_clock::time_point next_refresh_{};
  bool warming_ = false; ///< one is being loaded, or the list of them is
  bool knows_what_to_warm_ = false;
  std::chrono::steady_clock::time_point warm_not_before_{};
  std::deque<leaderboard_info> warm_;          ///< to be loaded, in this order
  std::optional<cache_comparison> comparison_; ///< under way
  std::optional<std::string> comparing_run_;   ///< the run that it is for; none: of new ones
  std::vector<caf::typed_response_promise<caches_compared>> comparison_askers_;
  std::set<std::string> new_;         ///< to be compared beside runs
  std::set<std::string> loaded_anew_; ///< to be compared once that has ended
  std::set<std::string> compared_;    ///< not to be again because they are new on the shelf
  std::map<std::string, std::size_t> doubted_; ///< how often each was loaded because it differed
  std::optional<std::string> waiting_run_;     ///< its comparison begins after the one under way
  bool carrying_ = false;
  carry_scores next_to_carry_;
  bool tidying_ = false;
  std::chrono::steady_clock::time_point next_tidy_{};
};

leaderboards_front_actor::behavior_type
leaderboards(leaderboards_front_actor::stateful_pointer<leaderboards_state> self,
             leaderboards_worker_factory spawn_worker, leaderboard_shelf_ptr shelf,
             leaderboards_options options);

} // namespace standings
