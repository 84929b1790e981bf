#pragma once

#include "core/leaderboard/period.hpp"
#include "core/reconcile/seen_ids.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace standings {

/// What all batches of a run have in common.
struct run_settings {
  std::string run_id;
  bool dry_run = false;
  bool first_contact = false; ///< see run_knowledge
  period_set selected = every_period;
  std::optional<std::int64_t> verified_up_to; ///< see run_knowledge
  bool leave_absent = false; ///< skip users that are absent from the cache; another run judges them
  std::string generation;    ///< of the cache; deletions require it
  std::string backup_dir;    ///< where rows are saved before they are deleted; empty: nowhere
  std::shared_ptr<seen_ids> seen = std::make_shared<seen_ids>();
};

using run_settings_ptr = std::shared_ptr<const run_settings>;

} // namespace standings
