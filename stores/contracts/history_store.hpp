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

/// What recovering a page of lost states did, or in a dry run would do.
struct recovered_page {
  std::vector<user_record> users; ///< as they are now; in a dry run as they would be
  std::string last;               ///< where to go on
  bool done = false;
};

/// How long an event can be recovered.
inline constexpr int kept_days = 90;

/// The database's versions, and the events in which it went back. One connection,
/// blocking, for one thread; fails with `store_unavailable` as score_store does.
class history_store {
public:
  history_store() = default;
  history_store(const history_store&) = delete;
  history_store& operator=(const history_store&) = delete;
  virtual ~history_store() = default;

  /// `with_rows` looks at all rows for the highest version.
  [[nodiscard]] virtual result<version_marks> marks(bool with_rows) = 0;

  /// Opens an event, and raises the sequence to its `raised_to` in the same
  /// transaction, while nobody writes. Never lowers the sequence.
  [[nodiscard]] virtual result<void> open_event(const history_event& event) = 0;

  /// The event that is open, if there is one; the latest, where several are.
  [[nodiscard]] virtual result<std::optional<history_event>> find_open() = 0;

  /// The cache is rebuilt: closes all events. This and `keep` forget what was closed
  /// and is older than `kept_days`, but never the highest version that was seen.
  [[nodiscard]] virtual result<void> close_events() = 0;

  /// Keeps states under an event, which is recorded with `reason` where nobody has
  /// opened it. Of two states of a user the newer is kept.
  [[nodiscard]] virtual result<void> keep(const std::string& event_id, const std::string& reason,
                                          std::span<const lost_state> states) = 0;

  /// Whether a cache that another application filled was taken over before.
  [[nodiscard]] virtual result<bool> contacted() = 0;
  [[nodiscard]] virtual result<void> note_contact() = 0;

  /// The latest events, newest first.
  [[nodiscard]] virtual result<std::vector<history_event>> events(std::size_t limit) = 0;

  /// Adds what was lost of up to `limit` users after `after` to their rows as they
  /// are now: what the kept state had beyond its base, in periods that still run. Each
  /// state counts once. Users deleted since the event are left alone. Gives nothing
  /// where there is no such event.
  [[nodiscard]] virtual result<std::optional<recovered_page>> recover(const std::string& event_id,
                                                                      const std::string& after,
                                                                      std::size_t limit,
                                                                      bool dry_run) = 0;
};

using history_store_factory = std::function<result<std::unique_ptr<history_store>>()>;

} // namespace standings
