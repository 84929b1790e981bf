#pragma once

#include "core/base/result.hpp"
#include "core/leaderboard/entries.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

namespace standings {

/// score_store::apply or leaderboard_store::apply.
using apply_batch_fn =
    std::function<result<std::vector<update_outcome>>(std::span<const score_update>)>;

/// Applies batches to the database, in parts if the database refuses some of it, until each
/// offending update stands alone. The users of those are written alone from then on, after all
/// others, until the database takes them again: finding them anew in each batch would cost the
/// others several transactions.
class update_writer {
public:
  /// Returns one outcome per update; logs what failed.
  [[nodiscard]] std::vector<update_outcome> write(std::span<const score_update> updates,
                                                  const apply_batch_fn& apply);

private:
  [[nodiscard]] std::vector<update_outcome> write_in_order(std::span<const score_update> updates,
                                                           std::size_t alone_from,
                                                           const apply_batch_fn& apply);
  void note(const score_update& update, const update_outcome& outcome);

  std::unordered_set<std::string> refused_; ///< users
};

/// Whether the connection was lost while this increment was being written.
bool is_lost(const update_outcome& outcome);

/// Whether scoring has to try this update again, before later ones of the same user.
bool goes_back(const update_outcome& outcome);

} // namespace standings
