#pragma once

#include "core/base/result.hpp"
#include "core/leaderboard/entries.hpp"
#include "core/leaderboard/leaderboard_settings.hpp"
#include "core/leaderboard/score_ledger.hpp"
#include "core/leaderboard/tenant_quotas.hpp"
#include "stores/sql/open_periods.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace standings {

/// A user of a leaderboard.
struct leaderboard_row_key {
  std::int64_t number = no_number;
  std::string leaderboard;
  std::string user_id;
};

/// An update with an idempotency key.
struct leaderboard_request {
  std::int64_t number = no_number; ///< of the first leaderboard that it names
  std::string user_id;
  std::string key;
  std::string body{};
  std::string states{}; ///< the result, if there is one

  // for the routes of the default leaderboard, if that is the first one
  std::int64_t count = of_several;
  user_record user{}; ///< the state there

  /// Such a route never asks for what counts in others, too.
  static constexpr std::int64_t of_several = -1;
};

/// Fills in what a route of the default leaderboard has counted under this key.
void fill_in(leaderboard_request& request, std::int64_t count, const user_record& user);

/// The rows of one transaction. Functions throw what the driver throws.
class leaderboard_rows {
public:
  leaderboard_rows() = default;
  leaderboard_rows(const leaderboard_rows&) = delete;
  leaderboard_rows& operator=(const leaderboard_rows&) = delete;
  virtual ~leaderboard_rows() = default;

  /// The transaction's time.
  virtual sys_time now() = 0;

  /// Those of the leaderboards that exist and are not archived, in no particular order.
  virtual std::vector<leaderboard> find(std::span<const std::string> ids) = 0;

  /// Null stands for the default leaderboard.
  virtual score_rules rules_of(const leaderboard* which) = 0;
  virtual period_starts starts_of(const leaderboard* which) = 0;

  /// Whether rows may be written. Not if a period has ended, in one of the leaderboards whose
  /// starts were asked for, that has to be closed first.
  virtual bool may_write() { return true; }

  /// Fills in body and states of those that are known. Keys of the default leaderboard are shared
  /// with its own routes, which remember them in a table of their own: they are looked up there,
  /// too, and added there, too.
  virtual void find(std::span<leaderboard_request> requests) = 0;
  virtual void add(std::span<const leaderboard_request> requests) = 0;

  /// Locks the rows, and returns them as they are stored, by the position of their keys; nothing
  /// for those that do not exist. Users whose rows another transaction holds are added to `locked`.
  virtual std::vector<std::optional<user_record>> lock(std::span<const leaderboard_row_key> keys,
                                                       std::vector<std::string>& locked) = 0;

  /// Those of the rows that `lock` has returned that may not be changed because they cannot be read
  /// for certain, by the position of their keys.
  virtual std::map<std::size_t, failure> unreadable() { return {}; }

  /// New users of a tenant with a quota.
  struct tenant_users {
    std::string tenant;
    std::uint64_t added = 0;
  };
  /// Adds users to the number that is kept for each tenant, and locks it until the transaction
  /// ends. Returns the numbers from before, in the order of the tenants, which are sorted.
  virtual std::vector<std::uint64_t> add_users(std::span<const tenant_users> of) = 0;

  /// Takes back what was added too much.
  virtual void take_back_users(const tenant_users& of) = 0;

  /// A row to be written.
  struct changed_row {
    std::int64_t number;
    user_record* user; ///< gets its version
  };
  /// Called once, also if nothing has changed.
  virtual void write(std::span<const changed_row> rows) = 0;
};

/// leaderboard_store::apply.
using leaderboard_apply_fn =
    std::function<result<std::vector<update_outcome>>(std::span<const score_update>)>;

/// The same updates for one leaderboard.
std::vector<score_update> updates_of(const std::string& leaderboard,
                                     std::span<const score_update> batch);

/// leaderboard_store::apply within one transaction. Nothing, and nothing was done, if rows may not
/// be written.
std::optional<std::vector<update_outcome>>
apply_leaderboard_batch(std::span<const score_update> batch, leaderboard_rows& rows,
                        const tenant_quotas& quotas);

} // namespace standings
