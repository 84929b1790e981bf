#include "stores/sql/sql_text.hpp"
#include "tests/support/score_store_suite.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

using ids = std::vector<std::string>;

/// The rows of named leaderboards, which other programs change.
class ForeignScores : public testing::TestWithParam<test::score_store_backend> {
protected:
  leaderboard make(const std::string& id) { return store->save(id, {}).value().now; }

  /// The user's state in `acme`.
  user_record add(const std::string& user_id, std::int64_t count) {
    const auto done = test::apply_until_unlocked(*store, {{user_id, count, {}, {}, {"acme"}}});
    EXPECT_EQ(done.at(0).code, errc::none) << done.at(0).detail;
    return get(user_id);
  }

  user_record get(const std::string& user_id) {
    return store->scores_of(acme)->find(user_id).value().value();
  }

  bool knows(const std::string& user_id) {
    return store->scores_of(acme)->find(user_id).value().has_value();
  }

  /// Runs a statement as another program; `{scores}` stands for the table.
  void foreign(const std::string& statement) {
    harness->foreign(replaced(statement, "{scores}", "{own}leaderboard_scores"));
  }

  ids noted() {
    ids out;
    for (const auto& one : store->foreign_scores({}, 1'000).value())
      out.push_back(one.leaderboard + "/" + one.change.user_id);
    return out;
  }

  std::unique_ptr<test::score_store_harness> harness = GetParam().make();
  std::unique_ptr<leaderboard_store> store = harness->open_leaderboards();
  leaderboard acme = make("acme");
};

TEST_P(ForeignScores, OurOwnWritesAreNone) {
  make("global");
  auto feeding = leaderboard_settings{};
  feeding.feeds = {"global", "default"};
  ASSERT_TRUE(store->save("acme", feeding));
  add("anna", 1);
  add("ben", 2);
  const auto of = store->scores_of(acme);
  ASSERT_TRUE(of->put(std::vector<user_record>{{"carl", {1, 2, 3, 4}, sys_time{}, 0}}));
  ASSERT_TRUE(store->set_metadata("acme", "anna", R"({"name": "Anna"})"));
  ASSERT_TRUE(of->remove("anna", "admin").value());
  ASSERT_TRUE(of->reset(period::daily));
  while (of->tidy(100).value() > 0) {
  }
  ASSERT_TRUE(store->archive("global").value());
  EXPECT_EQ(noted(), ids{});
}

TEST_P(ForeignScores, TimesBeyondAllBoundsDisturbNobodyElse) {
  const bool sqlite = GetParam().name == "sqlite";
  const std::string time = sqlite ? "9223372036854775807" : "'infinity'";
  const auto number = std::to_string(acme.number);
  make("calm");
  add("anna", 5);
  const std::vector<std::string> damages{
      "UPDATE {own}leaderboards SET created_at = " + time + " WHERE name = 'acme'",
      "UPDATE {own}leaderboards SET last_used_at = " + time + " WHERE name = 'acme'",
      "INSERT INTO {own}leaderboard_periods VALUES (" + number + ", 'daily', " + time
          + ") ON CONFLICT (leaderboard_id, period) DO UPDATE SET started_at = " + time,
      // as an import does that leaves triggers out
      std::string{sqlite ? "DROP TRIGGER {own}foreign_score_update; "
                         : "SET session_replication_role = replica; "}
          + "UPDATE {scores} SET updated_at = " + time + " WHERE user_id = 'anna'"};
  for (const auto& damage : damages) {
    foreign(damage);
    store = harness->open_leaderboards();
    const auto done = test::apply_until_unlocked(
        *store, {{"ben", 1, {}, {}, {"calm"}}, {"anna", 1, {}, {}, {"acme"}}});
    EXPECT_EQ(done.at(0).code, errc::none) << damage << done.at(0).detail;
    EXPECT_EQ(done.at(1).code, errc::none) << damage << done.at(1).detail;
    EXPECT_EQ(store->list({{}, {}, 10}).value().size(), 2) << damage;
    EXPECT_EQ(store->recently_used(10).value().size(), 2) << damage;
    EXPECT_TRUE(knows("anna")) << damage;
    EXPECT_TRUE(store->scores_of(acme)->periods()) << damage;
    EXPECT_TRUE(store->past_periods("acme", period::daily)) << damage;
    EXPECT_TRUE(store->past_periods("calm", period::daily)) << damage;
  }
}

TEST_P(ForeignScores, WhatIsPurgedIsNone) {
  add("anna", 1);
  ASSERT_TRUE(store->archive("acme").value());
  harness->foreign(
      "UPDATE {own}leaderboards SET archived_at = "
      + std::string{GetParam().name == "sqlite" ? "0" : "TIMESTAMPTZ '2001-01-01 00:00:00+00'"});
  while (store->purge(100).value() > 0) {
  }
  EXPECT_FALSE(store->find("acme").value());
  EXPECT_EQ(noted(), ids{});
}

TEST_P(ForeignScores, AnUpdateGetsAVersionAndIsNoted) {
  const auto before = add("anna", 5);
  add("ben", 1);
  foreign("UPDATE {scores} SET yearly_pomo = 600 WHERE user_id = 'anna'");
  EXPECT_GT(get("anna").version, before.version);
  EXPECT_EQ(get("anna").score, (scores{5, 5, 5, 600}));
  const auto notes = store->foreign_scores({}, 10).value();
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(notes[0].number, acme.number);
  EXPECT_EQ(notes[0].leaderboard, "acme");
  EXPECT_EQ(notes[0].change.user_id, "anna");
  EXPECT_EQ(notes[0].change.version, get("anna").version);
}

TEST_P(ForeignScores, ANewRowGetsAVersion) {
  const auto last = add("anna", 1).version;
  foreign("INSERT INTO {scores} (leaderboard_id, user_id, daily_pomo, yearly_pomo, updated_at,"
          " version) SELECT leaderboard_id, 'ben', 3, 4, updated_at, 0 FROM {scores}");
  EXPECT_GT(get("ben").version, last);
  EXPECT_EQ(get("ben").score, (scores{3, 0, 0, 4}));
  EXPECT_EQ(noted(), ids{"acme/ben"});
}

TEST_P(ForeignScores, ADeletedRowIsArchived) {
  const auto anna = add("anna", 5);
  foreign("DELETE FROM {scores} WHERE user_id = 'anna'");
  EXPECT_FALSE(knows("anna"));
  const auto gone = store->scores_of(acme)->scan_deletions({}, 10).value();
  ASSERT_EQ(gone.size(), 1U);
  EXPECT_EQ(gone[0].user_id, "anna");
  EXPECT_GT(gone[0].version, anna.version);
  EXPECT_EQ(store->foreign_scores({}, 10).value().at(0).change.version, gone[0].version);
}

TEST_P(ForeignScores, ATruncatedTableIsArchived) {
  if (GetParam().name == "sqlite")
    GTEST_SKIP() << "SQLite has no TRUNCATE";
  add("anna", 5);
  add("ben", 5);
  foreign("TRUNCATE {scores}");
  EXPECT_EQ(store->scores_of(acme)->scan_deletions({}, 10).value().size(), 2U);
  EXPECT_EQ(noted(), (ids{"acme/anna", "acme/ben"}));
}

TEST_P(ForeignScores, ARenamedUserIsTheEndOfOneAndTheBeginOfAnother) {
  add("anna", 5);
  foreign("UPDATE {scores} SET user_id = 'anne' WHERE user_id = 'anna'");
  EXPECT_EQ(noted(), (ids{"acme/anna", "acme/anne"}));
  EXPECT_EQ(get("anne").score[0], 5);
  EXPECT_EQ(store->scores_of(acme)->scan_deletions({}, 10).value().size(), 1U);
}

TEST_P(ForeignScores, AUserMovedToAnotherLeaderboardIsNotedInBoth) {
  const auto other = make("global");
  add("anna", 5);
  foreign("UPDATE {scores} SET leaderboard_id = " + std::to_string(other.number));
  EXPECT_EQ(noted(), (ids{"acme/anna", "global/anna"}));
  EXPECT_FALSE(knows("anna"));
}

TEST_P(ForeignScores, AChangeOfMetadataAloneIsNone) {
  const auto before = add("anna", 1);
  foreign(R"(UPDATE {scores} SET metadata = '{"name": "Anna"}', daily_pomo = daily_pomo)");
  EXPECT_EQ(get("anna"), before);
  EXPECT_EQ(noted(), ids{});
}

TEST_P(ForeignScores, MetadataThatTheyWriteIsShown) {
  add("anna", 1);
  ASSERT_FALSE(store->find("acme").value()->has_user_metadata);
  foreign(R"(UPDATE {scores} SET metadata = '{"name": "Anna"}')");
  EXPECT_TRUE(store->find("acme").value()->has_user_metadata);
  const ids one{"anna"};
  EXPECT_EQ(store->metadata_of(acme, one).value().at("anna"), R"({"name": "Anna"})");
}

TEST_P(ForeignScores, AnExpiredScoreThatNobodyTouchedDoesNotComeBack) {
  add("anna", 7);
  ASSERT_TRUE(store->scores_of(acme)->reset(period::daily));
  foreign("UPDATE {scores} SET yearly_pomo = 100 WHERE user_id = 'anna'");
  EXPECT_EQ(get("anna").score, (scores{0, 7, 7, 100}));
}

TEST_P(ForeignScores, AScoreThatWasWrittenAfterItsPeriodEndedCounts) {
  add("anna", 7);
  ASSERT_TRUE(store->scores_of(acme)->reset(period::daily));
  foreign("UPDATE {scores} SET daily_pomo = 3 WHERE user_id = 'anna'");
  EXPECT_EQ(get("anna").score, (scores{3, 7, 7, 7}));
}

TEST_P(ForeignScores, AVersionThatIsLoweredAloneIsAChange) {
  add("anna", 5);
  const auto before = add("anna", 7);
  foreign("UPDATE {scores} SET version = 1");
  EXPECT_GT(get("anna").version, before.version);
  EXPECT_EQ(get("anna").updated_at, before.updated_at) << "nobody has scored";
  EXPECT_EQ(noted(), ids{"acme/anna"});
}

TEST_P(ForeignScores, AUserChangedAgainStaysNotedAndOthersAreSettled) {
  add("anna", 1);
  add("ben", 1);
  foreign("UPDATE {scores} SET daily_pomo = 2");
  const auto seen = store->foreign_scores({}, 10).value();
  foreign("UPDATE {scores} SET daily_pomo = 3 WHERE user_id = 'anna'");
  ASSERT_TRUE(store->settle(seen));
  EXPECT_EQ(noted(), ids{"acme/anna"});
}

TEST_P(ForeignScores, AreListedInPagesByLeaderboardAndUser) {
  make("global");
  for (const auto* user : {"a", "b", "c"})
    test::apply_until_unlocked(*store, {{user, 1, {}, {}, {"acme", "global"}}});
  foreign("UPDATE {scores} SET daily_pomo = 2");
  ids seen;
  foreign_score_place after;
  for (;;) {
    const auto page = store->foreign_scores(after, 2).value();
    for (const auto& one : page)
      seen.push_back(one.leaderboard + "/" + one.change.user_id);
    if (page.size() < 2)
      break;
    after = {page.back().number, page.back().change.user_id};
  }
  EXPECT_EQ(seen, (ids{"acme/a", "acme/b", "acme/c", "global/a", "global/b", "global/c"}));
}

TEST_P(ForeignScores, InAnArchivedLeaderboardHaveNoId) {
  add("anna", 1);
  ASSERT_TRUE(store->archive("acme").value());
  foreign("UPDATE {scores} SET daily_pomo = 2");
  EXPECT_EQ(store->foreign_scores({}, 10).value().at(0).leaderboard, "");
}

TEST_P(ForeignScores, OurUpdatesGoOnOnTopOfThem) {
  add("anna", 5);
  foreign("UPDATE {scores} SET daily_pomo = 100 WHERE user_id = 'anna'");
  const auto theirs = get("anna");
  const auto ours = add("anna", 1);
  EXPECT_EQ(ours.score[0], 101);
  EXPECT_GT(ours.version, theirs.version);
}

STANDINGS_OVER_SCORE_STORES(ForeignScores);

} // namespace
} // namespace standings
