#pragma once

#include "core/base/throttle.hpp"
#include "messages/internal/leaderboards.hpp"
#include "stores/contracts/leaderboard_store.hpp"
#include "sync/leaderboard/cache_load.hpp"
#include "sync/leaderboard/leaderboard_shelf.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace standings {

/// Works on the database for the front of the named leaderboards, and fills their caches. Blocking,
/// so the spawn site detaches it. Opens its connection when it starts, reports worker_ready to
/// `front`, and ends when the connection is lost.
struct leaderboards_worker_state {
  explicit leaderboards_worker_state(leaderboards_worker_actor::pointer selfptr) : self(selfptr) {}

  void init(const leaderboard_store_factory& open, leaderboard_shelf_ptr shelf);

  caf::result<leaderboard_info> save(const save_leaderboard& m);
  caf::result<leaderboard_info> describe(const describe_leaderboard& m);
  caf::result<std::vector<leaderboard_info>> make(const make_leaderboards& m);
  caf::result<std::vector<leaderboard_info>> list(const list_leaderboards& m);
  caf::result<bool> archive(const archive_leaderboard& m);
  caf::result<leaderboard_info> restore(const restore_leaderboard& m);
  caf::result<leaderboard_counts> count(const count_leaderboard& m);
  caf::result<leaderboard_loaded> load(const load_leaderboard& m);
  caf::result<cached_user> load(const load_named_user& m);
  caf::result<bool> load(const load_named_users& m);
  caf::result<user_record> read(const read_named_user& m);
  caf::result<board_page> read(const read_named_board& m);
  caf::result<compared_page> compare(const compare_page& m);
  caf::result<bool> set(const set_user_metadata& m);
  caf::result<user_metadata> read(const read_user_metadata& m);
  caf::result<std::vector<past_period>> past(const list_past_periods& m);
  caf::result<past_board> past(const read_past_board& m);
  caf::result<reset_report> reset(const reset_named_period& m);
  caf::result<leaderboards_there> look(const look_at_leaderboards& m);
  caf::result<bool> refresh(const refresh_leaderboards& m);
  caf::result<std::uint64_t> tidy();
  caf::result<scores_carried> carry(const carry_scores& m);
  caf::result<std::vector<leaderboard_info>> find_recent_ones(const find_recent& m);
  caf::result<leaderboard_loaded> warm(const warm_leaderboard& m);
  void load_step();
  void shrink();

  leaderboards_worker_actor::pointer self;
  static inline const char* name = "leaderboards_worker";

private:
  struct loading {
    cache_load load;
    std::vector<caf::typed_response_promise<leaderboard_loaded>> askers;
    std::chrono::steady_clock::time_point began;
    bool is_warming; ///< nobody has asked for it
  };

  struct kind_of_load {
    bool is_warming;
    bool repairs; ///< what other programs have written as well
  };

  [[nodiscard]] static leaderboard_info info_of(const leaderboard& from, bool created = false);

  caf::result<std::vector<leaderboard_info>>
  infos_of(const result<std::vector<leaderboard>>& found);

  /// Returns the error for the requester. Ends this worker if the database was lost.
  caf::error failed(const failure& why);

  [[nodiscard]] result<leaderboard> find(const std::string& id);
  [[nodiscard]] result<leaderboard> find_to_serve(const std::string& id);
  [[nodiscard]] result<shelved_ptr> shelved(const std::string& id);
  [[nodiscard]] result<void> bring_periods_up_to_date(const shelved_leaderboard& of);
  [[nodiscard]] static bool knows_periods(const shelved_leaderboard& of);
  [[nodiscard]] result<period_state> periods_of(const shelved_leaderboard& of);
  [[nodiscard]] static result<void> tell_cache(const shelved_leaderboard& of,
                                               const period_state& state);
  static void log_failed_cache(const std::string& id, const failure& why);
  caf::result<leaderboard_loaded> begin_load(shelved_ptr of, kind_of_load kind);
  caf::error load_now(const shelved_leaderboard& of, const std::vector<user_record>& users);
  [[nodiscard]] static result<void> begin_rebuild(const shelved_leaderboard& of,
                                                  const period_state& state);

  /// Counts it, and returns the error for the requester.
  caf::error failed_load(const std::string& id, const failure& why);
  [[nodiscard]] std::vector<std::string> due_to_be_noted(const std::vector<std::string>& used);
  void take_step_of(loading one);
  void end_load(loading one, const result<void>& done);
  [[nodiscard]] loading* load_under_way(const std::string& id);
  void refresh_one(const leaderboard& which);
  void drop(const std::string& id);
  [[nodiscard]] bool is_gone(const std::string& id);
  static void clear_cache(const shelved_leaderboard& of);
  void clear_leftovers(const leaderboard& made);
  void forget_cache_of(const std::string& id);

  std::unique_ptr<leaderboard_store> store_;
  leaderboard_shelf_ptr shelf_;
  std::deque<loading> loads_;
  std::unordered_map<std::string, std::chrono::steady_clock::time_point> noted_; ///< as used
  throttle logged_failed_loads_{std::chrono::seconds{10}};
  throttle logged_failed_starts_{std::chrono::seconds{10}};
};

leaderboards_worker_actor::behavior_type
leaderboards_worker(leaderboards_worker_actor::stateful_pointer<leaderboards_worker_state> self,
                    leaderboard_store_factory open, leaderboard_shelf_ptr shelf,
                    leaderboards_front_actor front, std::size_t index);

} // namespace standings
