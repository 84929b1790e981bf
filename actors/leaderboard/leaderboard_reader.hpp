#pragma once

#include "actors/leaderboard/board_source.hpp"
#include "actors/supervision/waiting_places.hpp"
#include "core/base/result.hpp"
#include "core/base/task.hpp"
#include "core/metrics/read_counts.hpp"
#include "stores/contracts/cache_reads.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace standings {

/// Reads boards and users from the cache. Waits for an incomplete cache, and loads users that it
/// lacks. For the coroutines of one event loop.
class leaderboard_reader {
public:
  /// `places` bounds the number of requests that wait for the cache; those of `tenant`, which is
  /// empty for the default leaderboard, are one party. Counts what it reads in `counts`.
  leaderboard_reader(cache_reads& reads, board_source& source, waiting_places& places,
                     std::shared_ptr<read_counts> counts, std::string tenant = {});

  /// A window of a board. Errors: cache_warming, store_unavailable.
  task<result<board_page>> top(period board, std::uint64_t offset, std::uint64_t limit);

  /// Errors: unknown_user, store_unavailable.
  task<result<cached_user>> user(const std::string& user_id, std::string_view request_id = {});

  /// Errors: unknown_user, not_on_board, cache_warming, store_unavailable.
  task<result<user_rank>> rank(const std::string& user_id, period board,
                               std::string_view request_id = {});

  /// Those of the users that do not exist have no rank. Errors: cache_warming, store_unavailable.
  task<result<user_ranks>> ranks(std::vector<std::string> user_ids, period board);

  /// Errors: unknown_user, not_on_board, cache_warming, store_unavailable.
  task<result<neighbourhood>> around(const std::string& user_id, period board, std::uint64_t limit,
                                     std::string_view request_id = {});

  /// Stays valid after this object.
  [[nodiscard]] std::shared_ptr<const read_counts> counts() const { return counts_; }

  /// A board was served that had been read before and has not changed since.
  void count_hit() { counts_->hits.add(); }

  /// The same directly from the database.
  task<result<board_page>> stored_top(period board, std::uint64_t offset, std::uint64_t limit);
  task<result<user_record>> stored_user(const std::string& user_id);

private:
  /// What a read lacks, and what was done about it before.
  enum class lack : std::uint8_t { nothing, complete_cache, user };
  struct attempts {
    std::string_view request_id{}; ///< for the log
    bool completed = false;
    bool loaded = false;
  };

  [[nodiscard]] lack lack_before(const attempts& tried);
  template <class Found>
  [[nodiscard]] static lack lack_in(const result<Found>& found, const attempts& tried);
  task<result<void>> supply(lack what, attempts& tried, const std::string& user_id);
  template <class Found>
  task<result<Found>> on_board(result<std::optional<Found>> found, const std::string& user_id);
  task<result<void>> await_complete();
  task<result<user_ranks>> complete_ranks(const std::vector<std::string>& user_ids, period board);

  void count_hit_unless(const attempts& tried) {
    if (!tried.completed && !tried.loaded)
      count_hit();
  }

  cache_reads& reads_;
  board_source& source_;
  waiting_places& places_;
  const std::shared_ptr<read_counts> counts_;
  const std::string tenant_;
};

} // namespace standings
