#pragma once

#include "core/base/result.hpp"
#include "core/leaderboard/entries.hpp"
#include "core/reconcile/judge.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace standings {

/// A row as reconcile wants it, to be written only if it has not changed since it was read.
struct row_change {
  user_record wanted;        ///< `updated_at` 0 means now; `version` is ignored
  std::int64_t expected = 0; ///< the row's version; 0: the row must not exist
};

/// A range of users: ids after `after`, up to and including `up_to`.
struct id_range {
  std::string after;
  std::optional<std::string> up_to; ///< `nullopt`: to the end
};

/// The rows of users, for reconcile. One connection, blocking, for one thread. Fails with
/// `store_unavailable` as score_store does. All returned scores are effective.
class reconcile_store {
public:
  reconcile_store() = default;
  reconcile_store(const reconcile_store&) = delete;
  reconcile_store& operator=(const reconcile_store&) = delete;
  virtual ~reconcile_store() = default;

  /// The highest version such that every write up to it is visible to all later reads. Waits for
  /// the writes that are in flight.
  [[nodiscard]] virtual result<std::int64_t> barrier() = 0;

  /// The number of users.
  [[nodiscard]] virtual result<std::uint64_t> count() = 0;

  /// Whether changes of rows by other programs draw versions; see foreign_changes.
  [[nodiscard]] virtual result<bool> versions_foreign_writes() = 0;

  /// When the current periods started, and the current time.
  [[nodiscard]] virtual result<std::pair<period_starts, sys_time>> starts() = 0;

  /// The last id of each full batch of `batch` users after `after`, for up to `count` batches.
  [[nodiscard]] virtual result<std::vector<std::string>>
  batch_ends(const std::string& after, std::size_t batch, std::size_t count) = 0;

  /// The users of a range, by id in byte order, at most `limit`.
  [[nodiscard]] virtual result<std::vector<user_record>> read(const id_range& range,
                                                              std::size_t limit) = 0;

  /// Up to `limit` ids after `after`, in order, of users whose rows have a version above `version`.
  /// Cost grows with the number of users.
  [[nodiscard]] virtual result<std::vector<std::string>>
  written_since(std::int64_t version, const std::string& after, std::size_t limit) = 0;

  /// Those of the users that exist.
  [[nodiscard]] virtual result<std::vector<user_record>>
  find(std::span<const std::string> user_ids) = 0;

  /// The newest deletion of each of these users that was ever deleted.
  [[nodiscard]] virtual result<std::vector<archived_user>>
  archived(std::span<const std::string> user_ids) = 0;

  /// Writes each row that still has the expected version, unless its scores cannot be read, in one
  /// transaction. Returns the rows written, with their new versions. Fails with `rejected_row` if
  /// the database refuses a row; nothing was changed then.
  [[nodiscard]] virtual result<std::vector<user_record>>
  write(std::span<const row_change> changes) = 0;

  /// Deletes each user whose row still has the given version, and archives it under `run_id`, in
  /// one transaction. Returns the deletions made.
  [[nodiscard]] virtual result<std::vector<deletion>> remove(std::span<const deletion> users,
                                                             const std::string& run_id) = 0;

  /// Restores up to `limit` users with ids after `after` that `run_id` deleted: as they were, with
  /// a new version. Users that exist again, or were deleted again later, are left alone. Returns
  /// the restored users, by id.
  [[nodiscard]] virtual result<std::vector<user_record>>
  restore(const std::string& run_id, const std::string& after, std::size_t limit) = 0;
};

using reconcile_store_factory = std::function<result<std::unique_ptr<reconcile_store>>()>;

} // namespace standings
