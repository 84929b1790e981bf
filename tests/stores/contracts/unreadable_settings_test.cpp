#include "core/leaderboard/leaderboard_id.hpp"
#include "tests/support/score_store_suite.hpp"
#include "tests/support/store_times.hpp"

namespace standings {
namespace {

using test::at;
using texts = std::vector<std::string>;

/// A leaderboard of Berlin, where 26 November begins at 23:00 UTC of the 25th, whose settings
/// another program damages.
class UnreadableSettings : public testing::TestWithParam<test::score_store_backend> {
protected:
  void SetUp() override {
    harness->use_calendar(calendar{});
    harness->set_time(at("2026-11-25T23:05:00Z"));
    store = harness->open_leaderboards();
    leaderboard_settings settings;
    settings.time_zone = "Europe/Berlin";
    ASSERT_TRUE(store->save("berlin", settings));
    ASSERT_EQ(add("anna", 10).code, errc::none);
    before = find();
    harness->set_time(at("2026-11-26T00:20:00Z")); // a new day in UTC alone
    ASSERT_TRUE(scores()->periods());              // which records the starts of an hour ago
  }

  void write_settings(const std::string& text) {
    harness->foreign("UPDATE {own}leaderboards SET settings = '" + text
                     + "' WHERE name = 'berlin'");
  }
  void damage() { write_settings(R"({"time_zone":"Europe/Berln"})"); }
  void repair() { write_settings(settings_json(before.settings)); }

  leaderboard find() { return store->find("berlin").value().value(); }
  std::unique_ptr<score_store> scores() { return store->scores_of(find()); }

  /// The leaderboard as a shelf that knows its settings has it while they cannot be read.
  leaderboard remembered() {
    auto out = find();
    out.settings = before.settings;
    out.is_remembered = true;
    return out;
  }

  update_outcome add(const std::string& user_id, std::int64_t count, texts to = {"berlin"}) {
    return test::apply_until_unlocked(*store, {{user_id, count, {}, {}, std::move(to)}}).at(0);
  }

  std::int64_t daily(score_store& of) { return of.find("anna").value()->score[0]; }

  texts past() {
    texts out;
    for (const auto& one : store->past_periods("berlin", period::daily).value())
      out.push_back(to_iso8601(one.started_at).substr(0, 16));
    return out;
  }

  std::unique_ptr<test::score_store_harness> harness = GetParam().make();
  std::unique_ptr<leaderboard_store> store;
  leaderboard before;
};
STANDINGS_OVER_SCORE_STORES(UnreadableSettings);

TEST_P(UnreadableSettings, EndNoPeriodByACalendarThatIsNotTheirs) {
  damage();
  const auto state = scores()->periods().value();
  EXPECT_EQ(state.starts[index_of(period::daily)], at("2026-11-25T23:00:00Z"));
  EXPECT_EQ(scores()->tidy(10).value(), 0U);
  EXPECT_EQ(past(), texts{});
  EXPECT_EQ(daily(*scores()), 10);
  repair();
  EXPECT_EQ(daily(*scores()), 10);
  EXPECT_EQ(scores()->periods().value().starts, state.starts);
  EXPECT_EQ(add("anna", 1).user.score[0], 11);
  EXPECT_EQ(past(), texts{});
}

TEST_P(UnreadableSettings, LeaveWhatHasEndedMeanwhileToBeClosedOnceTheyCanBeRead) {
  damage();
  harness->set_time(at("2026-11-26T23:30:00Z"));
  scores()->periods().value();
  EXPECT_EQ(past(), texts{});
  repair();
  EXPECT_EQ(past(), texts{"2026-11-25T23:00"});
  EXPECT_EQ(daily(*scores()), 0);
}

TEST_P(UnreadableSettings, LeaveEndedPeriodsToBeListed) {
  harness->set_time(at("2026-11-26T23:30:00Z"));
  add("anna", 1);
  damage();
  harness->set_time(at("2026-11-28T12:00:00Z"));
  EXPECT_EQ(past(), texts{"2026-11-25T23:00"});
  const auto page = store->past("berlin", period::daily, at("2026-11-26T12:00:00Z"), 0, 10).value();
  ASSERT_TRUE(page);
  EXPECT_EQ(page->entries, (std::vector<past_entry>{{1, "anna", 10}}));
}

TEST_P(UnreadableSettings, RefuseAReset) {
  damage();
  EXPECT_EQ(scores()->reset(period::daily).error().code, errc::rejected_row);
  EXPECT_EQ(store->scores_of(remembered())->reset(period::daily).error().code, errc::rejected_row);
  repair();
  EXPECT_EQ(daily(*scores()), 10);
  EXPECT_EQ(past(), texts{});
}

TEST_P(UnreadableSettings, ThatAreRememberedEndPeriodsForReadersAlone) {
  damage();
  harness->set_time(at("2026-11-26T23:30:00Z"));
  const auto known = store->scores_of(remembered());
  const auto state = known->periods().value();
  EXPECT_EQ(state.starts[index_of(period::daily)], at("2026-11-26T23:00:00Z"));
  EXPECT_EQ(state.next_boundary, at("2026-11-27T23:00:00Z"));
  EXPECT_EQ(daily(*known), 0);
  EXPECT_EQ(known->tidy(10).value(), 0U);
  EXPECT_EQ(daily(*scores()), 10) << "nothing was recorded";
  EXPECT_EQ(past(), texts{});
}

TEST_P(UnreadableSettings, AreSaidBeforeALeaderboardThatDoesNotExist) {
  damage();
  const auto outcome = add("anna", 1, {"berlin", "new"});
  EXPECT_EQ(outcome.code, errc::rejected_row) << "nobody is to make it for that";
  EXPECT_EQ(outcome.refused_by, "berlin");
}

TEST_P(UnreadableSettings, AreSaidToWhoeverChangesOthers) {
  for (const std::string damaged :
       {R"({"max_count":-1})", R"({"time_zone":"Mars/Base"})", R"({"feeds":["a",1]})"}) {
    write_settings(damaged);
    auto changed = find().settings; // as a request that names one setting has the others
    changed.metadata = R"({"colour":"red"})";
    EXPECT_EQ(store->save("berlin", changed).error().code, errc::rejected_row) << damaged;
  }
}

} // namespace
} // namespace standings
