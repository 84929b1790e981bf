#pragma once

#include "core/leaderboard/period_window.hpp"
#include "core/leaderboard/score.hpp"
#include "stores/postgres/database.hpp"
#include "stores/postgres/options.hpp"
#include "stores/postgres/score_sql.hpp"
#include "stores/sql/believed_clock.hpp"
#include "stores/sql/row_time.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace standings {

/// Reads `user_id, four scores, updated_at in microseconds, version` from a row.
user_record read_user_record(const pqxx::row& row);

/// A connection that works on the rows of users: its statements, its
/// transactions, and the periods that they go by. Not thread-safe.
class postgres_user_table {
public:
  /// What one transaction goes by, of the server's time as far as it is believed.
  struct moment {
    sys_time now{};
    sys_time latest{}; ///< what is written now has no later time than this
    period_starts recorded{};
    period_starts starts{};
    period_starts settled{}; ///< for what is written for good
    bool has_future = false; ///< a start was recorded while a clock was wrong
  };

  postgres_user_table(std::unique_ptr<pqxx::connection> db, const postgres_options& options);

  /// Prepares a statement of postgres_sql.hpp under `name`, with its marks filled in.
  void prepare(const std::string& name, std::string_view sql);

  /// `sql` with the names of the tables filled in.
  [[nodiscard]] std::string named(std::string_view sql) const { return with_names(sql, names_); }

  period_window& window() { return window_; }

  /// Whether nothing may outlive a transaction.
  [[nodiscard]] bool pooled() const { return db_.pooled(); }

  moment moment_of(const pqxx::row& row);

  period_starts starts_now(postgres_work& tx) {
    return moment_of(tx.exec_prepared("read_periods")[0]).starts;
  }

  /// The rows with effective scores.
  static std::vector<user_record> records(const pqxx::result& rows, const period_starts& starts);

  /// Runs `body(tx)`; see postgres_database.
  template <class Body>
  auto read(const Body& body) {
    return db_.read(body);
  }

  /// Runs `body(tx, moment)` in a transaction, and gives what it gave; see postgres_database.
  /// `busy_tries`: how often where a lock is not to be had in time.
  template <class Body>
  auto transact(const std::string& begin, const Body& body, int busy_tries = 2) {
    postgres_link::retries left;
    left.busy = busy_tries;
    const auto with_moment = [&](postgres_work& tx, const pqxx::result& begun) {
      return body(tx, moment_of(begun[0]));
    };
    return db_.transact(begin_text(begin), with_moment, lost_commit::unknown, left);
  }

  /// The users that are there, in no particular order.
  result<std::vector<user_record>> find(std::span<const std::string> user_ids);

  /// The first users after `after`, by id.
  result<std::vector<user_record>> scan(const std::string& after, std::size_t limit);

  result<std::uint64_t> count();
  static std::uint64_t count(postgres_work& tx);

  postgres_link& link() { return db_.link(); }
  [[nodiscard]] const believed_clock& clock() const { return *clock_; }

private:
  /// How a transaction begins: with the prepared statements, or with what they stand for.
  [[nodiscard]] std::string begin_text(std::string_view begin) const;

  postgres_database db_;
  const table_names names_;
  row_time time_;
  period_window window_;
  believed_clock_ptr clock_;
};

} // namespace standings
