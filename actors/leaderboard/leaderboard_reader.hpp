#pragma once

#include "actors/supervision/waiting_places.hpp"
#include "core/base/result.hpp"
#include "messages/actors.hpp"
#include "stores/contracts/rank_cache.hpp"

#include <caf/fwd.hpp>

#include <chrono>
#include <string>

namespace standings {

/// Reads boards and users from the cache. Waits for an incomplete cache, and loads users that it
/// lacks. Blocking; thread-safe.
class leaderboard_reader {
public:
  /// `limit` bounds each wait, `places` the number of threads that wait for the cache.
  leaderboard_reader(caf::actor_system& system, rank_cache_ptr cache, hydration_actor hydration,
                     std::chrono::milliseconds limit, waiting_places& places);

  /// A window of a board. Errors: cache_warming, store_unavailable.
  [[nodiscard]] result<board_page> top(period board, std::uint64_t offset,
                                       std::uint64_t limit) const;

  /// Errors: unknown_user, store_unavailable.
  [[nodiscard]] result<cached_user> user(const std::string& user_id) const;

  /// Errors: unknown_user, cache_warming, store_unavailable.
  [[nodiscard]] result<user_rank> rank(const std::string& user_id, period board) const;
  [[nodiscard]] result<neighbourhood> around(const std::string& user_id, period board,
                                             std::uint64_t limit) const;

  /// The same directly from the database.
  [[nodiscard]] result<board_page> stored_top(period board, std::uint64_t offset,
                                              std::uint64_t limit) const;
  [[nodiscard]] result<user_record> stored_user(const std::string& user_id) const;

private:
  result<void> await_complete() const;
  template <class Read>
  auto read_complete(const Read& read) const -> decltype(read());
  template <class Read>
  auto read_hydrated(const std::string& user_id, const Read& read) const
      -> result<typename std::decay_t<decltype(*read())>::value_type>;

  caf::actor_system& system_;
  rank_cache_ptr cache_;
  hydration_actor hydration_;
  std::chrono::milliseconds limit_;
  waiting_places& places_;
};

} // namespace standings
