#pragma once

#include "stores/contracts/history_store.hpp"
#include "stores/contracts/rank_cache.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace standings {

/// Detects that the database went back: it is behind its cache, behind what it returned to this
/// process, or its sequence is behind its rows. It then raises the sequence and declares the cache
/// incomplete, so that it is rebuilt from the database (see step_back_repair). One per process,
/// with a connection of its own; thread-safe; blocking.
class version_guard {
public:
  struct finding {
    bool event_open = false;             ///< the cache is incomplete and has to be rebuilt
    std::optional<history_event> opened; ///< the event, if this check opened it
  };

  version_guard(history_store_factory open, rank_cache_ptr cache);

  /// Looks for a step back. Cheap unless `with_rows`, which scans the table; the first check of
  /// each server always does. If the cache cannot be reached, its last known watermark counts.
  [[nodiscard]] result<finding> check(bool with_rows = false);

  /// The highest version that this process has seen committed.
  [[nodiscard]] std::int64_t seen() const { return seen_; }

  /// Records the version of a committed state.
  void note(std::int64_t version);

  /// Whether this process knows of an event whose rebuild has not ended; cheap.
  [[nodiscard]] bool knows_open_event() const { return known_open_; }

  /// Keeps states under the open event; does nothing if there is none.
  [[nodiscard]] result<void> keep_for_open_event(std::span<const lost_state> states);

  [[nodiscard]] result<std::optional<history_event>> find_open();
  [[nodiscard]] result<void> keep(const std::string& event_id, const std::string& reason,
                                  std::span<const lost_state> states);
  [[nodiscard]] result<void> close_events();
  [[nodiscard]] result<bool> contacted();
  [[nodiscard]] result<void> note_contact();
  [[nodiscard]] result<std::vector<history_event>> events(std::size_t limit);
  [[nodiscard]] result<std::optional<recovered_page>>
  recover(const std::string& event_id, const std::string& after, std::size_t limit, bool dry_run);

private:
  /// Runs `body(store)`. A lost connection is replaced at the next call.
  template <class Body>
  auto with_store(const Body& body) -> decltype(body(std::declval<history_store&>()));

  versions_seen look_outside();
  result<version_marks> look_inside(history_store& store, bool with_rows);
  /// Returns the event if this process opened it; `nullopt` if another instance did.
  result<std::optional<history_event>> open_event(history_store& store, const step_back& found);
  void note_open(std::optional<history_event> event);

  const history_store_factory open_;
  const rank_cache_ptr cache_;
  std::atomic<std::int64_t> seen_ = 0;
  std::atomic<bool> known_open_ = false;

  std::mutex mutex_; ///< guards everything below
  std::unique_ptr<history_store> store_;
  std::string identity_;      ///< of the database whose rows were scanned
  std::int64_t drawn_ = 0;    ///< the sequence's last version when it was last read
  std::int64_t by_cache_ = 0; ///< the cache's watermark when it was last reached
  std::optional<history_event> open_event_;
  bool event_open_ = true;  ///< unknown until the first check, so assumed
  bool cache_told_ = false; ///< the cache was declared incomplete for that event
};

using version_guard_ptr = std::shared_ptr<version_guard>;

} // namespace standings
