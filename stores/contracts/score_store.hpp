#pragma once

#include "core/base/result.hpp"
#include "core/leaderboard/calendar.hpp"
#include "core/leaderboard/entries.hpp"
#include "core/leaderboard/score.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace standings {

/// The periods as the database knows them, by its own clock.
struct period_state {
  sys_time now{};
  period_starts starts{};
  sys_time next_boundary{};  ///< the earliest start of a coming period
  std::string clock_fault{}; ///< what is wrong with the database's clock, for the operator
};

/// The durable truth: one row per user, in a database.
///
/// An object is one connection: blocking, for one thread at a time. Any number of objects, in any
/// number of processes, may work on one database. Every method fails with `store_unavailable` if
/// the database cannot be reached or refuses to work at all, and with `overloaded` if another
/// program keeps locked what it needs; nothing was changed then. All returned scores are effective:
/// the score of a period that started after the user's last write is 0.
class score_store {
public:
  score_store() = default;
  score_store(const score_store&) = delete;
  score_store& operator=(const score_store&) = delete;
  virtual ~score_store() = default;

  /// Applies all increments in one transaction, durable on return; returns one outcome per
  /// increment, in order. An increment fails alone if it would lift a score to 2^53 or more, if its
  /// idempotency key was used with another count for that user, with `rejected_row` if a score in
  /// the user's row cannot be read, or, with `overloaded`, if another program holds the user's row;
  /// in that last case the others are applied in as many transactions as it takes. A repeated key
  /// returns the first result and counts nothing. The call fails as a whole and changes nothing
  /// with `rejected_row` if the database refuses a row; it fails with `outcome_unknown` if the
  /// connection was lost during the commit.
  [[nodiscard]] virtual result<std::vector<update_outcome>>
  apply(std::span<const score_update> batch) = 0;

  /// Writes absolute scores in one transaction, each with a new version and the given `updated_at`
  /// (now, if that is in the future); creates users that are missing. Fails with `rejected_row` as
  /// `apply` does.
  [[nodiscard]] virtual result<void> put(std::span<const user_record> users) = 0;

  /// The user, or `nullopt`.
  [[nodiscard]] virtual result<std::optional<user_record>> find(const std::string& user_id) = 0;

  /// Those of the users that exist, in no particular order.
  [[nodiscard]] virtual result<std::vector<user_record>>
  find_many(std::span<const std::string> user_ids) = 0;

  /// Up to `limit` users with an id after `after`, by id in byte order. An empty `after` starts at
  /// the first.
  [[nodiscard]] virtual result<std::vector<user_record>> scan(const std::string& after,
                                                              std::size_t limit) = 0;

  /// Up to `limit` archived deletions of users with an id after `after`, by id; some of these users
  /// may exist again.
  [[nodiscard]] virtual result<std::vector<deletion>> scan_deletions(const std::string& after,
                                                                     std::size_t limit) = 0;

  /// The window of the board that starts at `offset`; cost grows with the number of users.
  [[nodiscard]] virtual result<board_page> top(period board, std::size_t offset,
                                               std::size_t limit) = 0;

  /// The number of users.
  [[nodiscard]] virtual result<std::uint64_t> count() = 0;

  /// Deletes a user and archives it under `run_id`. Returns the version of the deletion, which is
  /// newer than any state of the user; `nullopt` if there is no such user.
  [[nodiscard]] virtual result<std::optional<std::int64_t>> remove(const std::string& user_id,
                                                                   const std::string& run_id) = 0;

  /// Starts `board` anew: from now on every earlier write counts 0 in it.
  [[nodiscard]] virtual result<period_state> reset(period board) = 0;

  /// The periods as they are now. Records starts that the calendar has brought once they are an
  /// hour old; for a named leaderboard, a lock on the database only puts that off.
  [[nodiscard]] virtual result<period_state> periods() = 0;

  /// Writes the zeros that expired scores stand for, for up to `limit` users. A period that the
  /// calendar has ended is zeroed an hour later at the earliest, so that a clock that was wrong in
  /// that hour costs no user a score. Returns how many users were zeroed; 0 means nothing is left
  /// to do. Changes no effective score.
  [[nodiscard]] virtual result<std::size_t> tidy(std::size_t limit) = 0;

  /// Deletes up to `limit` idempotency keys that are older than 24 hours.
  [[nodiscard]] virtual result<std::size_t> forget_requests(std::size_t limit) = 0;
};

/// Opens a connection; creates or migrates the tables if needed. Thread-safe.
using score_store_factory = std::function<result<std::unique_ptr<score_store>>()>;

} // namespace standings
