#pragma once

#include "core/leaderboard/score.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace standings {

/// All increments of one user in a batch, as one write.
struct folded_update {
  std::string user_id;
  std::int64_t total = 0; ///< saturates at `score_limit`
  /// Positions in the batch, ascending.
  std::vector<std::size_t> members;
};

/// What to do with a batch: one write for each user; repetitions of an idempotency key within the
/// batch are separated from its first occurrence.
struct fold_plan {
  std::vector<folded_update> writes;

  /// A position whose key occurred earlier in the same batch.
  struct repeat {
    std::size_t position = 0;
    std::size_t first = 0;
    bool same_body = true; ///< if false, the repetition is a conflict
  };
  std::vector<repeat> repeats;
};

/// Plans the positions of `batch` for which `skip` is false; `skip` marks those whose keys the
/// database knows. Pure; users come in order of first appearance.
fold_plan fold(std::span<const score_update> batch, const std::vector<bool>& skip);

/// The state of the user right after each member of `write`, given the state
/// `last` after all of them: member i sees `last` less the later increments.
/// Holds in every period, because one transaction has one time.
std::vector<user_record> unfold(const folded_update& write, std::span<const score_update> batch,
                                const user_record& last);

} // namespace standings
