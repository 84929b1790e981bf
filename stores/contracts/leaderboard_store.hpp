#pragma once

#include "core/base/result.hpp"
#include "core/leaderboard/entries.hpp"
#include "core/leaderboard/leaderboard_settings.hpp"
#include "core/leaderboard/past_period.hpp"
#include "stores/contracts/foreign_changes.hpp"
#include "stores/contracts/score_store.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace standings {

/// A leaderboard as it is now, and whether it was made by this call.
struct saved_leaderboard {
  leaderboard now;
  bool created = false;
};

/// Which leaderboards to list: those after `after`, by id in byte order; of one tenant unless it is
/// empty; those that are archived, or those that are not.
struct leaderboard_query {
  std::string tenant;
  std::string after;
  std::size_t limit = 100;
  bool archived = false;
};

/// A user of a named leaderboard whose row another program has written or deleted.
struct foreign_score {
  std::int64_t number = 0; ///< of the leaderboard
  std::string leaderboard; ///< its id; empty if it does not exist or is archived
  foreign_change change;
};

/// A place in the order in which `foreign_scores` returns them.
struct foreign_score_place {
  std::int64_t number = 0;
  std::string user_id;
};

/// The named leaderboards and their users, in the database. An object is one connection, as
/// score_store is; its methods fail as those of score_store do.
class leaderboard_store {
public:
  leaderboard_store() = default;
  leaderboard_store(const leaderboard_store&) = delete;
  leaderboard_store& operator=(const leaderboard_store&) = delete;
  virtual ~leaderboard_store() = default;

  /// The leaderboard, archived or not; `nullopt` if there is none.
  [[nodiscard]] virtual result<std::optional<leaderboard>> find(const std::string& id) = 0;

  /// Those of these leaderboards that exist, archived or not, each once.
  [[nodiscard]] virtual result<std::vector<leaderboard>>
  find_all(std::span<const std::string> ids) = 0;

  [[nodiscard]] virtual result<std::vector<leaderboard>> list(const leaderboard_query& which) = 0;

  /// Makes a leaderboard, or changes its settings. Fails with `out_of_range`, naming the field, if
  /// a feed does not exist or leads back, or if mode or order would change; with
  /// `unknown_leaderboard` if it is archived; with `quota_exceeded` if its tenant has as many
  /// leaderboards as it may.
  [[nodiscard]] virtual result<saved_leaderboard> save(const std::string& id,
                                                       const leaderboard_settings& settings) = 0;

  /// Makes those of these leaderboards that do not exist, with default settings, all or none.
  /// Returns all of them, in this order. Fails with `unknown_leaderboard` if one is archived, with
  /// `invalid_leaderboard_id`, and with `quota_exceeded`.
  [[nodiscard]] virtual result<std::vector<saved_leaderboard>>
  make(std::span<const std::string> ids) = 0;

  /// Hides a leaderboard; its rows stay for 30 days. Returns whether there was one.
  [[nodiscard]] virtual result<bool> archive(const std::string& id) = 0;

  /// Undoes `archive`. Returns whether there was one to be restored. Fails with `quota_exceeded`.
  [[nodiscard]] virtual result<bool> restore(const std::string& id) = 0;

  /// Deletes up to `limit` rows of leaderboards that were archived more than 30 days ago, and the
  /// leaderboards once they have none; and of ended periods that are no longer kept. Returns how
  /// many; 0 means nothing is left to do.
  [[nodiscard]] virtual result<std::size_t> purge(std::size_t limit) = 0;

  /// Those that were used last and are not archived, the last one first.
  [[nodiscard]] virtual result<std::vector<leaderboard>> recently_used(std::size_t limit) = 0;

  /// Notes that these leaderboards are being used.
  [[nodiscard]] virtual result<void> note_used(std::span<const std::string> ids) = 0;

  /// Applies all updates in one transaction, each in all the leaderboards that it names and that
  /// these feed, or in none; `default` names the default one. An update fails alone with
  /// `unknown_leaderboard`, `invalid_count`, `score_overflow`, `idempotency_conflict`, with
  /// `rejected_row` if settings or scores that it reaches cannot be read, or, if it would bring a
  /// tenant that it names more users than that may have, `quota_exceeded`; otherwise as
  /// score_store::apply. An idempotency key holds for one user and the first leaderboard
  /// that the update names.
  [[nodiscard]] virtual result<std::vector<update_outcome>>
  apply(std::span<const score_update> batch) = 0;

  /// Deletes up to `limit` idempotency keys that are older than 24 hours.
  [[nodiscard]] virtual result<std::size_t> forget_requests(std::size_t limit) = 0;

  /// Sets what a user of a leaderboard carries, a JSON object; `{}` takes it away. Fails with
  /// `unknown_leaderboard` or `unknown_user`.
  [[nodiscard]] virtual result<void> set_metadata(const std::string& id, const std::string& user_id,
                                                  const std::string& metadata) = 0;

  /// What those of the users carry.
  [[nodiscard]] virtual result<user_metadata>
  metadata_of(const leaderboard& which, std::span<const std::string> user_ids) = 0;

  /// The ended periods of `board` that are kept, the last one first. Fails with
  /// `unknown_leaderboard`; `default` names the default one.
  [[nodiscard]] virtual result<std::vector<past_period>> past_periods(const std::string& id,
                                                                      period board) = 0;

  /// The board as the period ended that `at` is in: up to `limit` users after the first `offset`.
  /// `nullopt` if that period is not kept, or has not ended. Closes first what has ended.
  [[nodiscard]] virtual result<std::optional<past_board>>
  past(const std::string& id, period board, sys_time at, std::size_t offset, std::size_t limit) = 0;

  /// Counts the users of one tenant anew whose number is kept because it has a quota: the one that
  /// was counted the longest ago, if that was a minute ago and somebody was refused since, or an
  /// hour ago. Returns whether there was one. Between two counts, users who were deleted still
  /// count.
  [[nodiscard]] virtual result<bool> recount_users() = 0;

  /// Up to `limit` users after a place whose rows other programs have changed, by leaderboard and
  /// id. A trigger notes them, with a new version for the row or its deletion; a note stays until
  /// it is settled.
  [[nodiscard]] virtual result<std::vector<foreign_score>>
  foreign_scores(const foreign_score_place& after, std::size_t limit) = 0;

  /// Settles changes that the cache has; a user that has changed again since stays noted.
  [[nodiscard]] virtual result<void> settle(std::span<const foreign_score> changes) = 0;

  /// The users of one leaderboard. Uses this connection, so it must not outlive it.
  [[nodiscard]] virtual std::unique_ptr<score_store> scores_of(const leaderboard& which) = 0;
};

/// Opens a connection; creates or migrates the tables if needed. Thread-safe.
using leaderboard_store_factory = std::function<result<std::unique_ptr<leaderboard_store>>()>;

} // namespace standings
