#pragma once

#include "core/base/result.hpp"
#include "core/leaderboard/leaderboard_settings.hpp"
#include "core/leaderboard/tenant_quotas.hpp"
#include "stores/contracts/leaderboard_store.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace standings {

/// How many leaderboards of a tenant are not archived.
using count_leaderboards_fn = std::function<std::uint64_t(const std::string& tenant)>;

/// Whether there may be these leaderboards besides those that exist. Fails with `quota_exceeded`.
/// Counts only for tenants with a quota.
[[nodiscard]] result<void> check_room(std::span<const std::string> more,
                                      const tenant_quotas& quotas,
                                      const count_leaderboards_fn& count);

/// Those of `ids` that are not among `found`, each once. Fails with `unknown_leaderboard` if one is
/// archived.
[[nodiscard]] result<std::vector<std::string>> missing_among(std::span<const std::string> ids,
                                                             std::span<const leaderboard> found);

/// The leaderboards in the order of `ids`; all are among `found`, and those of `made` are new.
std::vector<saved_leaderboard> in_order_of(std::span<const std::string> ids,
                                           std::span<const leaderboard> found,
                                           std::span<const std::string> made);

/// The failure of one that has to be restored before it can be used.
failure is_archived(const std::string& id);

} // namespace standings
