#include "core/reconcile/deletion_guard.hpp"

namespace standings {

namespace {

bool is_too_large_a_share(const deletion_case& asked, const deletion_limits& limits) {
  return asked.users >= limits.fraction_from
         && static_cast<double>(asked.candidates)
                > limits.max_fraction * static_cast<double>(asked.users) + 1e-9;
}

} // namespace

deletion_ruling rule_on_deletion(const deletion_case& asked, const deletion_limits& limits) {
  if (asked.candidates == 0)
    return {};
  if (!asked.stayed_complete)
    return {false, "the cache was lost during the run"};
  if (!asked.read_everything)
    return {false, "some batches could not be read"};
  if (asked.forced)
    return {true, {}};
  const auto users = std::to_string(asked.candidates) + " of " + std::to_string(asked.users)
                     + " users are gone from the cache";
  if (asked.candidates > limits.max_deletes)
    return {false, users + ", more than max_deletes"};
  if (is_too_large_a_share(asked, limits))
    return {false, users + ", more than max_delete_fraction"};
  if (asked.held_before)
    return {false, "an earlier run held deletes, and nobody has released them"};
  return {true, {}};
}

} // namespace standings
