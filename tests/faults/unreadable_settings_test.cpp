#include "tests/integration/api.hpp"
#include "tests/support/either_stores.hpp"
#include "tests/support/service_under_test.hpp"

#include <SQLiteCpp/Database.h>
#include <gmock/gmock.h>

#include <chrono>
#include <csignal>
#include <thread>

namespace standings::test {
namespace {

using testing::HasSubstr;

/// A leaderboard in which the lowest wins, whose settings another program damages.
class DamagedSettings : public EitherStores {
protected:
  DamagedSettings() {
    service.emplace(store_settings());
    client.emplace(service->client());
    EXPECT_EQ(client->put(laps, R"({"order":"asc","mode":"best"})").status, 201);
    EXPECT_EQ(update("fast", 10).status, 200);
    EXPECT_EQ(update("slow", 30).status, 200);
    EXPECT_EQ(board(), in_order);
  }

  void write_settings(const std::string& text) {
    if (schema_) {
      sql(schema_->url(), "UPDATE leaderboards SET settings = '" + text + "'");
      return;
    }
    SQLite::Database db{service->database(), SQLite::OPEN_READWRITE, 5'000};
    db.exec("UPDATE standings_leaderboards SET settings = '" + text + "'");
  }
  void repair() { write_settings(R"({"order":"asc","mode":"best"})"); }

  response update(const std::string& user, int count) {
    return client->post(laps + "/update",
                        R"({"user_id":")" + user + R"(","count":)" + std::to_string(count) + "}");
  }

  std::vector<standing> board() { return whole_board(*client, laps + "/daily"); }

  static constexpr std::chrono::milliseconds limit{20'000};
  const std::string laps = "/api/leaderboards/laps";
  const std::vector<standing> in_order{{"fast", 10}, {"slow", 30}};
  std::optional<service_under_test> service;
  std::optional<http_client> client;
};
INSTANTIATE_TEST_SUITE_P(On, DamagedSettings, testing::Values("embedded", "servers"),
                         [](const auto& with) { return std::string{with.param}; });

TEST_P(DamagedSettings, LeaveBoardsInUseAsTheyAre) {
  write_settings("[]");
  EXPECT_EQ(update("new", 1).status, 422);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(board(), in_order);
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
  }
  repair();
  EXPECT_TRUE(eventually([&] { return update("new", 1).status == 200; }, limit));
  EXPECT_EQ(board(), (std::vector<standing>{{"new", 1}, {"fast", 10}, {"slow", 30}}));
}

TEST_P(DamagedSettings, AreNamedToWhoeverReadsABoardThatIsNotInUse) {
  service->stop(SIGTERM);
  write_settings(R"({"order":"ASC","mode":"best"})");
  service->start();
  client.emplace(service->client());
  for (const auto* rest : {"/daily", "/user/fast", ""}) {
    const auto answer = client->get(laps + rest);
    EXPECT_EQ(answer.status, 422) << answer.body;
    EXPECT_EQ(answer.problem_code(), "rejected_row");
    EXPECT_THAT(answer.body, HasSubstr("'order'"));
  }
  repair();
  EXPECT_TRUE(eventually([&] { return client->get(laps + "/daily").status == 200; }, limit));
  EXPECT_EQ(board(), in_order);
}

TEST_P(DamagedSettings, AreNamedToWhoeverUpdatesOrChangesOthers) {
  write_settings(R"({"order":"asc","mode":"best","max_count":-1})");
  const auto named = [](const response& answer) {
    return answer.status == 422 && answer.problem_code() == "rejected_row"
           && answer.body.find("'max_count'") != std::string::npos;
  };
  for (int i = 0; i < 20; ++i) { // before and after the service has noticed
    const auto updated = update("fast", 5);
    EXPECT_TRUE(named(updated)) << updated.body;
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
  }
  const auto changed = client->put(laps, R"({"metadata":{"colour":"red"}})");
  EXPECT_TRUE(named(changed)) << changed.body;
  const auto reset = client->post(laps + "/admin/reset/daily", "");
  EXPECT_TRUE(named(reset)) << reset.body;
}

} // namespace
} // namespace standings::test
