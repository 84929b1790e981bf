#pragma once

#include "core/base/service_event.hpp"
#include "core/leaderboard/cache_comparison.hpp"
#include "core/reconcile/run_report.hpp"

namespace standings {

/// What is told of a run, as events.
[[nodiscard]] service_event run_started(const run_report& run);
[[nodiscard]] service_event run_progress(const run_report& run);
[[nodiscard]] service_event run_ended_event(const run_report& run);

/// Its deletions are held, or no deletions are held any more.
[[nodiscard]] service_event deletions_held(const run_report& run, const save_hold& hold);

/// What a run had deleted is there again.
[[nodiscard]] service_event deletions_undone(const std::string& run_id, std::uint64_t restored);

/// Caches of named leaderboards differed from the database, after a run unless `run_id` is empty.
[[nodiscard]] service_event caches_differed(const caches_compared& found,
                                            const std::string& run_id);

} // namespace standings
