#pragma once

#include "core/leaderboard/period.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace standings {

/// A page of users of one leaderboard, compared between database and cache.
struct compared_page {
  std::uint64_t users = 0;
  std::uint64_t differing = 0; ///< users whose cached scores are not those of the database
  std::array<std::uint64_t, period_count> on_boards{}; ///< users of the page who have to be on each
  std::array<std::uint64_t, period_count> members{};   ///< all users on each board of the cache
  std::string next{};   ///< the user after whom the next page begins; empty at the end
  bool skipped = false; ///< the cache is not complete, or dropped: nothing was compared
};

/// What a comparison of the caches of several leaderboards has found.
struct caches_compared {
  std::uint64_t leaderboards = 0; ///< that were compared whole
  std::uint64_t users = 0;
  std::uint64_t differing = 0;   ///< leaderboards whose cache is to be loaded anew
  std::uint64_t failed = 0;      ///< leaderboards that could not be compared
  std::string first_differing{}; ///< the id of one; empty if none differs
};

/// Goes through leaderboards page by page. A difference counts only if it is still there when the
/// page is compared again later: an update may be durable and not in the cache yet. Pure.
class cache_comparison {
public:
  explicit cache_comparison(std::vector<std::string> ids) : ids_(std::move(ids)) {}

  struct step {
    std::string id;
    std::string after;  ///< the last user of the page before
    bool later = false; ///< for the second time: after a while
  };

  /// What to compare next; nothing at the end.
  [[nodiscard]] std::optional<step> next() const;

  /// Takes the result of that step. Returns whether the leaderboard is now known to differ.
  bool take(const compared_page& page);

  /// That leaderboard could not be compared.
  void fail();

  /// That leaderboard is gone.
  void skip();

  [[nodiscard]] const caches_compared& so_far() const { return so_far_; }

private:
  /// Begins the leaderboard from its first user.
  void restart(bool later);
  void go_on();
  bool again_or_differs();

  const std::vector<std::string> ids_;
  std::size_t at_ = 0;
  std::string after_;
  bool later_ = false;
  std::uint64_t users_ = 0;
  std::array<std::uint64_t, period_count> on_boards_{};
  caches_compared so_far_;
};

} // namespace standings
