#pragma once

#include "core/leaderboard/entries.hpp"
#include "core/leaderboard/score_rules.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace standings {

/// What a batch of updates makes of the rows of several leaderboards. A store opens the
/// leaderboards and enters the rows as they are, counts the updates, and writes the rows that have
/// changed; all in one transaction, with the rows locked. Pure; not thread-safe.
class score_ledger {
public:
  /// A row to be written, and the version that it got.
  struct changed_row {
    const std::string* leaderboard = nullptr;
    user_record* user = nullptr; ///< `version` is the store's to set
  };

  /// `now` is the time of all updates.
  explicit score_ledger(sys_time now) : now_(now) {}

  void open(const std::string& leaderboard, const score_rules& rules, const period_starts& starts);
  [[nodiscard]] bool has(const std::string& leaderboard) const {
    return leaderboards_.contains(leaderboard);
  }

  /// A row as it is stored. Rows that are not entered do not exist.
  void enter(const std::string& leaderboard, user_record stored);

  /// Counts an update in all of these leaderboards, which are open, or, if one of them refuses it,
  /// in none. Returns the states right after it; their versions come with `finish`.
  update_outcome count(const score_update& update, std::span<const std::string> leaderboards);

  /// The rows that have changed, by leaderboard and user.
  std::vector<changed_row> changed();

  /// Fills in the versions, once all changed rows have theirs: the states of one row share it.
  void finish(std::span<update_outcome> outcomes) const;

private:
  struct row {
    std::optional<user_record> user;
    bool changed = false;
  };
  struct open_leaderboard {
    score_rules rules;
    period_starts starts;
    std::map<std::string, row> rows;
  };

  static constexpr std::chrono::hours far_ahead{1};

  [[nodiscard]] sys_time time_after(const std::optional<user_record>& before,
                                    const period_starts& starts) const;

  sys_time now_;
  std::map<std::string, open_leaderboard> leaderboards_;
};

} // namespace standings
