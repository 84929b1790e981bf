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

  /// Whether the user's row was entered.
  [[nodiscard]] bool knows(const std::string& leaderboard, const std::string& user_id) const;

  /// A row as it is stored. Rows that are not entered do not exist.
  void enter(const std::string& leaderboard, user_record stored);

  /// The leaderboards of this tenant have room for so many users who are new in them. Without this
  /// there is no bound.
  void allow_new_users(const std::string& tenant, std::uint64_t room, std::uint64_t quota);

  /// How many users were new in the leaderboards of a tenant that has such a bound.
  [[nodiscard]] std::uint64_t new_users(const std::string& tenant) const;

  /// Counts an update in all of these leaderboards, which are open, or, if one of them refuses it,
  /// in none. Returns the states right after it; their versions come with `finish`. The bounds
  /// hold for the tenants that the update names: not for others that are fed by these.
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

  struct tenant_room {
    std::uint64_t room = 0;
    std::uint64_t quota = 0;
    std::uint64_t taken = 0;
  };

  static constexpr std::chrono::hours far_ahead{1};

  using users_by_tenant = std::map<std::string, std::uint64_t>;
  [[nodiscard]] users_by_tenant new_by_tenant(const score_update& update,
                                              std::span<const std::string> leaderboards) const;
  [[nodiscard]] std::optional<failure> no_room_for(const score_update& update,
                                                   const users_by_tenant& made) const;

  [[nodiscard]] sys_time time_after(const std::optional<user_record>& before,
                                    const period_starts& starts) const;

  sys_time now_;
  std::map<std::string, open_leaderboard> leaderboards_;
  std::map<std::string, tenant_room, std::less<>> rooms_; ///< of tenants with a bound
};

} // namespace standings
