#pragma once

#include "core/leaderboard/leaderboard_settings.hpp"
#include "core/leaderboard/period_window.hpp"
#include "stores/postgres/user_table.hpp"

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
/// share. Not thread-safe.
class postgres_leaderboard_tables {
public:
  using moment = postgres_user_table::moment;

  /// A leaderboard with the starts that were recorded for it.
  struct with_starts {
    leaderboard found;
    period_starts recorded{};
  };

  postgres_leaderboard_tables(std::unique_ptr<pqxx::connection> db,
                              const postgres_options& options);

  /// The rows of the default leaderboard, and the transactions of all.
  postgres_user_table& users() { return users_; }

  /// Prepares a statement of leaderboard_sql.hpp.
  void prepare(const std::string& name, std::string_view sql);

  /// Reads a row of `{leaderboards}`.
  static with_starts read_leaderboard(const pqxx::row& row);

  period_window& window(const leaderboard& of);

  /// The starts in force at `now`, and those to be recorded: none but the recorded ones while the
  /// settings cannot be read.
  period_starts starts(const leaderboard& of, const period_starts& recorded, sys_time now);
  period_starts settled_starts(const leaderboard& of, const moment& at);

  /// The moment with what was recorded for this leaderboard.
  moment moment_of(postgres_work& tx, const leaderboard& of);

  /// Starts never move back, but to correct those that were recorded far in the future.
  static void record_starts(postgres_work& tx, const leaderboard& of, const period_starts& starts,
                            const moment& at);

  /// A leaderboard, null standing for the default one, with its starts in force.
  postgres_past_boards::due due_of(const leaderboard* of, const period_starts& starts);

  /// Closes the periods of these leaderboards that have ended, but none of one whose settings
  /// cannot be read.
  result<void> close_ended(const std::vector<postgres_past_boards::due>& seen,
                           std::span<const std::string> ids);

private:
  const bool has_calendar_;
  postgres_user_table users_;
  std::map<std::pair<std::string, std::string>, period_window> windows_; ///< by zone and week start
  period_window unknown_{std::nullopt}; ///< of leaderboards whose calendar nobody knows
};

} // namespace standings
