#pragma once

#include "core/score.hpp"
#include "stores/period_window.hpp"
#include "stores/postgres_connection.hpp"
#include "stores/postgres_score_store.hpp"
#include "stores/postgres_sql.hpp"
#include "stores/postgres_work.hpp"
#include "stores/row_time.hpp"

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
class postgres_session {
public:
  /// What one transaction goes by, of the server's time.
  struct moment {
    sys_time now{};
    period_starts recorded{};
    period_starts starts{};
  };

  postgres_session(std::unique_ptr<pqxx::connection> db, const postgres_options& options);

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

  /// Runs `body(tx)`, and gives a driver's exception as a failure.
  template <class Body>
  auto read(const Body& body) -> result<decltype(body(std::declval<postgres_work&>()))> {
    try {
      postgres_work tx{statements_};
      return body(tx);
    } catch (const pqxx::failure&) {
      return translate_postgres();
    }
  }

  /// Runs `body(tx, moment)` in a transaction that is durable on return; again
  /// where another transaction was in the way.
  template <class Body>
  result<void> transact(const char* begin, const Body& body) {
    for (int tries = 1;; ++tries) {
      bool committing = false;
      try {
        postgres_work tx{statements_};
        const auto at = moment_of(tx.exec(begin_text(begin))[0]);
        body(tx, at);
        committing = true;
        tx.exec("COMMIT");
        return {};
      } catch (const pqxx::sql_error& e) {
        const bool again = is_retryable(e) || is_request_race(e);
        const auto why = translate_postgres(committing);
        roll_back();
        if (!again || tries == max_tries)
          return again ? fail(errc::store_unavailable, "the database is too busy") : why;
      } catch (const pqxx::failure&) {
        return translate_postgres(committing);
      }
    }
  }

private:
  static constexpr int max_tries = 5;

  /// Another instance has just committed one of our idempotency keys: the next
  /// try finds it.
  static bool is_request_race(const pqxx::sql_error& e);
  void roll_back();

  /// How a transaction begins: with the prepared statements, or with what they stand for.
  [[nodiscard]] std::string begin_text(std::string_view begin) const;

  std::unique_ptr<pqxx::connection> db_;
  const table_names names_;
  postgres_statements statements_;
  row_time time_;
  period_window window_;
};

} // namespace standings
