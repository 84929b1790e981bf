#pragma once

#include "stores/contracts/score_store.hpp"
#include "sync/leaderboard/leaderboard_shelf.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace standings {

/// Loads the cache of one named leaderboard from the database, a page at a time, so that other
/// loads can go on in between: all users, then the removals that happened meanwhile.
class cache_load {
public:
  /// The cache has begun its rebuild.
  cache_load(shelved_ptr what, std::unique_ptr<score_store> from)
      : what_(std::move(what)), from_(std::move(from)) {}

  [[nodiscard]] const shelved_leaderboard& what() const { return *what_; }
  [[nodiscard]] const std::string& id() const { return what_->of.id; }

  /// Users loaded so far.
  [[nodiscard]] std::uint64_t users() const { return users_; }

  /// Takes the next page; returns whether that was all, and the cache is complete.
  [[nodiscard]] result<bool> step();

  /// Whether the last step failed on the cache, and not on the database.
  [[nodiscard]] bool failed_on_cache() const { return failed_on_cache_; }

  /// Begins with the first page again: what the database has now may be on a page that is behind.
  void start_over();

  /// Replaces what other programs have written as well, which a load otherwise leaves: see
  /// replace_wrong_entries.
  void repair() { repairs_ = true; }

private:
  [[nodiscard]] result<bool> load_users();
  [[nodiscard]] result<void> repair(const std::vector<user_record>& page);
  [[nodiscard]] result<bool> replay_removals();
  [[nodiscard]] failure of_cache(const failure& why);

  shelved_ptr what_;
  std::unique_ptr<score_store> from_;
  std::string after_;
  std::uint64_t users_ = 0;
  bool has_all_users_ = false;
  bool repairs_ = false;
  bool failed_on_cache_ = false;
};

} // namespace standings
