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

/// The users whose rows could not be had when they were last written. Bounded; to
/// forget one costs no more than a short wait. Not thread-safe.
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

/// Carries a batch out around users whose rows other transactions hold: in parts, a
/// transaction each, until whoever cannot be written stands alone.
class around_locks {
public:
  using clock = std::chrono::steady_clock;

  /// Applies a part, in one transaction. Users that it found locked have the outcome
  /// `overloaded`. Fails with `overloaded` where it met a lock while it wrote; `began`
  /// tells whether it had come to write users at all.
  using apply_fn = std::function<result<std::vector<update_outcome>>(std::span<const score_update>,
                                                                     bool& began)>;

  around_locks(std::span<const score_update> batch, locked_users& known, apply_fn apply)
      : batch_(batch), known_(known), apply_(std::move(apply)) {}

  /// Tries parts until `give_up`; what was not written by then is `overloaded`. Fails as
  /// a whole only where nothing was changed.
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
  bool changed_ = false; ///< a part has been committed, or may have been
};

} // namespace standings
