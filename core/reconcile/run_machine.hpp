#pragma once

#include "core/base/result.hpp"
#include "core/reconcile/deletion_guard.hpp"
#include "core/reconcile/run_report.hpp"
#include "core/reconcile/run_settings.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// The life of a run of reconcile, as a pure state machine: events in, commands out. It decides
/// what is looked at, what is retried, which users may be deleted, and what is remembered. Its
/// driver has the workers and the clock.
namespace standings {

/// Users with ids in (after, up_to]; without an end if `open`.
struct user_range {
  std::string after;
  std::string up_to;
  bool open = false;
};

/// A page of one part of the cache: the users that the scan of the rows has not seen.
struct cache_page {
  std::uint64_t part = 0; ///< a period's index; period_count: the details
  std::string cursor;     ///< empty: from the start
};

/// A unit of work for one worker.
struct run_work {
  std::variant<user_range, cache_page> what;
  std::size_t users = 0; ///< roughly how many
  std::size_t tries = 0; ///< failed attempts
};

/// Commands to the driver. It answers each except `end` with the event of run_machine that the
/// comment names, or with `abort`.
namespace run_step {
/// Find the ends of up to `count` ranges of `batch` users after `after`: `planned`.
struct plan {
  std::string after;
  std::size_t batch = 0;
  std::size_t count = 0;
};
/// Give the work to a worker after `pause`: `done` or `failed`.
struct look {
  run_work work;
  std::chrono::milliseconds pause{0};
};
/// Find the id `half` users into the work's range: `halved`.
struct halve {
  run_work work;
  std::size_t half = 0;
  failure why;
};
struct count_members {}; ///< of each board: `counted`
/// Check whether the cache has stayed complete in this generation: `confirmed`.
struct confirm {
  std::string generation;
};
struct erase { ///< `erased` or `erase_failed`
  std::vector<deletion> users;
};
/// Look at the users that were written after version `since`: `verified`.
struct verify {
  std::int64_t since = 0;
};
struct record_mark { ///< in the database: `mark_recorded`
  mark_verified mark;
};
struct leave_mark { ///< in the cache: `mark_left`
  mark_verified mark;
};
struct hold { ///< remember it in the database: `hold_saved`
  save_hold what;
};
/// The run has ended; no event follows.
struct end {
  run_status status = run_status::completed;
  std::optional<failure> why;
  bool looked_at_all = false; ///< users not in quarantine are in order
};
} // namespace run_step

using run_command =
    std::variant<run_step::plan, run_step::look, run_step::halve, run_step::count_members,
                 run_step::confirm, run_step::erase, run_step::verify, run_step::record_mark,
                 run_step::leave_mark, run_step::hold, run_step::end>;

struct run_machine_options {
  std::size_t batch = 1'000;
  std::size_t batches_a_plan = 64;
  std::size_t tries = 3;                      ///< attempts at a batch
  std::chrono::milliseconds first_pause{200}; ///< before the second attempt; doubles
  double max_failed_fraction = 0.1;           ///< of all batches; beyond it the run stops
  deletion_limits deletions{};
  std::size_t deletions_a_step = 500;
  std::string backup_dir;
};

struct run_request {
  std::string run_id;
  std::string trigger;
  bool dry_run = false;
  bool force = false;
  period_set periods = every_period;
  sys_time at{};
  std::string request_id{}; ///< for the log; empty for a periodic run
};

/// Whether the failure means that the store is unavailable, rather than that the request failed.
[[nodiscard]] bool is_away(errc code);

class run_machine {
public:
  using commands = std::vector<run_command>;

  run_machine(run_machine_options options, const run_request& asked);

  [[nodiscard]] const run_report& report() const { return report_; }
  [[nodiscard]] run_settings_ptr settings() const { return settings_; }
  [[nodiscard]] const std::vector<quarantined_user>& quarantined() const { return quarantined_; }
  [[nodiscard]] bool ended() const { return phase_ == phase::ended; }

  // -- events ------------------------------------------------------------------------

  /// `held_before`: an earlier run held deletes.
  [[nodiscard]] commands start(const run_basis& basis, bool held_before);

  /// `last_ids`: the last user of each range; fewer than requested at the end of the rows.
  [[nodiscard]] commands planned(const std::vector<std::string>& last_ids);
  [[nodiscard]] commands done(const run_work& work, batch_outcome outcome);
  [[nodiscard]] commands failed(run_work work, const failure& why);
  /// `middle`: `nullopt` if the range has fewer users.
  [[nodiscard]] commands halved(const run_step::halve& asked,
                                const std::optional<std::string>& middle, sys_time now);
  [[nodiscard]] commands counted(const std::array<std::uint64_t, period_count>& members);
  [[nodiscard]] commands confirmed(bool stayed_complete);
  [[nodiscard]] commands erased(std::uint64_t deleted);
  [[nodiscard]] commands erase_failed(const failure& why);
  /// The version up to which every row has been looked at; `nullopt` if that failed.
  [[nodiscard]] commands verified(std::optional<std::int64_t> up_to);
  [[nodiscard]] commands mark_recorded(bool recorded);
  [[nodiscard]] commands mark_left();
  [[nodiscard]] commands hold_saved();
  /// The basis of the run no longer holds.
  [[nodiscard]] commands abort(const failure& why);

private:
  enum class phase : std::uint8_t { idle, rows, cache_only, deletions, ended };

  void add(commands& to, run_work work);
  void plan(commands& to);
  void go_on(commands& to);
  void take(batch_outcome& outcome);
  void give_up(commands& to, const failure& why);
  void split(commands& to, const run_step::halve& asked, const std::optional<std::string>& middle,
             sys_time now);
  void rule(commands& to, bool stayed_complete);
  void hold(const std::string& reason);
  void delete_next(commands& to);
  void remember(commands& to);
  void finish(commands& to);
  void end(commands& to, run_status status, std::optional<failure> why = {});
  [[nodiscard]] bool is_selective() const { return report_.periods != every_period; }
  [[nodiscard]] bool counts_for_all() const { return !report_.dry_run && !is_selective(); }

  const run_machine_options options_;
  run_report report_;
  std::shared_ptr<run_settings> settings_ = std::make_shared<run_settings>();
  run_basis basis_;
  phase phase_ = phase::idle;

  bool planning_ = false; ///< waiting for ranges, or for the parts of the cache
  bool planned_ = false;  ///< all ranges are planned
  std::string plan_after_;
  std::size_t outstanding_ = 0; ///< works that are neither done nor given up
  std::uint64_t expected_batches_ = 0;

  std::array<std::uint64_t, period_count> on_board_{};
  std::vector<deletion> candidates_;
  std::size_t deleted_until_ = 0;
  std::vector<quarantined_user> quarantined_;
  std::uint64_t unread_ = 0;     ///< users that crashed the worker looking at them
  std::uint64_t unverified_ = 0; ///< users that could not be brought into the cache
  bool held_before_ = false;
  bool held_ = false; ///< this run holds deletes, for the runs that follow
  bool complete_ = false;
  mark_verified mark_;
};

} // namespace standings
