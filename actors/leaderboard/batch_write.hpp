#pragma once

#include "core/base/result.hpp"
#include "core/leaderboard/entries.hpp"

#include <functional>
#include <span>
#include <vector>

namespace standings {

/// score_store::apply or leaderboard_store::apply.
using apply_batch_fn =
    std::function<result<std::vector<update_outcome>>(std::span<const score_update>)>;

/// Applies a batch to the database, in parts if the database refuses some of it, until each
/// offending update stands alone. Returns one outcome per update; logs what failed.
[[nodiscard]] std::vector<update_outcome> write_batch(std::span<const score_update> updates,
                                                      const apply_batch_fn& apply);

/// Whether the connection was lost while this increment was being written.
bool is_lost(const update_outcome& outcome);

/// Whether scoring has to try this update again, before later ones of the same user.
bool goes_back(const update_outcome& outcome);

} // namespace standings
