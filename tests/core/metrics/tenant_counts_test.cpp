#include "core/metrics/tenant_counts.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace standings::test {
namespace {

using namespace std::chrono_literals;

class TenantCounts : public testing::Test {
protected:
  void add(const std::string& tenant, int times, tenant_request what = tenant_request::read) {
    for (int i = 0; i < times; ++i)
      counts.add(tenant, what, now);
  }

  /// The requests of a tenant that has a place of its own.
  [[nodiscard]] std::uint64_t of(const std::string& tenant) const {
    for (const auto& one : counts.read().tenants)
      if (one.tenant == tenant)
        return sum(one.requests);
    return 0;
  }

  [[nodiscard]] std::uint64_t of_others() const { return sum(counts.read().others); }

  static std::uint64_t sum(const tenant_counts::counts& all) {
    return std::accumulate(all.begin(), all.end(), std::uint64_t{0});
  }

  void next_window() { now += tenant_counts::window; }

  tenant_counts counts{2};
  tenant_counts::clock::time_point now = tenant_counts::clock::now();
};

TEST_F(TenantCounts, CountEachTenantAndEachResultOnItsOwn) {
  add("acme", 3);
  add("acme", 2, tenant_request::updated);
  add("acme", 1, tenant_request::failed);
  add("zoo", 1);
  const auto all = counts.read();
  ASSERT_EQ(all.tenants.size(), 2U);
  EXPECT_EQ(all.tenants[0].tenant, "acme");
  EXPECT_EQ(all.tenants[0].requests, (tenant_counts::counts{3, 2, 1}));
  EXPECT_EQ(of_others(), 0U);
}

TEST_F(TenantCounts, PutTogetherThoseBeyondTheirNumber) {
  add("acme", 5);
  add("zoo", 5);
  for (int i = 0; i < 1'000; ++i)
    add("t" + std::to_string(i), 1);
  EXPECT_EQ(counts.read().tenants.size(), 2U);
  EXPECT_EQ(of_others(), 1'000U);
}

TEST_F(TenantCounts, GiveAPlaceToATenantThatBecomesMuchBusier) {
  add("acme", 100);
  add("idle", 1);
  next_window();
  add("acme", 100);
  add("idle", 1);
  add("new", 50);
  EXPECT_EQ(of("new"), 0U) << "within the window";
  next_window();
  add("new", 7);
  EXPECT_EQ(of("new"), 7U) << "what was counted as another's is not counted again";
  EXPECT_EQ(of("idle"), 0U);
  EXPECT_EQ(of("acme"), 200U);
  EXPECT_EQ(of_others(), 50U);
  add("idle", 1);
  EXPECT_EQ(of_others(), 51U);
}

TEST_F(TenantCounts, KeepThosePlacesThatAreAboutAsBusy) {
  for (int round = 0; round < 5; ++round) {
    add("acme", 10);
    add("zoo", 10);
    add("new", 19);
    next_window();
  }
  EXPECT_EQ(of("acme"), 50U);
  EXPECT_EQ(of("zoo"), 50U);
  EXPECT_EQ(of("new"), 0U);
}

TEST_F(TenantCounts, FindTheBusyOneAmongMany) {
  add("acme", 1);
  add("zoo", 1);
  next_window();
  for (int i = 0; i < 1'000; ++i) {
    add("t" + std::to_string(i), 1);
    add("busy", 1);
  }
  next_window();
  add("busy", 1);
  EXPECT_EQ(of("busy"), 1U);
}

TEST_F(TenantCounts, NeverGoBackInWhatTheyCountOfOthers) {
  std::uint64_t last = 0;
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 5; ++i)
      add("t" + std::to_string(i), 1 + (round * i) % 7);
    EXPECT_GE(of_others(), last);
    last = of_others();
    next_window();
  }
}

} // namespace
} // namespace standings::test
