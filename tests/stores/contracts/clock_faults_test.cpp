#include "tests/support/postgres_store_harness.hpp"
#include "tests/support/sqlite_store_harness.hpp"
#include "tests/support/store_times.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

using namespace std::chrono_literals;
using test::at;

constexpr auto year = 365 * 24h;

user_record add(score_store& to, const std::string& user, std::int64_t count) {
  const std::vector<score_update> one{{user, count, {}}};
  return to.apply(one).value().at(0).user;
}

TEST(SqliteClock, AFileThatWasWrittenAheadIsTakenBackAndThatIsSaid) {
  test::sqlite_store_harness harness;
  harness.use_calendar(calendar{});
  const auto noon = at("2026-03-10T12:00:00Z");
  harness.set_time(noon + year);
  const auto before = add(*harness.open(), "anna", 5);
  harness.open()->periods().value();
  // the service starts again with a correct clock
  harness.restart_clock();
  harness.jump_to(noon);
  const auto store = harness.open();
  const auto after = add(*store, "anna", 1);
  EXPECT_EQ(after.score, (scores{6, 6, 6, 6}));
  EXPECT_EQ(after.updated_at, noon);
  EXPECT_GT(after.version, before.version);
  EXPECT_NE(store->periods().value().clock_fault.find("2027-03-10"), std::string::npos);
  harness.set_time(noon + 24h);
  EXPECT_EQ(store->find("anna").value()->score, (scores{0, 6, 6, 6}));
}

TEST(PostgresClock, AServerThatIsAheadWhenTheServiceStartsIsDoubted) {
  test::postgres_store_harness harness;
  harness.use_calendar(calendar{});
  const auto noon = at("2026-03-10T12:00:00Z");
  harness.set_time(noon);
  add(*harness.open(), "anna", 5);
  harness.jump_to(noon + year);
  harness.options().clock = std::make_shared<believed_clock>(boot_time, [&] { return noon; });
  const auto store = harness.open();
  EXPECT_EQ(add(*store, "anna", 1).score, (scores{6, 6, 6, 6}));
  EXPECT_NE(store->periods().value().clock_fault, "");
  EXPECT_EQ(store->tidy(10).value(), 0U);
}

TEST(PostgresClock, RowsWithATimeThatIsYetToComeKeepTheirScoresAndEndWithTheirPeriod) {
  test::postgres_store_harness harness;
  harness.use_calendar(calendar{});
  const auto noon = at("2026-03-10T12:00:00Z");
  harness.set_time(noon);
  const auto store = harness.open();
  add(*store, "anna", 5);
  add(*store, "ben", 5);
  harness.exec("UPDATE pomo_leaderboard SET updated_at = updated_at + interval '1 year'");
  EXPECT_EQ(add(*store, "anna", 1).score, (scores{6, 6, 6, 6}));
  EXPECT_EQ(store->find("ben").value()->score, (scores{5, 5, 5, 5}));
  EXPECT_EQ(store->tidy(10).value(), 1U) << "ben's time is set right";
  harness.set_time(noon + 24h);
  EXPECT_EQ(store->find("anna").value()->score, (scores{0, 6, 6, 6}));
  EXPECT_EQ(store->find("ben").value()->score, (scores{0, 5, 5, 5}));
}

} // namespace
} // namespace standings
