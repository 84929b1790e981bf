#include "core/leaderboard/tenant_quotas.hpp"

#include "core/base/result.hpp"

namespace standings {

namespace {

failure exceeded(std::string_view tenant, std::uint64_t quota, const std::string& what,
                 const std::string& limit) {
  return fail(errc::quota_exceeded,
              "tenant '" + std::string{tenant} + "' may have no more " + what + ": its quota "
                  + limit + " is " + std::to_string(quota),
              "leaderboard");
}

} // namespace

tenant_quota tenant_quotas::of(std::string_view tenant) const {
  tenant_quota out;
  for (const auto name : {default_quota, tenant}) {
    const auto at = by_tenant.find(name);
    if (at == by_tenant.end())
      continue;
    const auto& given = at->second;
    out.leaderboards = given.leaderboards.value_or(out.leaderboards);
    out.users = given.users.value_or(out.users);
    out.updates_per_second = given.updates_per_second.value_or(out.updates_per_second);
  }
  return out;
}

failure no_more_leaderboards(std::string_view tenant, std::uint64_t quota) {
  return exceeded(tenant, quota, "leaderboards", "leaderboards");
}

failure no_more_users(std::string_view tenant, std::uint64_t quota) {
  return exceeded(tenant, quota, "users", "users");
}

} // namespace standings
