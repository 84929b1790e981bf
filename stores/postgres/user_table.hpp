#pragma once

#include "core/leaderboard/period_window.hpp"
#include "core/leaderboard/score.hpp"
#include "stores/postgres/connection.hpp"
#include "stores/postgres/link.hpp"
#include "stores/postgres/options.hpp"
#include "stores/postgres/score_sql.hpp"
#include "stores/postgres/work.hpp"
#include "stores/sql/believed_clock.hpp"
#include "stores/sql/row_time.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
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
  [[nodiscard]] bool pooled() const { return statements_.pooled(); }

  moment moment_of(const pqxx::row& row);

  period_starts starts_now(postgres_work& tx) {
    return moment_of(tx.exec_prepared("read_periods")[0]).starts;
  }

  /// The rows with effective scores.
  static std::vector<user_record> records(const pqxx::result& rows, const period_starts& starts);

  /// Runs `body(tx)`; see read_repeatably.
  template <class Body>
  auto read(const Body& body) -> result<decltype(body(std::declval<postgres_work&>()))> {
    return read_repeatably(statements_, link_, body);
  }

  /// Runs `body(tx, moment)` in a transaction that is durable on return. Runs it again
  /// where it is certain that nothing was committed: another transaction was in the way,
  /// a lock was not to be had in time (so often), or the connection had been cut.
  template <class Body>
  result<void> transact(const std::string& begin, const Body& body, int busy_tries = 2) {
    postgres_link::retries left;
    left.busy = busy_tries;
    for (;;) {
      auto at_stage = postgres_link::stage::open;
      try {
        postgres_work tx{statements_, link_.use()};
        const auto at = moment_of(tx.exec(begin_text(begin))[0]);
        body(tx, at);
        at_stage = postgres_link::stage::committing;
        tx.exec("COMMIT");
        return {};
      } catch (const pqxx::failure&) {
        if (const auto why = link_.give_up(left, at_stage))
          return *why;
      }
    }
  }

  postgres_link& link() { return link_; }
  [[nodiscard]] const believed_clock& clock() const { return *clock_; }

private:
  /// How a transaction begins: with the prepared statements, or with what they stand for.
  [[nodiscard]] std::string begin_text(std::string_view begin) const;

  postgres_link link_;
  const table_names names_;
  postgres_statements statements_;
  row_time time_;
  period_window window_;
  believed_clock_ptr clock_;
};

} // namespace standings
