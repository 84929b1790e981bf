#pragma once

#include "core/base/result.hpp"
#include "core/leaderboard/period_window.hpp"
#include "core/leaderboard/score.hpp"
#include "stores/sql/row_time.hpp"
#include "stores/sqlite/connection.hpp"
#include "stores/sqlite/options.hpp"
#include "stores/sqlite/past_boards.hpp"
#include "stores/sqlite/score_sql.hpp"
#include "stores/sqlite/statement.hpp"
#include "stores/sqlite/transaction.hpp"

#include <SQLiteCpp/Statement.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace standings {

/// Reads `user_id, four scores, updated_at, version` from a row.
user_record read_user_record(SQLite::Statement& row);

/// A row as it is stored: expired scores are not replaced by 0.
struct sqlite_stored_row {
  user_record user;
  std::string unreadable{}; ///< the first column whose score cannot be read; mostly none

  /// The failure for whoever would change the row.
  [[nodiscard]] failure refusal() const;
};

/// Reads the same, and then the column that cannot be read.
sqlite_stored_row read_stored_row(SQLite::Statement& row);

/// A connection that works on the rows of users: its statements, transactions, clock and periods.
/// Not thread-safe.
class sqlite_user_table {
public:
  /// The time, version and periods that one transaction uses.
  struct moment {
    sys_time now{};           ///< later than in every earlier transaction
    std::int64_t version = 0; ///< the last one drawn
    period_starts starts{};
    period_starts settled{}; ///< for permanent changes
  };

  sqlite_user_table(std::unique_ptr<SQLite::Database> db, const sqlite_options& options);

  /// Throws SQLite::Exception if the files have been deleted, moved or replaced.
  void check_files() const { files_.check(); }

  SQLite::Database& db() { return *db_; }
  period_window& window() { return window_; }
  sqlite_past_boards& past() { return past_; }
  prepared prepare(std::string_view sql) {
    return {*db_, with_row_time(replaced(sql, "{unreadable}", sqlite_sql::unreadable), time_),
            names_of(options_)};
  }

  /// Runs `body(moment&)` in a transaction that is durable on return; returns its result. Closes
  /// before it the periods of the default leaderboard that have ended.
  template <class Body>
  auto transact(const Body& body) {
    auto done = sqlite_transact(*db_, files_, lost_commit::unknown, [&] {
      auto at = this_moment();
      past_.close_ended({}, at.starts, window_);
      if constexpr (std::is_void_v<decltype(body(at))>) {
        body(at);
        note(at);
      } else {
        auto out = body(at);
        note(at);
        return out;
      }
    });
    if (!done)
      past_.forget(); // what was closed is not, or may not be
    return done;
  }

  /// The same for work that draws neither times nor versions.
  template <class Body>
  auto transact_outside_time(const Body& body) {
    return sqlite_transact(*db_, files_, lost_commit::repeatable, body);
  }

  /// Those of the users that exist, in the order of the ids. Throws SQLite::Exception, as the other
  /// functions do.
  std::vector<user_record> find(std::span<const std::string> user_ids);

  std::optional<sqlite_stored_row> find_row(const std::string& user_id);

  /// The first users after `after`, by id.
  std::vector<user_record> scan(const std::string& after, std::size_t limit);

  std::uint64_t count();

  /// Reads a user with effective scores.
  static auto read_effective(const period_starts& starts) {
    return [starts](SQLite::Statement& row) {
      auto user = read_user_record(row);
      user.score = effective_scores(user.score, user.updated_at, starts);
      return user;
    };
  }

  /// The time as far as the clock is believed. Not before that of the last transaction, unless that
  /// was written while the clock was far ahead. Throws SQLite::Exception, as the other functions
  /// do.
  sys_time now();

  /// The last version drawn.
  std::int64_t last_version();

  /// The recorded starts without those that were recorded while the clock was far ahead of `now`.
  period_starts recorded_starts(sys_time now);
  period_starts starts_now() {
    const auto t = now();
    return window_.starts(t, recorded_starts(t));
  }

  /// `recorded`, and the starts that the calendar has brought and that are certain by now.
  period_starts settled_starts(const period_starts& recorded) {
    return window_.settled_starts(options_.believed->at(options_.clock()).settled, recorded);
  }

  /// What is wrong with the clock; empty if nothing is.
  [[nodiscard]] std::string clock_fault() const { return options_.believed->fault(); }

private:
  moment this_moment();
  void note(const moment& at);
  void go_back(moment& to, sys_time ahead);

  const sqlite_options options_;
  std::unique_ptr<SQLite::Database> db_;
  row_time time_;
  period_window window_;
  prepared read_clock_;
  prepared write_clock_;
  prepared read_periods_;
  prepared read_future_;
  prepared settle_future_;
  prepared forget_future_periods_;
  prepared settle_named_future_;
  prepared forget_named_future_periods_;
  prepared find_;
  prepared scan_;
  prepared count_;
  sqlite_past_boards past_;
  sqlite_file_guard files_; ///< after the statements, because preparing them reads the database
};

} // namespace standings
