#pragma once

#include "core/score.hpp"
#include "stores/period_window.hpp"
#include "stores/row_time.hpp"
#include "stores/sqlite_connection.hpp"
#include "stores/sqlite_score_store.hpp"
#include "stores/sqlite_statement.hpp"

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>

#include <memory>
#include <string>
#include <string_view>

namespace standings {

/// Reads `user_id, four scores, updated_at, version` from a row.
user_record read_user_record(SQLite::Statement& row);

/// A connection that works on the rows of users: its statements, its
/// transactions, its clock, and the periods that they go by. Not thread-safe.
class sqlite_session {
public:
  /// What one transaction goes by.
  struct moment {
    sys_time now{};           ///< later than that of every earlier transaction
    std::int64_t version = 0; ///< the last one given out
    period_starts starts{};
  };

  sqlite_session(std::unique_ptr<SQLite::Database> db, const sqlite_options& options);

  /// Throws SQLite::Exception where the files have been deleted, moved or replaced.
  void check_files() const { files_.check(); }

  SQLite::Database& db() { return *db_; }
  period_window& window() { return window_; }
  prepared prepare(std::string_view sql) {
    return {*db_, with_row_time(sql, time_), names_of(options_)};
  }

  /// Runs `body(moment&)` in a transaction that is durable on return.
  template <class Body>
  result<void> transact(const Body& body) {
    bool committing = false;
    try {
      SQLite::Transaction transaction{*db_, SQLite::TransactionBehavior::IMMEDIATE};
      auto at = this_moment();
      body(at);
      write_clock_.with(at.version, to_micros(at.now)).exec();
      files_.check();
      committing = true;
      transaction.commit();
      files_.check(); // a commit into a file that had gone by then is none
      return {};
    } catch (const SQLite::Exception& e) {
      return translate(e, committing);
    }
  }

  /// The time; never before that of a transaction. Throws SQLite::Exception, as the others do.
  sys_time now();

  /// The last version given out.
  std::int64_t last_version();

  period_starts recorded_starts();
  period_starts starts_now() { return window_.starts(now(), recorded_starts()); }

private:
  moment this_moment();

  const sqlite_options options_;
  std::unique_ptr<SQLite::Database> db_;
  row_time time_;
  period_window window_;
  prepared read_clock_;
  prepared write_clock_;
  prepared read_periods_;
  sqlite_file_guard files_; ///< after the statements, whose making reads the database
};

} // namespace standings
