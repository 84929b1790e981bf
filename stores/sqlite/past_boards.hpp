#pragma once

#include "core/leaderboard/past_period.hpp"
#include "core/leaderboard/period_window.hpp"
#include "core/leaderboard/score_rules.hpp"
#include "stores/sql/open_periods.hpp"
#include "stores/sqlite/statement.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace standings {

/// The boards of periods that have ended, as one connection keeps and reads them. A period is
/// closed in the transaction of the first write in its successor, before that write. Functions
/// throw SQLite::Exception. Not thread-safe.
class sqlite_past_boards {
public:
  using prepare_fn = std::function<prepared(std::string_view)>;

  /// Keeps the last `keep` periods of each board; 0: none, and no period is ever due.
  sqlite_past_boards(prepare_fn prepare, std::size_t keep)
      : prepare_(std::move(prepare)), open_(keep), keep_(keep) {}

  /// A leaderboard; by itself, the default one.
  struct place {
    std::int64_t number = no_number;
    score_order order = score_order::desc;
  };

  /// Whether no period has ended that is not known to be closed.
  [[nodiscard]] bool is_open(std::int64_t number, const period_starts& starts) const {
    return open_.has(number, starts);
  }

  /// Closes, in the transaction under way, what has ended since `starts` came into force. Call
  /// `forget` if that is not committed.
  void close_ended(const place& of, const period_starts& starts, const period_window& window);
  void forget() { open_.forget(); }

  /// The periods that are kept, the last one first.
  std::vector<past_period> list(std::int64_t number, period board);

  /// The board of the period that `at` is in; nothing if it is not kept.
  std::optional<past_board> find(std::int64_t number, period board, sys_time at, std::size_t offset,
                                 std::size_t limit);

  /// Keeps none of this leaderboard's.
  void drop(std::int64_t number);

  /// Deletes up to `limit` rows that are no longer kept. Returns how many.
  std::size_t purge(std::size_t limit);

private:
  recorded_open recorded(std::int64_t number);
  void close_one(const place& of, period board, const period_span& span);

  template <class... Values>
  int exec(std::string_view sql, const Values&... values) {
    return prepare_(sql).with(values...).exec();
  }

  const prepare_fn prepare_;
  open_periods open_;
  const std::size_t keep_;
};

} // namespace standings
