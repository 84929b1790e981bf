#include "core/reconcile/sync_health.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

constexpr sync_signs well{true, true, true, false, false};

TEST(SyncHealth, IsHealthyIfNothingNeedsAnybody) {
  EXPECT_EQ(judge_sync(well), sync_health::healthy);
  EXPECT_EQ(to_string(sync_health::healthy), "healthy");
}

TEST(SyncHealth, IsDegradedIfTheStoresServeButMayDriftApart) {
  for (auto change : {&sync_signs::last_run_failed, &sync_signs::deletes_held}) {
    auto signs = well;
    signs.*change = true;
    EXPECT_EQ(judge_sync(signs), sync_health::degraded);
  }
  auto silent = well;
  silent.reconcile_answers = false;
  EXPECT_EQ(judge_sync(silent), sync_health::degraded);
  EXPECT_EQ(to_string(sync_health::degraded), "degraded");
}

TEST(SyncHealth, IsUnhealthyIfAStoreIsAwayWhateverElse) {
  for (auto away : {&sync_signs::cache_reachable, &sync_signs::database_reachable}) {
    auto signs = well;
    signs.*away = false;
    EXPECT_EQ(judge_sync(signs), sync_health::unhealthy);
    signs.deletes_held = true;
    EXPECT_EQ(judge_sync(signs), sync_health::unhealthy);
  }
  EXPECT_EQ(to_string(sync_health::unhealthy), "unhealthy");
}

TEST(SyncPercentage, IsThatOfTheBoardThatLacksMost) {
  EXPECT_DOUBLE_EQ(sync_percentage({10, 10, 5, 10}, 10), 50.0);
  EXPECT_DOUBLE_EQ(sync_percentage({12, 12, 12, 12}, 10), 100.0);
}

TEST(SyncPercentage, OfAnEmptyDatabaseIsWhole) {
  EXPECT_DOUBLE_EQ(sync_percentage({0, 0, 0, 0}, 0), 100.0);
}

} // namespace
} // namespace standings
