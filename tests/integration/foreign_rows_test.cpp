#include "tests/support/sync_test.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

namespace standings::test {
namespace {

using std::chrono::seconds;

std::int64_t on_board(service_under_test& service, const std::string& id) {
  const auto answer = service.client().get("/api/redis-leaderboard/user/" + id);
  return answer.status == 200 ? answer.json().at("yearly_pomo").to_number<std::int64_t>() : -1;
}

/// The service on PostgreSQL and Redis, with reconcile's default settings.
class ForeignRows : public SyncTest {
protected:
  ForeignRows() : SyncTest({}) {}
};

TEST_F(ForeignRows, AModeratorsStatementIsOnTheBoardWithinASecond) {
  service->client().update("cheat", 500);
  service->client().update("fair", 500);
  sql(schema.url(), "UPDATE pomo_leaderboard SET daily_pomo = 0, weekly_pomo = 0, monthly_pomo = 0,"
                    " yearly_pomo = 0 WHERE user_id = 'cheat'");
  EXPECT_TRUE(eventually([&] { return on_board(*service, "cheat") == 0; }, seconds{1}));
  EXPECT_EQ(on_board(*service, "fair"), 500);
  expect_agreement();
}

TEST_F(ForeignRows, ReconcileDoesNotTakeAModeratorsStatementBack) {
  service->client().update("fair", 500);
  run();
  sql(schema.url(), "UPDATE pomo_leaderboard SET yearly_pomo = 600, updated_at = now()");
  run();
  EXPECT_EQ(row("fair"), 600);
  expect_agreement();
}

TEST_F(ForeignRows, RowsThatAreInsertedAndDeletedTravelToo) {
  service->client().update("gone", 5);
  sql(schema.url(), "DELETE FROM pomo_leaderboard WHERE user_id = 'gone'");
  sql(schema.url(), "INSERT INTO pomo_leaderboard (user_id, yearly_pomo) VALUES ('new', 7)");
  EXPECT_TRUE(eventually([&] { return on_board(*service, "new") == 7; }, seconds{5}));
  EXPECT_TRUE(eventually([&] { return on_board(*service, "gone") == -1; }, seconds{5}));
  run();
  EXPECT_EQ(row("gone"), -1) << "the cache does not bring the user back";
  expect_agreement();
}

TEST_F(ForeignRows, WhatIsChangedWhileTheServiceIsAwayIsCarriedWhenItComesBack) {
  service->client().update("anna", 5);
  service->stop(SIGTERM);
  sql(schema.url(), "UPDATE pomo_leaderboard SET yearly_pomo = 50");
  service->start();
  EXPECT_TRUE(eventually([&] { return on_board(*service, "anna") == 50; }, seconds{5}));
  expect_agreement();
}

TEST_F(ForeignRows, AnEarlierApplicationAndTheServiceBothKeepCounting) {
  service->client().update("anna", 1);
  for (int i = 0; i < 20; ++i) {
    sql(schema.url(), "UPDATE pomo_leaderboard SET yearly_pomo = yearly_pomo + 1,"
                      " updated_at = now() WHERE user_id = 'anna'");
    EXPECT_EQ(service->client().update("anna", 1).status, 200);
  }
  EXPECT_EQ(row("anna"), 41);
  expect_agreement();
}

TEST_F(ForeignRows, TheStatusTellsHowChangesAreHeardOf) {
  service->client().update("anna", 1);
  sql(schema.url(), "UPDATE pomo_leaderboard SET yearly_pomo = 9");
  EXPECT_TRUE(eventually(
      [&] {
        const auto now = status().at("database_changes").as_object();
        return now.at("mode") == "triggers" && now.at("changes").to_number<int>() == 1;
      },
      seconds{5}));
}

TEST(ForeignRowsEmbedded, AStatementOnTheFileIsOnTheBoardWithinSeconds) {
  service_under_test service;
  service.client().update("anna", 5);
  SQLite::Database file{service.database(), SQLite::OPEN_READWRITE, 5'000};
  file.exec("UPDATE pomo_leaderboard SET yearly_pomo = 50 WHERE user_id = 'anna'");
  EXPECT_TRUE(eventually([&] { return on_board(service, "anna") == 50; }, seconds{5}));
  file.exec("DELETE FROM pomo_leaderboard WHERE user_id = 'anna'");
  EXPECT_TRUE(eventually([&] { return on_board(service, "anna") == -1; }, seconds{5}));
}

} // namespace
} // namespace standings::test
