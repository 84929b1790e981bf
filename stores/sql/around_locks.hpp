#pragma once

#include "core/base/result.hpp"
#include "core/leaderboard/entries.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace standings {

/// The users whose rows were locked when they were last written. Bounded; forgetting a user costs
/// no more than a short wait. Not thread-safe.
class locked_users {
public:
  [[nodiscard]] bool has_any_of(std::span<const score_update> batch) const;
  [[nodiscard]] bool has(const std::string& user_id) const { return users_.contains(user_id); }
  void remember(const std::string& user_id);
  void forget(const std::string& user_id) { users_.erase(user_id); }

private:
  std::unordered_set<std::string> users_;
};

/// The outcome of an increment whose user's row another transaction holds.
update_outcome locked_outcome();

/// Applies a batch although other transactions hold the rows of some users: in parts, one
/// transaction each, split until every user that cannot be written is in a part alone.
class around_locks {
public:
  using clock = std::chrono::steady_clock;

  /// Applies a part in one transaction. Users that it found locked get the outcome `overloaded`.
  /// Fails with `overloaded` if it met a lock while writing; `began` is set once it has started to
  /// write users.
  using apply_fn = std::function<result<std::vector<update_outcome>>(std::span<const score_update>,
                                                                     bool& began)>;

  around_locks(std::span<const score_update> batch, locked_users& known, apply_fn apply)
      : batch_(batch), known_(known), apply_(std::move(apply)) {}

  /// Applies parts until `give_up`; increments that were not written by then get `overloaded`.
  /// Fails as a whole only if nothing was changed.
  [[nodiscard]] result<std::vector<update_outcome>> run(clock::time_point give_up);

private:
  using positions = std::vector<std::size_t>;

  [[nodiscard]] std::optional<failure> settle(const positions& part);
  void take(const positions& part, std::vector<update_outcome>& outcomes);
  void give(const positions& part, const failure& why);
  [[nodiscard]] std::pair<positions, positions> halves(const positions& part) const;
  [[nodiscard]] bool is_one_user(const positions& part) const;

  std::span<const score_update> batch_;
  locked_users& known_;
  apply_fn apply_;
  clock::time_point give_up_{};
  std::vector<update_outcome> outcomes_;
  std::vector<bool> settled_;
  bool changed_ = false; ///< a part was committed, or may have been
};

} // namespace standings
