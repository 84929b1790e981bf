#include "stores/sql/sql_text.hpp"
#include "tests/integration/api.hpp"
#include "tests/support/either_stores.hpp"
#include "tests/support/raw_redis.hpp"
#include "tests/support/service_under_test.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

namespace standings::test {
namespace {

using std::chrono::seconds;

/// The service on both pairs of stores, and another program that writes to the rows of its named
/// leaderboards.
class ForeignScoreRows : public EitherStores {
protected:
  ForeignScoreRows() {
    service.emplace(store_settings());
    for (const auto* id : {"acme", "other"})
      EXPECT_EQ(service->client().put(path(id), "{}").status, 201);
  }

  static std::string path(const std::string& id) { return "/api/leaderboards/" + id; }

  void update(const std::string& id, const std::string& user, int count) {
    EXPECT_EQ(service->client()
                  .post(path(id) + "/update",
                        R"({"user_id":")" + user + R"(","count":)" + std::to_string(count) + "}")
                  .status,
              200);
  }

  /// The user's yearly score as the board has it; -1: the user is not on it.
  std::int64_t on_board(const std::string& id, const std::string& user) {
    auto client = service->client();
    for (const auto& one : whole_board(client, path(id) + "/yearly"))
      if (one.user_id == user)
        return one.score;
    return -1;
  }

  /// Runs a statement on the rows, for which `{scores}` stands.
  void foreign(const std::string& text) {
    const auto statement = replaced(
        text, "{scores}", on_servers() ? "leaderboard_scores" : "standings_leaderboard_scores");
    if (on_servers())
      sql(schema_->url(), statement);
    else
      SQLite::Database{service->database(), SQLite::OPEN_READWRITE, 5'000}.exec(statement);
  }

  std::optional<service_under_test> service;
};
INSTANTIATE_TEST_SUITE_P(On, ForeignScoreRows, testing::Values("embedded", "servers"),
                         [](const auto& with) { return std::string{with.param}; });

TEST_P(ForeignScoreRows, AreOnTheBoardWithinSeconds) {
  update("acme", "cheat", 500);
  update("acme", "fair", 400);
  update("other", "cheat", 30);
  ASSERT_EQ(on_board("acme", "cheat"), 500);
  ASSERT_EQ(on_board("other", "cheat"), 30);
  foreign("UPDATE {scores} SET daily_pomo = 0, weekly_pomo = 0, monthly_pomo = 0, yearly_pomo = 0"
          " WHERE user_id = 'cheat' AND yearly_pomo = 500");
  EXPECT_TRUE(eventually([&] { return on_board("acme", "cheat") == 0; }, seconds{10}));
  foreign("DELETE FROM {scores} WHERE user_id = 'fair'");
  EXPECT_TRUE(eventually([&] { return on_board("acme", "fair") == -1; }, seconds{10}));
  EXPECT_EQ(on_board("other", "cheat"), 30);
  update("acme", "cheat", 7);
  EXPECT_EQ(on_board("acme", "cheat"), 7) << "our updates go on from there";
}

/// As after a kill between the commit and the cache: a version of ours, and no note.
TEST_P(ForeignScoreRows, ThatOurCacheHasMissedAreFoundWhenItIsUsedAgain) {
  update("acme", "anna", 5);
  update("acme", "ben", 6);
  ASSERT_EQ(on_board("acme", "anna"), 5);
  service->kill();
  if (on_servers())
    foreign("SET standings.own = on; INSERT INTO {scores} (leaderboard_id, user_id, yearly_pomo,"
            " updated_at, version) SELECT leaderboard_id, 'carl', 7, updated_at,"
            " nextval('pomo_leaderboard_version') FROM {scores} WHERE user_id = 'anna';"
            " UPDATE {scores} SET yearly_pomo = 50, version = nextval('pomo_leaderboard_version')"
            " WHERE user_id = 'anna'");
  else
    foreign("UPDATE standings_store_clock SET own = 1; INSERT INTO {scores} (leaderboard_id,"
            " user_id, yearly_pomo, updated_at, version) SELECT leaderboard_id, 'carl', 7,"
            " updated_at, version + 10 FROM {scores} WHERE user_id = 'anna';"
            " UPDATE {scores} SET yearly_pomo = 50, version = version + 11 WHERE user_id = 'anna';"
            " UPDATE standings_store_clock SET own = 0, version = version + 11");
  service->start();
  EXPECT_TRUE(eventually([&] { return on_board("acme", "anna") == 50; }, seconds{10}));
  EXPECT_TRUE(eventually([&] { return on_board("acme", "carl") == 7; }, seconds{10}));
  EXPECT_EQ(on_board("acme", "ben"), 6);
}

class ForeignScoreEntries : public ForeignScoreRows {};
INSTANTIATE_TEST_SUITE_P(On, ForeignScoreEntries, testing::Values("servers"),
                         [](const auto& with) { return std::string{with.param}; });

/// Loading the cache anew leaves what claims to be as new as the row, and whom only the cache
/// knows.
TEST_P(ForeignScoreEntries, OfTheCacheThatTheDatabaseDoesNotKnowAreGoneAfterAStart) {
  update("acme", "anna", 5);
  update("acme", "ben", 6);
  ASSERT_EQ(on_board("acme", "anna"), 5);
  service->stop(SIGTERM);
  const raw_redis redis{redis_->port()};
  redis.command({"ZADD", "leaderboard:{acme}:yearly", "999", "anna"});
  service->start();
  EXPECT_TRUE(eventually([&] { return on_board("acme", "anna") == 5; }, seconds{30}));
  EXPECT_EQ(on_board("acme", "ben"), 6);
}

TEST_P(ForeignScoreRows, ThatChangeWhileTheServiceIsAwayAreCarriedWhenItComesBack) {
  update("acme", "anna", 5);
  ASSERT_EQ(on_board("acme", "anna"), 5);
  service->stop(SIGTERM);
  foreign("UPDATE {scores} SET yearly_pomo = 50");
  service->start();
  EXPECT_TRUE(eventually([&] { return on_board("acme", "anna") == 50; }, seconds{10}));
}

} // namespace
} // namespace standings::test
