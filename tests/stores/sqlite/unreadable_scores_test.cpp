#include "core/leaderboard/leaderboard_id.hpp"
#include "tests/support/sqlite_store_harness.hpp"
#include "tests/support/store_times.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace standings {
namespace {

using test::at;
using testing::HasSubstr;
using texts = std::vector<std::string>;
using score_updates = std::vector<score_update>;

constexpr auto named_rows = "standings_leaderboard_scores";
const texts no_whole_numbers{"'abc'", "x'00ff'", "1.5"};

/// Scores to which another program gives a value of another type; ann and ben have 5 in the default
/// leaderboard and in `acme`.
class SqliteUnreadableScores : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_TRUE(named->save("acme", {}));
    for (const auto* user : {"ann", "ben"})
      ASSERT_EQ(add_to({"default", "acme"}, user, 5).code, errc::none);
  }

  /// Keeps the row's time near the harness's, which a trigger would make that of the machine.
  void damage(const std::string& table, const std::string& column, const std::string& value) {
    harness.foreign("UPDATE " + table + " SET " + column + " = " + value
                    + ", updated_at = updated_at + 1 WHERE user_id = 'ann'");
  }

  texts row_of_ann(const std::string& table) {
    return harness
        .query("SELECT quote(daily_pomo), quote(weekly_pomo), quote(monthly_pomo),"
               " quote(yearly_pomo), version FROM "
               + table + " WHERE user_id = 'ann'")
        .at(0);
  }

  update_outcome add_to(texts leaderboards, const std::string& user, std::int64_t count,
                        const std::string& key = {}) {
    const score_updates one{{user, count, key, {}, std::move(leaderboards)}};
    return named->apply(one).value().at(0);
  }

  std::unique_ptr<score_store> of_acme() {
    return named->scores_of(named->find("acme").value().value());
  }

  static texts users_of(const board_page& page) {
    texts out;
    for (const auto& entry : page.entries)
      out.push_back(entry.user.user_id + " " + std::to_string(entry.score));
    return out;
  }

  test::sqlite_store_harness harness;
  std::unique_ptr<score_store> store = harness.open();
  std::unique_ptr<leaderboard_store> named = harness.open_leaderboards({});
};

TEST_F(SqliteUnreadableScores, RefuseUpdatesOfTheirUserAlone) {
  std::int64_t score_of_ben = 5;
  for (const auto& value : no_whole_numbers) {
    damage("{table}", "weekly_pomo", value);
    const auto before = row_of_ann("{table}");
    const auto done =
        store->apply(score_updates{{"ann", 1, {}}, {"ben", 1, {}}, {"ann", 2, "k"}}).value();
    for (const auto i : {0U, 2U}) {
      EXPECT_EQ(done[i].code, errc::rejected_row) << value;
      EXPECT_THAT(done[i].detail, HasSubstr("'weekly_pomo'"));
    }
    EXPECT_EQ(done[1].user.score[0], ++score_of_ben);
    EXPECT_EQ(row_of_ann("{table}"), before);
  }
  damage("{table}", "weekly_pomo", "7");
  EXPECT_EQ(store->apply(score_updates{{"ann", 1, {}}}).value()[0].user.score,
            (scores{6, 8, 6, 6}));
}

TEST_F(SqliteUnreadableScores, OfANamedLeaderboardRefuseUpdatesThatReachTheirRow) {
  std::int64_t score_of_ben = 5;
  for (const auto& value : no_whole_numbers) {
    damage(named_rows, "daily_pomo", value);
    const auto before = row_of_ann(named_rows);
    const auto of_default = row_of_ann("{table}");
    const score_updates batch{{"ann", 1, {}, {}, {"acme"}},
                              {"ben", 1, {}, {}, {"acme"}},
                              {"ann", 1, {}, {}, {"default", "acme"}}};
    const auto done = named->apply(batch).value();
    for (const auto i : {0U, 2U}) {
      EXPECT_EQ(done[i].code, errc::rejected_row) << value;
      EXPECT_EQ(done[i].refused_by, "acme");
      EXPECT_THAT(done[i].detail, HasSubstr("'daily_pomo'"));
    }
    EXPECT_EQ(done[1].user.score[0], ++score_of_ben);
    EXPECT_EQ(row_of_ann(named_rows), before);
    EXPECT_EQ(row_of_ann("{table}"), of_default) << "in all of them or in none";
    EXPECT_EQ(add_to({"default"}, "ann", 1).code, errc::none);
  }
}

TEST_F(SqliteUnreadableScores, OfTheDefaultLeaderboardRefuseUpdatesOfOthersThatFeedIt) {
  damage("{table}", "yearly_pomo", "'abc'");
  const auto before = row_of_ann("{table}");
  EXPECT_EQ(add_to({"acme", "default"}, "ann", 1).refused_by, "default");
  EXPECT_EQ(row_of_ann("{table}"), before);
  EXPECT_EQ(add_to({"acme"}, "ann", 1).user.score[0], 6);
}

TEST_F(SqliteUnreadableScores, LeaveWhatWasCountedUnderAKeyToBeTold) {
  ASSERT_EQ(add_to({"acme"}, "ann", 2, "k").code, errc::none);
  ASSERT_EQ(store->apply(score_updates{{"ann", 3, "k"}}).value()[0].code, errc::none);
  damage(named_rows, "daily_pomo", "'abc'");
  damage("{table}", "daily_pomo", "'abc'");
  EXPECT_TRUE(add_to({"acme"}, "ann", 2, "k").replayed);
  EXPECT_TRUE(store->apply(score_updates{{"ann", 3, "k"}}).value()[0].replayed);
}

TEST_F(SqliteUnreadableScores, StopNoPageAndStandBehindAllOthers) {
  damage("{table}", "daily_pomo", "'abc'");
  damage(named_rows, "daily_pomo", "x'00ff'");
  const texts wanted{"ben 5", "ann 0"};
  EXPECT_EQ(users_of(store->top(period::daily, 0, 10).value()), wanted);
  EXPECT_EQ(users_of(of_acme()->top(period::daily, 0, 10).value()), wanted);
  EXPECT_EQ(store->scan({}, 10).value().size(), 2U);
  EXPECT_EQ(of_acme()->scan({}, 10).value().size(), 2U);
}

TEST_F(SqliteUnreadableScores, AreNotTidiedAwayAndStandOnNoEndedBoard) {
  harness.use_calendar(calendar{});
  store = harness.open();
  named = harness.open_leaderboards({});
  leaderboard_settings lowest_first;
  lowest_first.rules.order = score_order::asc;
  const auto laps = named->scores_of(named->save("laps", lowest_first).value().now);
  for (const auto* user : {"ann", "ben"})
    ASSERT_EQ(add_to({"laps"}, user, 5).code, errc::none);
  ASSERT_TRUE(store->periods());
  ASSERT_TRUE(of_acme()->periods());
  damage("{table}", "daily_pomo", "'abc'");
  damage(named_rows, "daily_pomo", "'abc'");
  const auto of_default = row_of_ann("{table}");
  const auto in_acme = row_of_ann(named_rows);
  harness.set_time(at("2026-03-11T12:00:00Z"));
  EXPECT_EQ(store->tidy(10).value(), 1U) << "ben";
  EXPECT_EQ(of_acme()->tidy(10).value(), 1U);
  EXPECT_EQ(row_of_ann("{table}"), of_default);
  EXPECT_EQ(row_of_ann(named_rows), in_acme);
  EXPECT_EQ(laps->periods().value().starts[0], at("2026-03-11T00:00:00Z")); // which closes the day
  for (const auto* id : {"default", "acme", "laps"}) {
    const auto page = named->past(id, period::daily, at("2026-03-10T12:00:00Z"), 0, 10).value();
    ASSERT_TRUE(page) << id;
    EXPECT_EQ(page->entries, (std::vector<past_entry>{{1, "ben", 5}})) << id;
  }
}

TEST_F(SqliteUnreadableScores, AreNotReplacedByReconcile) {
  const auto rows = harness.open_rows();
  damage("{table}", "daily_pomo", "'abc'");
  const auto before = row_of_ann("{table}");
  const auto version = store->find("ann").value()->version;
  const std::vector<row_change> changes{{{"ann", {9, 9, 9, 9}, {}, 0}, version}};
  EXPECT_TRUE(rows->write(changes).value().empty());
  EXPECT_EQ(row_of_ann("{table}"), before);
}

TEST_F(SqliteUnreadableScores, StayInTheArchiveWhenARunIsUndone) {
  damage("{table}", "daily_pomo", "'abc'");
  for (const auto* user : {"ann", "ben"})
    ASSERT_TRUE(store->remove(user, "run").value());
  const auto back = harness.open_rows()->restore("run", {}, 10).value();
  ASSERT_EQ(back.size(), 1U);
  EXPECT_EQ(back[0].user_id, "ben");
  EXPECT_EQ(harness.query("SELECT daily_pomo FROM {table}_deleted WHERE user_id = 'ann'"),
            (std::vector<texts>{{"abc"}}));
}

TEST_F(SqliteUnreadableScores, WaitForTheirRepairBeforeWhatWasLostIsRecovered) {
  const auto history = harness.open_history();
  auto cached = store->find("ann").value().value();
  cached.score = {9, 9, 9, 9};
  const std::vector<lost_state> lost{{cached, {5, 5, 5, 5}}};
  history->keep("event", "a dump was restored", lost).value();
  damage("{table}", "daily_pomo", "'abc'");
  const auto before = row_of_ann("{table}");
  EXPECT_TRUE(history->recover("event", {}, 10, false).value()->users.empty());
  EXPECT_EQ(row_of_ann("{table}"), before);
  damage("{table}", "daily_pomo", "5");
  EXPECT_EQ(history->recover("event", {}, 10, false).value()->users.size(), 1U);
  EXPECT_EQ(store->find("ann").value()->score, (scores{9, 9, 9, 9}));
}

TEST(SqliteScoresOfAnAdoptedTable, CountOnWhereColumnsAreReal) {
  test::sqlite_store_harness harness;
  harness.raw()->exec("CREATE TABLE pomo_leaderboard (user_id TEXT PRIMARY KEY NOT NULL,"
                      " daily_pomo REAL NOT NULL, weekly_pomo REAL NOT NULL,"
                      " monthly_pomo REAL NOT NULL, yearly_pomo REAL NOT NULL,"
                      " updated_at INTEGER NOT NULL);"
                      "INSERT INTO pomo_leaderboard VALUES ('ann', 5, 5, 5, 5, 1773100000)");
  const auto store = harness.open();
  EXPECT_EQ(store->apply(score_updates{{"ann", 1, {}}}).value()[0].user.score,
            (scores{6, 6, 6, 6}));
  const auto named = harness.open_leaderboards({});
  const auto done = named->apply(score_updates{{"ann", 1, {}, {}, {"default"}}}).value();
  EXPECT_EQ(done[0].user.score, (scores{7, 7, 7, 7}));
  EXPECT_EQ(harness.query("SELECT typeof(daily_pomo) FROM {table}"),
            (std::vector<texts>{{"real"}}));
}

} // namespace
} // namespace standings
