#include "tests/support/both_stores.hpp"
#include "tests/support/held_transaction.hpp"
#include "tests/support/postgres_store_harness.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace standings {
namespace {

using enum errc;
using ::testing::ElementsAre;

/// Two leaderboards of which one feeds the other and the default one.
class PostgresLeaderboardLocks : public testing::Test {
protected:
  PostgresLeaderboardLocks() {
    store->save("global", {}).value();
    leaderboard_settings feeding;
    feeding.feeds = {"global", "default"};
    store->save("eu", feeding).value();
  }

  std::vector<errc> apply() {
    std::vector<errc> out;
    const std::vector<score_update> batch{{"anna", 1, {}, {}, {"eu"}},
                                          {"ben", 2, {}, {}, {"eu"}},
                                          {"anna", 4, {}, {}, {"global"}},
                                          {"cleo", 8, {}, {}, {"global"}}};
    for (const auto& outcome : store->apply(batch).value())
      out.push_back(outcome.code);
    return out;
  }

  std::int64_t score(const std::string& id, const std::string& user) {
    const auto found = store->scores_of(*store->find(id).value())->find(user).value();
    return found ? found->score[3] : -1;
  }

  std::string named(const std::string& sql) { return with_names(sql, names_of(harness.options())); }

  test::postgres_store_harness harness;
  const std::string url = harness.options().url;
  std::unique_ptr<leaderboard_store> store = harness.open_leaderboards({});
};

TEST_F(PostgresLeaderboardLocks, TheStartsOfANewOneWaitForNobody) {
  harness.use_calendar(*calendar::make("UTC", "monday"));
  const auto fresh = store->save("fresh", {}).value().now;
  harness.foreign("DELETE FROM {own}past_periods"); // as if it was made long ago
  store = harness.open_leaderboards({});
  std::optional<period_state> seen;
  {
    const test::held_transaction other{url,
                                       named("LOCK TABLE {own}past_periods IN EXCLUSIVE MODE")};
    const auto asked = store->scores_of(fresh)->periods();
    ASSERT_TRUE(asked) << asked.error().detail;
    seen = *asked;
  }
  EXPECT_EQ(store->scores_of(fresh)->periods().value().starts, seen->starts);
  EXPECT_EQ(test::sql(url, named("SELECT count(*) FROM {own}past_periods WHERE leaderboard_id = "
                                 + std::to_string(fresh.number)))[0][0]
                .as<int>(),
            4)
      << "the next call opens them";
}

TEST_F(PostgresLeaderboardLocks, ALockedRowCostsItsUserAlone) {
  ASSERT_THAT(apply(), ElementsAre(none, none, none, none));
  {
    const test::held_transaction other{
        url, named("SELECT 1 FROM {own}leaderboard_scores WHERE user_id = 'anna' FOR UPDATE")};
    for (int i = 0; i < 2; ++i)
      EXPECT_THAT(apply(), ElementsAre(overloaded, none, overloaded, none));
  }
  EXPECT_EQ(score("eu", "anna"), 1);
  EXPECT_EQ(score("eu", "ben"), 6);
  EXPECT_EQ(score("global", "cleo"), 24);
  EXPECT_THAT(apply(), ElementsAre(none, none, none, none));
  EXPECT_EQ(score("global", "anna"), 10);
}

TEST_F(PostgresLeaderboardLocks, ALockedRowOfTheDefaultLeaderboardDoesTheSame) {
  ASSERT_THAT(apply(), ElementsAre(none, none, none, none));
  const test::held_transaction other{
      url, named("SELECT 1 FROM {table} WHERE user_id = 'ben' FOR UPDATE")};
  EXPECT_THAT(apply(), ElementsAre(none, overloaded, none, none));
  EXPECT_EQ(score("eu", "ben"), 2);
  EXPECT_EQ(score("global", "ben"), 2) << "in all or in none";
}

TEST_F(PostgresLeaderboardLocks, ARowThatIsBeingMadeIsNotMadeTwice) {
  {
    const test::held_transaction other{
        url, named("INSERT INTO {own}leaderboard_scores (leaderboard_id, user_id, daily_pomo,"
                   " weekly_pomo, monthly_pomo, yearly_pomo, updated_at, version)"
                   " SELECT id, 'anna', 100, 100, 100, 100, now(), 1 FROM {own}leaderboards"
                   " WHERE name = 'global'")};
    EXPECT_THAT(apply(), ElementsAre(overloaded, none, overloaded, none));
  }
  EXPECT_THAT(apply(), ElementsAre(none, none, none, none));
  EXPECT_EQ(score("global", "anna"), 5);
  EXPECT_EQ(score("global", "ben"), 4);
}

} // namespace
} // namespace standings
