#pragma once

#include "core/leaderboard/period_window.hpp"
#include "core/leaderboard/score.hpp"
#include "stores/postgres/database.hpp"
#include "stores/postgres/options.hpp"
#include "stores/postgres/score_sql.hpp"
#include "stores/sql/believed_clock.hpp"
#include "stores/sql/row_time.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace standings {

/// Reads `user_id, four scores, updated_at in microseconds, version` from a row.
user_record read_user_record(const pqxx::row& row);

/// A connection that works on the rows of users: its statements, transactions and periods. Not
/// thread-safe.
class postgres_user_table {
public:
  /// The time and the periods that one transaction uses, by the server's clock as far as it is
  /// believed.
  struct moment {
    sys_time now{};
    sys_time latest{}; ///< writes of now get no later time than this
    period_starts recorded{};
    period_starts starts{};
    period_starts settled{};           ///< for permanent changes
    std::optional<sys_time> certain{}; ///< a time that has certainly been reached
    bool has_future = false;           ///< a start was recorded while a clock was wrong
    bool is_shown = false;             ///< the server's clock shows `now`, and is believed
  };

  /// The longest time between a transaction's beginning and its last statement.
  static constexpr std::chrono::minutes longest_transaction{1};

  postgres_user_table(std::unique_ptr<pqxx::connection> db, const postgres_options& options);

  /// Prepares a statement of score_sql.hpp under `name`, with its placeholders filled in.
  void prepare(const std::string& name, std::string_view sql);

  /// `sql` with the names of the tables filled in.
  [[nodiscard]] std::string named(std::string_view sql) const { return with_names(sql, names_); }

  period_window& window() { return window_; }

  /// Whether nothing may outlive a transaction, because there is a pooler.
  [[nodiscard]] bool pooled() const { return db_.pooled(); }

  moment moment_of(const pqxx::row& row);

  /// The same for a time that the server's clock has shown, and the recorded starts.
  moment moment_of(sys_time shown, const std::array<std::int64_t, period_count>& starts);

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

  /// Runs `body(tx, moment)` in a transaction and returns its result; see postgres_database.
  /// `busy_tries` is the number of tries if a lock is not available in time.
  template <class Body>
  auto transact(const std::string& begin, const Body& body, int busy_tries = 2) {
    postgres_link::retries left;
    left.busy = busy_tries;
    const auto with_moment = [&](postgres_work& tx, const pqxx::result& begun) {
      return body(tx, moment_of(begun[0]));
    };
    return db_.transact(begin_text(begin), with_moment, lost_commit::unknown, left);
  }

  /// Runs `body(tx, rows)` in a transaction that begins with the SQL `begin_of(connection)`, `rows`
  /// being those of its last statement. A lock that is not available in time ends it.
  template <class Begin, class Body>
  auto transact_from(const Begin& begin_of, const Body& body) {
    postgres_link::retries left;
    left.busy = 1;
    return db_.transact(begin_of, body, lost_commit::unknown, left);
  }

  /// Prepares a statement for EXECUTE in SQL. Throws what pqxx throws. Not for a pooler.
  void prepare_in_sql(const std::string& name, std::string_view sql);

  /// Prepares `find`, `scan` and `count`. Only for stores that use them: libpqxx 7 has the server
  /// parse a statement at once, for which it waits for locks on the table.
  void prepare_reads();

  /// Those of the users that exist, in no particular order.
  result<std::vector<user_record>> find(std::span<const std::string> user_ids);

  /// The first users after `after`, by id.
  result<std::vector<user_record>> scan(const std::string& after, std::size_t limit);

  result<std::uint64_t> count();
  static std::uint64_t count(postgres_work& tx);

  postgres_link& link() { return db_.link(); }
  [[nodiscard]] const believed_clock& clock() const { return *clock_; }

private:
  /// How a transaction begins: with prepared statements, or behind a pooler with their text.
  [[nodiscard]] std::string begin_text(std::string_view begin) const;

  postgres_database db_;
  const table_names names_;
  row_time time_;
  period_window window_;
  believed_clock_ptr clock_;
};

} // namespace standings
