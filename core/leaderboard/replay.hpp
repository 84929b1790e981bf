#pragma once

#include "core/leaderboard/entries.hpp"

#include <utility>

namespace standings {

/// The outcome of an increment whose idempotency key the user has already used for another one.
inline update_outcome idempotency_conflict() {
  update_outcome out;
  out.code = errc::idempotency_conflict;
  out.detail = "this Idempotency-Key was used with another body";
  return out;
}

/// The outcome of an increment whose key the database knows: the first result if the increment is
/// the same as then (`first_count`), else a conflict.
inline update_outcome replay_known(const score_update& now, user_record first,
                                   std::int64_t first_count) {
  if (first_count != now.count)
    return idempotency_conflict();
  update_outcome out;
  out.user = std::move(first);
  out.replayed = true;
  return out;
}

/// The outcome of an increment whose key occurred earlier in the same batch.
inline update_outcome replay_in_batch(update_outcome first, bool same_body) {
  if (!same_body)
    return idempotency_conflict();
  first.replayed = first.code == errc::none;
  return first;
}

} // namespace standings
