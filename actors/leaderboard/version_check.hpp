#pragma once

#include "sync/leaderboard/version_guard.hpp"

namespace standings {

/// Looks whether the database went back, and says so. Gives whether the cache is to
/// be rebuilt for it. Blocking. `guard` may be null: nobody looks.
[[nodiscard]] result<bool> check_versions(const version_guard_ptr& guard, bool with_rows = false);

} // namespace standings
