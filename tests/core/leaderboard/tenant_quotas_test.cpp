#include "core/leaderboard/tenant_quotas.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

TEST(TenantQuotas, AreUnlimitedWhereNothingIsSaid) {
  EXPECT_EQ(tenant_quotas{}.of("acme"), tenant_quota{});
}

TEST(TenantQuotas, AreThoseOfTheOthersUnlessTheTenantHasItsOwn) {
  tenant_quotas quotas;
  quotas.by_tenant["default"] = {.leaderboards = 10, .users = 1'000};
  quotas.by_tenant["acme"] = {.users = 5, .updates_per_second = 7};
  quotas.by_tenant["free"] = {.leaderboards = 0, .users = 0};
  EXPECT_EQ(quotas.of("other"), (tenant_quota{10, 1'000, 0}));
  EXPECT_EQ(quotas.of("acme"), (tenant_quota{10, 5, 7}));
  EXPECT_EQ(quotas.of("free"), tenant_quota{});
}

TEST(TenantQuotas, AreNamedInWhatExceedsThem) {
  const auto users = no_more_users("acme", 5);
  EXPECT_EQ(users.code, errc::quota_exceeded);
  EXPECT_EQ(users.detail, "tenant 'acme' may have no more users: its quota users is 5");
  EXPECT_EQ(no_more_leaderboards("acme", 3).detail,
            "tenant 'acme' may have no more leaderboards: its quota leaderboards is 3");
}

} // namespace
} // namespace standings
