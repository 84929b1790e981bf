#pragma once

#include "core/base/result.hpp"
#include "core/leaderboard/score.hpp"
#include "core/leaderboard/version_history.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace standings {

/// What recovering a page of lost states did, or would do in a dry run.
struct recovered_page {
  std::vector<user_record> users; ///< as they are now; in a dry run, as they would be
  std::string last;               ///< the last id of the page, to continue after
  bool done = false;
};

/// How many days an event can be recovered.
inline constexpr int kept_days = 90;

/// The database's versions, and the events in which the database went back. One connection,
/// blocking, for one thread; fails with `store_unavailable` as score_store does.
class history_store {
public:
  history_store() = default;
  history_store(const history_store&) = delete;
  history_store& operator=(const history_store&) = delete;
  virtual ~history_store() = default;

  /// `with_rows` also searches all rows for the highest version.
  [[nodiscard]] virtual result<version_marks> marks(bool with_rows) = 0;

  /// Opens an event and raises the sequence to the event's `raised_to` in the same transaction,
  /// while writers are kept out. Never lowers the sequence.
  [[nodiscard]] virtual result<void> open_event(const history_event& event) = 0;

  /// The open event, if there is one; the latest of several.
  [[nodiscard]] virtual result<std::optional<history_event>> find_open() = 0;

  /// Closes all events, because the cache has been rebuilt. This function and `keep` delete closed
  /// events older than `kept_days`, but never the highest version that was seen.
  [[nodiscard]] virtual result<void> close_events() = 0;

  /// Keeps lost states under an event; if that does not exist, it is recorded with `reason`. Of two
  /// states of a user the newer one is kept.
  [[nodiscard]] virtual result<void> keep(const std::string& event_id, const std::string& reason,
                                          std::span<const lost_state> states) = 0;

  /// Whether a cache that another application had filled was taken over before.
  [[nodiscard]] virtual result<bool> contacted() = 0;
  [[nodiscard]] virtual result<void> note_contact() = 0;

  /// The latest events, newest first.
  [[nodiscard]] virtual result<std::vector<history_event>> events(std::size_t limit) = 0;

  /// Adds lost scores to the rows of up to `limit` users after `after`: what the kept state had
  /// beyond its base, in periods that are still running. Each state is added only once. Users that
  /// were deleted since the event, or whose scores cannot be read, are left alone. Returns
  /// `nullopt` if there is no such event.
  [[nodiscard]] virtual result<std::optional<recovered_page>> recover(const std::string& event_id,
                                                                      const std::string& after,
                                                                      std::size_t limit,
                                                                      bool dry_run) = 0;
};

using history_store_factory = std::function<result<std::unique_ptr<history_store>>()>;

} // namespace standings
