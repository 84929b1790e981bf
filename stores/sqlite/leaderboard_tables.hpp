#pragma once

#include "core/leaderboard/leaderboard_settings.hpp"
#include "core/leaderboard/period_window.hpp"
#include "stores/sqlite/statement.hpp"
#include "stores/sqlite/user_table.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace standings {

/// A connection that works on named leaderboards: what their store and the views of their users
/// share. Functions throw SQLite::Exception. Not thread-safe.
class sqlite_leaderboard_tables {
public:
  using moment = sqlite_user_table::moment;

  sqlite_leaderboard_tables(std::unique_ptr<SQLite::Database> db, const sqlite_options& options);

  /// The rows of the default leaderboard, and the transactions of all.
  sqlite_user_table& users() { return users_; }
  SQLite::Database& db() { return users_.db(); }
  prepared prepare(std::string_view sql) { return users_.prepare(sql); }

  /// The leaderboard, archived or not.
  std::optional<leaderboard> find(const std::string& id);

  /// Those that exist.
  std::vector<leaderboard> find(std::span<const std::string> ids);
  static leaderboard read_leaderboard(SQLite::Statement& row);

  /// The starts in force at the moment of a transaction that writes. Closes before that the periods
  /// that have ended, unless the settings cannot be read.
  period_starts starts_to_write(const leaderboard& of, sys_time now);

  /// The starts in force at `now`, and those to be recorded: none but the recorded ones while the
  /// settings cannot be read.
  period_starts starts(const leaderboard& of, sys_time now);
  period_starts settled_starts(const leaderboard& of, sys_time now);
  period_window& window(const leaderboard& of);

  /// The recorded starts without those that were recorded while the clock was far ahead of `now`.
  period_starts recorded_starts(std::int64_t number, sys_time now);
  void record_start(std::int64_t number, period board, sys_time start);

  std::optional<sqlite_stored_row> find_row(std::int64_t number, const std::string& user_id);
  void write_row(std::int64_t number, const user_record& user);
  void write_default_row(const user_record& user);

  /// Within a transaction: whether what changes rows without giving them versions is ours.
  void set_own(bool ours) { set_own_.with(ours ? 1 : 0).exec(); }

  /// Deletes up to `limit` old idempotency keys, in a transaction of its own.
  result<std::size_t> forget_requests(std::size_t limit);

private:
  const sqlite_options options_;
  sqlite_user_table users_;
  std::map<std::pair<std::string, std::string>, period_window> windows_; ///< by zone and week start
  period_window unknown_{std::nullopt}; ///< of leaderboards whose calendar nobody knows
  prepared find_;
  prepared read_periods_;
  prepared write_period_;
  prepared find_user_;
  prepared write_user_;
  prepared write_default_user_;
  prepared forget_requests_;
  prepared set_own_;
};

} // namespace standings
