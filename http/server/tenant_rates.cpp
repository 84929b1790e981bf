#include "http/server/tenant_rates.hpp"

#include "core/leaderboard/leaderboard_id.hpp"

#include <algorithm>
#include <chrono>

namespace standings {

namespace {

/// A second's updates may come at once.
bucket_size updates_of(const tenant_quota& quota) {
  const auto rate = static_cast<std::uint32_t>(quota.updates_per_second);
  return bucket_size::of(rate, std::chrono::seconds{1}, std::max<std::uint32_t>(1, rate));
}

std::vector<std::string_view> tenants_of(std::span<const std::string> leaderboards) {
  std::vector<std::string_view> out;
  for (const auto& id : leaderboards)
    if (const auto tenant = tenant_of(id);
        id != default_leaderboard && std::find(out.begin(), out.end(), tenant) == out.end())
      out.push_back(tenant);
  return out;
}

} // namespace

tenant_rates::tenant_rates(const tenant_quotas& quotas)
    : others_(updates_of(quotas.of(default_quota))) {
  for (const auto& [tenant, given] : quotas.by_tenant)
    if (tenant != default_quota)
      own_.emplace(tenant, std::make_unique<own_bucket>(updates_of(quotas.of(tenant))));
}

limit_state tenant_rates::count_update(std::span<const std::string> leaderboards, time_point now) {
  const auto tenants = tenants_of(leaderboards);
  if (tenants.size() > 1)
    if (auto refused = look_at(leaderboards, now); !refused.allowed)
      return refused;
  limit_state out;
  for (const auto tenant : tenants)
    out = tighter(out, take(tenant, now));
  return out;
}

limit_state tenant_rates::look_at(std::span<const std::string> leaderboards, time_point now) {
  limit_state out;
  for (const auto tenant : tenants_of(leaderboards))
    out = tighter(out, look(tenant, now));
  return out;
}

limit_state tenant_rates::look(std::string_view tenant, time_point now) {
  const auto at = own_.find(tenant);
  if (at == own_.end())
    return others_.look(tenant, now);
  const std::lock_guard lock{at->second->mutex};
  return at->second->bucket.look(at->second->size, now);
}

limit_state tenant_rates::take(std::string_view tenant, time_point now) {
  const auto at = own_.find(tenant);
  if (at == own_.end())
    return others_.take(tenant, now);
  const std::lock_guard lock{at->second->mutex};
  return at->second->bucket.take(at->second->size, now);
}

} // namespace standings
