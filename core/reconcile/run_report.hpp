#pragma once

#include "core/base/time.hpp"
#include "core/leaderboard/entries.hpp"
#include "core/leaderboard/period.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The basis, the findings and the report of a run of reconcile.
namespace standings {

/// What a run found and did, in users. In a dry run: what it would have done.
struct run_counts {
  std::uint64_t checked = 0;
  std::uint64_t in_sync = 0;
  std::uint64_t created = 0;    ///< rows
  std::uint64_t updated = 0;    ///< rows
  std::uint64_t healed = 0;     ///< cache entries
  std::uint64_t removed = 0;    ///< cache entries of deleted users
  std::uint64_t candidates = 0; ///< for deletion
  std::uint64_t deleted = 0;    ///< rows
  std::uint64_t changed = 0;    ///< changed during the run; the next run compares them
  std::uint64_t quarantined = 0;

  run_counts& operator+=(const run_counts& more);

  /// Everything that was, or would be, written to the database.
  [[nodiscard]] std::uint64_t changes() const { return created + updated + deleted; }
};

enum class run_status : std::uint8_t {
  running,
  completed,
  failed,        ///< could not be completed
  stopped_early, ///< too many batches failed
  abandoned      ///< its instance has ended
};

std::string to_string(run_status s);

/// The inverse of `to_string`; nothing for any other text.
std::optional<run_status> parse_run_status(std::string_view text);

/// One run, while it goes on and afterwards.
struct run_report {
  std::string run_id;
  run_status status = run_status::running;
  std::string trigger; ///< `timer`, `request`
  bool dry_run = false;
  bool forced = false;
  period_set periods = every_period;
  sys_time started_at{};
  sys_time finished_at{};
  run_counts counts;
  std::uint64_t users = 0; ///< rows in the database when the run began
  std::uint64_t batches = 0;
  std::uint64_t failed_batches = 0;
  bool deletes_held = false;
  std::string held_reason;
  std::string error; ///< why it failed, if it did
};

/// Whether a run looks at everything and is allowed to write.
[[nodiscard]] bool is_whole(const run_report& run);

/// A user that a run could not settle.
struct quarantined_user {
  std::string user_id; ///< escaped if it is not valid UTF-8
  std::string reason;
  std::string run_id; ///< the last run that tried
  sys_time first_at{};
  sys_time last_at{};
  std::uint64_t attempts = 0;
};

/// The state of cache and database on which a run is based.
struct run_basis {
  std::string generation; ///< of the cache, which is complete
  std::int64_t barrier = 0;
  bool has_evidence = false; ///< `verified_up_to` holds for this generation
  std::int64_t verified_up_to = 0;
  std::uint64_t users = 0;
};

/// The state that survives a restart and is shared by all instances.
struct run_state {
  std::string generation; ///< of the last complete run
  std::string run_id;     ///< of the last complete run
  std::int64_t verified_up_to = 0;
  bool held = false;
  std::uint64_t held_candidates = 0;
  std::string held_reason;
  bool started = true;
  std::uint64_t quarantined = 0; ///< users
};

struct batch_outcome {
  run_counts counts;
  std::vector<deletion> candidates;
  std::vector<quarantined_user> quarantined;
  std::array<std::uint64_t, period_count> on_board{}; ///< how many of them were on each board
  std::uint64_t unverified = 0; ///< are not in the cache and could not be brought there
  std::string next;             ///< cursor of the next page of cache-only users; empty at the end
};

/// The end of a complete run, which defines what absence means from now on.
struct mark_verified {
  std::string run_id;
  std::string generation;
  std::int64_t verified_up_to = 0;
};

/// Whether deletions are held back until an administrator releases them.
struct save_hold {
  bool held = false;
  std::uint64_t candidates = 0;
  std::string reason;
};

/// One step of the self-check.
struct self_check_step {
  std::string name;
  bool passed = false;
  std::string detail;
};

} // namespace standings
