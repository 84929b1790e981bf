#pragma once

#include "sync/leaderboard/version_guard.hpp"

namespace standings {

/// Checks whether the database went back, and logs it. Returns whether the cache must be rebuilt
/// for that reason. Blocking. Without a `guard` it returns false.
[[nodiscard]] result<bool> check_versions(const version_guard_ptr& guard, bool with_rows = false);

} // namespace standings
