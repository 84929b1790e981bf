#include "http/server/tenant_rates.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace standings {
namespace {

using namespace std::chrono_literals;
using ids = std::vector<std::string>;

class TenantRates : public testing::Test {
protected:
  static tenant_quotas quotas() {
    tenant_quotas out;
    out.by_tenant["default"] = {.updates_per_second = 3};
    out.by_tenant["slow"] = {.updates_per_second = 1};
    out.by_tenant["free"] = {.updates_per_second = 0};
    return out;
  }

  limit_state count(const ids& leaderboards) { return rates.count_update(leaderboards, now); }

  tenant_rates rates{quotas()};
  tenant_rates::time_point now{1h};
};

TEST_F(TenantRates, CountTheUpdatesOfAllLeaderboardsOfATenantTogether) {
  EXPECT_EQ(count({"acme.eu"}).remaining, 2U);
  EXPECT_EQ(count({"acme.us"}).remaining, 1U);
  EXPECT_TRUE(count({"acme"}).allowed);
  const auto refused = count({"acme.eu"});
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.limit, 3U);
  EXPECT_EQ(refused.retry_in, 1s);
  EXPECT_TRUE(count({"other"}).allowed) << "one tenant's updates are not another's";
  now += 1s;
  EXPECT_EQ(count({"acme.eu"}).remaining, 2U);
}

TEST_F(TenantRates, AreATenantsOwnIfItHasAny) {
  EXPECT_TRUE(count({"slow.a"}).allowed);
  EXPECT_FALSE(count({"slow.b"}).allowed);
  for (int i = 0; i < 100; ++i)
    EXPECT_TRUE(count({"free"}).allowed);
  EXPECT_EQ(count({"free"}).limit, 0U) << "there is none to tell of";
}

TEST_F(TenantRates, CountAnUpdateOfSeveralForAllOrForNone) {
  EXPECT_TRUE(count({"slow.a", "slow.b", "acme"}).allowed) << "once for each tenant";
  for (int i = 0; i < 5; ++i)
    EXPECT_FALSE(count({"acme", "slow"}).allowed);
  EXPECT_EQ(rates.look_at(ids{"acme"}, now).remaining, 2U);
}

TEST_F(TenantRates, DoNotHoldForTheDefaultLeaderboard) {
  for (int i = 0; i < 100; ++i)
    EXPECT_TRUE(count({"default"}).allowed);
  EXPECT_TRUE(tenant_rates{{}}.count_update(ids{"acme"}, now).allowed);
}

} // namespace
} // namespace standings
