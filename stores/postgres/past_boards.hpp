#pragma once

#include "core/leaderboard/past_period.hpp"
#include "core/leaderboard/period_window.hpp"
#include "core/leaderboard/score_rules.hpp"
#include "stores/postgres/work.hpp"
#include "stores/sql/open_periods.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace standings {

/// The boards of periods that have ended, as one connection keeps and reads them. A period is
/// closed in a transaction that holds the lock of the periods alone, before the first write in its
/// successor. Functions throw what pqxx throws. Not thread-safe.
class postgres_past_boards {
public:
  using finish_fn = std::function<std::string(std::string_view)>;

  /// `finished` fills in the placeholders of SQL. Keeps the last `keep` periods of each board; 0:
  /// none, and no period is ever due.
  postgres_past_boards(finish_fn finished, std::size_t keep)
      : finished_(std::move(finished)), open_(keep), keep_(keep) {}

  /// A leaderboard whose periods may have ended.
  struct due {
    std::int64_t number = no_number;
    score_order order = score_order::desc;
    period_starts starts{}; ///< in force
    const period_window* window = nullptr;
  };

  /// Whether writes may be made: no period has ended that is not known to be closed.
  [[nodiscard]] bool is_open(std::int64_t number, const period_starts& starts) const {
    return open_.has(number, starts);
  }

  [[nodiscard]] bool are_open(std::span<const due> leaderboards) const;

  [[nodiscard]] bool keeps() const { return keep_ > 0; }

  /// Whether the database says so; remembers what it says. Within a transaction that shares the
  /// lock of the periods, it stays so until its end.
  [[nodiscard]] bool look(postgres_work& tx, std::span<const due> leaderboards);

  /// Closes what has ended. Call `note` once that is committed.
  void close(postgres_work& tx, std::span<const due> leaderboards);
  void note(std::span<const due> leaderboards);

  /// The periods that are kept, the last one first.
  std::vector<past_period> list(postgres_work& tx, std::int64_t number, period board);

  /// The board of the period that `at` is in; nothing if it is not kept.
  std::optional<past_board> find(postgres_work& tx, std::int64_t number, period board, sys_time at,
                                 std::size_t offset, std::size_t limit);

  /// Keeps none of this leaderboard's.
  void drop(postgres_work& tx, std::int64_t number);

  /// Deletes up to `limit` rows that are no longer kept. Returns how many.
  std::size_t purge(postgres_work& tx, std::size_t limit);

private:
  void close_one(postgres_work& tx, const due& of, period board, sys_time open_since);
  [[nodiscard]] std::string close_text(const due& of, period board) const;

  template <class... Values>
  pqxx::result exec(postgres_work& tx, std::string_view sql, const Values&... values) {
    return tx.exec_once(finished_(sql), values...);
  }

  const finish_fn finished_;
  open_periods open_;
  const std::size_t keep_;
};

} // namespace standings
