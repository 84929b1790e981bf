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

/// What the database says of the periods, by its own clock.
struct period_state {
  sys_time now{};
  period_starts starts{};
  sys_time next_boundary{};  ///< the earliest start of a coming period
  std::string clock_fault{}; ///< what is wrong with the database's clock, for the operator
};

/// The durable truth: one row per user, in a database.
///
/// An object is one connection: blocking, to be used by one thread at a time.
/// Any number of objects, in any number of processes, may work on one database.
/// Every method fails with `store_unavailable` where the database cannot be
/// reached or refuses to work at all, and with `overloaded` where another program keeps
/// what it needs locked; nothing was changed then. All scores given
/// out are effective: a period that started after the user's last write counts 0.
class score_store {
public:
  score_store() = default;
  score_store(const score_store&) = delete;
  score_store& operator=(const score_store&) = delete;
  virtual ~score_store() = default;

  /// Applies all increments in one transaction, durable on return; an outcome
  /// each, in order. An increment that would lift a score to 2^53 or more, or
  /// whose user has used its idempotency key with another count, fails alone with
  /// that code; a repeated key gives the first result and counts nothing. So does one
  /// of a user whose row another program holds, with `overloaded`; the others are then
  /// applied in as many transactions as it takes.
  /// Fails as a whole, changing nothing, with `rejected_row` where the database
  /// refuses one of the rows; with `outcome_unknown` where the connection was
  /// lost while committing.
  [[nodiscard]] virtual result<std::vector<update_outcome>>
  apply(std::span<const score_update> batch) = 0;

  /// Writes absolute scores, each with a new version and the given `updated_at`
  /// (now, where that is yet to come); creates users that are missing. One transaction.
  /// `rejected_row` as above.
  [[nodiscard]] virtual result<void> put(std::span<const user_record> users) = 0;

  /// One user, or nothing.
  [[nodiscard]] virtual result<std::optional<user_record>> find(const std::string& user_id) = 0;

  /// Those of the users that exist, in no particular order.
  [[nodiscard]] virtual result<std::vector<user_record>>
  find_many(std::span<const std::string> user_ids) = 0;

  /// Up to `limit` users with an id after `after`, by id in byte order.
  /// `after` empty starts at the first.
  [[nodiscard]] virtual result<std::vector<user_record>> scan(const std::string& after,
                                                              std::size_t limit) = 0;

  /// Up to `limit` archived deletions of users with an id after `after`, by id;
  /// a user that has come back since may be among them.
  [[nodiscard]] virtual result<std::vector<deletion>> scan_deletions(const std::string& after,
                                                                     std::size_t limit) = 0;

  /// The window of the board that starts at `offset`; cost grows with the number of users.
  [[nodiscard]] virtual result<board_page> top(period board, std::size_t offset,
                                               std::size_t limit) = 0;

  /// The number of users.
  [[nodiscard]] virtual result<std::uint64_t> count() = 0;

  /// Deletes a user into the archive under `run_id`. Gives the version of the
  /// deletion, newer than any state of the user; nothing if there is no such user.
  [[nodiscard]] virtual result<std::optional<std::int64_t>> remove(const std::string& user_id,
                                                                   const std::string& run_id) = 0;

  /// Starts `board` anew: from now on every earlier write counts 0 in it.
  [[nodiscard]] virtual result<period_state> reset(period board) = 0;

  /// The periods as they are now; records starts that the calendar has brought, once
  /// they are an hour old.
  [[nodiscard]] virtual result<period_state> periods() = 0;

  /// Writes the zeros that expired scores stand for, for up to `limit` users. What the
  /// calendar has ended is zeroed an hour later at the earliest: until then a clock that
  /// was wrong costs nobody a score. Gives how many; 0 means tidy. Changes no effective
  /// score.
  [[nodiscard]] virtual result<std::size_t> tidy(std::size_t limit) = 0;

  /// Forgets up to `limit` idempotency keys that are older than 24 hours.
  [[nodiscard]] virtual result<std::size_t> forget_requests(std::size_t limit) = 0;
};

/// Opens a connection, creating or migrating the tables if need be. Thread-safe.
using score_store_factory = std::function<result<std::unique_ptr<score_store>>()>;

} // namespace standings
