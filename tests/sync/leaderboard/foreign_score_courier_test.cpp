#include "stores/memory/rank_cache.hpp"
#include "stores/redis/rank_cache.hpp"
#include "stores/sqlite/leaderboard_store.hpp"
#include "sync/leaderboard/foreign_score_courier.hpp"
#include "tests/support/temp_dir.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

namespace standings {
namespace {

/// Named leaderboards on SQLite whose rows another program changes.
class ForeignScoreCourier : public testing::Test {
protected:
  ForeignScoreCourier() {
    for (const auto* id : {"acme", "global"})
      EXPECT_TRUE(store->save(id, {}));
    for (const auto* user : {"anna", "ben", "carl"})
      EXPECT_TRUE(store->apply(std::vector<score_update>{{user, 1, {}, {}, {"acme", "global"}}}));
  }

  rank_cache_ptr on_shelf(const std::string& id) {
    return shelf.put(store->find(id).value().value())->cache;
  }

  void foreign(const std::string& statement) {
    SQLite::Database{dir / "standings.db", SQLite::OPEN_READWRITE, 5'000}.exec(statement);
  }

  carried_scores carry(const foreign_score_place& after = {}, std::size_t limit = 100) {
    return carry_foreign_scores(*store, shelf, after, limit).value();
  }

  static std::int64_t yearly(rank_cache& in, const std::string& user) {
    const auto found = in.find(user).value();
    return found ? found->user.score[3] : -1;
  }

  test::temp_dir dir;
  std::unique_ptr<leaderboard_store> store =
      std::move(open_sqlite_leaderboards({.path = dir / "standings.db"}, score_rules{}).value());
  std::string sick; ///< the leaderboard whose cache cannot be reached
  leaderboard_shelf shelf{[this](const leaderboard& of) {
    redis_cache_options nowhere;
    nowhere.connection.port = 1;
    return of.id == sick ? make_redis_rank_cache(nowhere) : make_memory_rank_cache();
  }};
};

TEST_F(ForeignScoreCourier, BringsRowsToTheCachesOfTheirLeaderboards) {
  const auto acme = on_shelf("acme");
  foreign("UPDATE standings_leaderboard_scores SET yearly_pomo = 9 WHERE leaderboard_id = 1;"
          "UPDATE standings_leaderboard_scores SET yearly_pomo = 7 WHERE leaderboard_id = 2");
  const auto done = carry();
  EXPECT_EQ(done.users, 6U);
  EXPECT_FALSE(done.more);
  EXPECT_TRUE(done.failed.empty());
  EXPECT_EQ(yearly(*acme, "anna"), 9);
  EXPECT_EQ(yearly(*on_shelf("global"), "anna"), 7) << "put on the shelf for it";
  EXPECT_EQ(carry().users, 0U);
}

TEST_F(ForeignScoreCourier, TakesOutWhoIsGone) {
  const auto acme = on_shelf("acme");
  foreign("UPDATE standings_leaderboard_scores SET yearly_pomo = 9");
  carry();
  foreign("DELETE FROM standings_leaderboard_scores WHERE user_id = 'anna'");
  carry();
  EXPECT_EQ(yearly(*acme, "anna"), -1);
  EXPECT_EQ(yearly(*acme, "ben"), 9);
}

TEST_F(ForeignScoreCourier, GoesOnAfterAPlace) {
  foreign("UPDATE standings_leaderboard_scores SET yearly_pomo = 9");
  const auto first = carry({}, 2);
  EXPECT_TRUE(first.more);
  EXPECT_EQ(first.next.number, 1);
  EXPECT_EQ(first.next.user_id, "ben");
  EXPECT_EQ(carry(first.next, 100).users, 4U);
}

TEST_F(ForeignScoreCourier, LeavesNotedWhatACacheThatFailsDoesNotTake) {
  sick = "acme";
  foreign("UPDATE standings_leaderboard_scores SET yearly_pomo = 9");
  const auto done = carry();
  EXPECT_EQ(done.users, 3U) << "those of the other leaderboard";
  ASSERT_EQ(done.failed.size(), 1U);
  EXPECT_EQ(done.failed[0].first, "acme");
  EXPECT_EQ(yearly(*on_shelf("global"), "anna"), 9);
  EXPECT_EQ(store->foreign_scores({}, 10).value().size(), 3U);
}

TEST_F(ForeignScoreCourier, LeavesNotedWhatSettingsThatCannotBeReadKeepFromACache) {
  foreign("UPDATE standings_leaderboard_scores SET yearly_pomo = 9;"
          "UPDATE standings_leaderboards SET settings = '[]' WHERE name = 'acme'");
  const auto done = carry();
  EXPECT_EQ(done.users, 3U) << "those of the other leaderboard";
  EXPECT_TRUE(done.failed.empty());
  EXPECT_FALSE(shelf.holds("acme"));
  foreign("UPDATE standings_leaderboards SET settings = '{}' WHERE name = 'acme'");
  EXPECT_EQ(carry().users, 3U);
  EXPECT_EQ(yearly(*on_shelf("acme"), "anna"), 9);
}

TEST_F(ForeignScoreCourier, SettlesWhatIsInNoLeaderboard) {
  ASSERT_TRUE(store->archive("global").value());
  foreign("UPDATE standings_leaderboard_scores SET yearly_pomo = 9;"
          "INSERT INTO standings_leaderboard_scores (leaderboard_id, user_id, updated_at, version)"
          " VALUES (77, 'nobody', 0, 0)");
  EXPECT_EQ(carry().users, 7U);
  EXPECT_FALSE(shelf.holds("global"));
  EXPECT_TRUE(store->foreign_scores({}, 10).value().empty());
}

} // namespace
} // namespace standings
