#include "stores/contracts/leaderboard_store.hpp"
#include "tests/support/score_store_suite.hpp"
#include "tests/support/store_ids.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <map>

namespace standings {
namespace {

using namespace std::chrono_literals;
using ids = std::vector<std::string>;

/// An empty database of each backend, with a connection to its named leaderboards.
class LeaderboardStore : public testing::TestWithParam<test::score_store_backend> {
protected:
  leaderboard make(const std::string& id, const leaderboard_settings& settings = {}) {
    return store->save(id, settings).value().now;
  }

  leaderboard make(const std::string& id, score_mode mode, score_order order = score_order::desc) {
    leaderboard_settings settings;
    settings.rules.mode = mode;
    settings.rules.order = order;
    return make(id, settings);
  }

  leaderboard make_feeding(const std::string& id, ids feeds) {
    leaderboard_settings settings;
    settings.feeds = std::move(feeds);
    return make(id, settings);
  }

  std::vector<update_outcome> apply(const std::vector<score_update>& batch) {
    return test::apply_until_unlocked(*store, batch);
  }

  update_outcome add(const std::string& user_id, std::int64_t count, ids to,
                     const std::string& key = {}) {
    return apply({{user_id, count, key, {}, std::move(to)}}).at(0);
  }

  /// The user's score of the year; -1 if the leaderboard does not know the user.
  std::int64_t score(const std::string& id, const std::string& user_id) {
    const auto found = store->scores_of(*store->find(id).value())->find(user_id).value();
    return found ? found->score[index_of(period::yearly)] : -1;
  }

  std::int64_t default_score(const std::string& user_id) {
    const auto found = harness->open()->find(user_id).value();
    return found ? found->score[index_of(period::yearly)] : -1;
  }

  ids listed(const leaderboard_query& which) {
    ids out;
    for (const auto& found : store->list(which).value())
      out.push_back(found.id);
    return out;
  }

  static ids reached_by(const update_outcome& outcome) {
    ids out;
    for (const auto& state : outcome.states)
      out.push_back(state.leaderboard);
    return out;
  }

  std::unique_ptr<test::score_store_harness> harness = GetParam().make();
  std::unique_ptr<leaderboard_store> store = harness->open_leaderboards();
};
STANDINGS_OVER_SCORE_STORES(LeaderboardStore);

// -- leaderboards ------------------------------------------------------------------

TEST_P(LeaderboardStore, RemembersSettings) {
  leaderboard_settings settings;
  settings.rules = {score_mode::best, score_order::asc, 500};
  settings.time_zone = "Asia/Tokyo";
  settings.week_start = "sunday";
  settings.metadata = R"({"name":"Zeit","n":1})";
  settings.feeds = {"default"};
  const auto saved = store->save("acme.eu", settings).value();
  EXPECT_TRUE(saved.created);
  EXPECT_EQ(saved.now.id, "acme.eu");
  EXPECT_EQ(saved.now.settings, settings);
  EXPECT_FALSE(saved.now.archived_at);
  const auto other_connection = harness->open_leaderboards();
  EXPECT_EQ(other_connection->find("acme.eu").value(), saved.now);
  EXPECT_FALSE(store->find("acme").value());
}

TEST_P(LeaderboardStore, FindsSeveralThatExistEachOnce) {
  make("acme");
  make("acme.eu");
  make("gone");
  store->archive("gone").value();
  const ids asked{"acme.eu", "nowhere", "acme", "acme", "gone"};
  std::map<std::string, bool> found;
  const auto all = store->find_all(asked).value();
  for (const auto& one : all)
    found[one.id] = one.archived_at.has_value();
  EXPECT_EQ(found,
            (std::map<std::string, bool>{{"acme", false}, {"acme.eu", false}, {"gone", true}}));
  EXPECT_EQ(all.size(), 3U);
  EXPECT_TRUE(store->find_all({}).value().empty());
}

TEST_P(LeaderboardStore, ChangesSettingsOfALeaderboardThatExists) {
  const auto made = make("acme");
  leaderboard_settings settings;
  settings.rules.max_count = 7;
  const auto saved = store->save("acme", settings).value();
  EXPECT_FALSE(saved.created);
  EXPECT_EQ(saved.now.number, made.number);
  EXPECT_EQ(saved.now.settings, settings);
}

TEST_P(LeaderboardStore, KeepsModeAndOrder) {
  make("acme", score_mode::best);
  leaderboard_settings sum;
  EXPECT_EQ(store->save("acme", sum).error().field, "mode");
  leaderboard_settings lowest;
  lowest.rules = {score_mode::best, score_order::asc, 10'000};
  EXPECT_EQ(store->save("acme", lowest).error().field, "order");
  EXPECT_EQ(store->find("acme").value()->settings.rules.mode, score_mode::best);
}

TEST_P(LeaderboardStore, RefusesFeedsThatDoNotExistOrLeadBack) {
  leaderboard_settings settings;
  settings.feeds = {"nowhere"};
  EXPECT_EQ(store->save("acme", settings).error().field, "feeds");
  EXPECT_FALSE(store->find("acme").value());
  make("top");
  make_feeding("middle", {"top"});
  make_feeding("low", {"middle"});
  settings.feeds = {"low"};
  const auto cycle = store->save("top", settings);
  ASSERT_FALSE(cycle);
  EXPECT_EQ(cycle.error().code, errc::out_of_range);
  EXPECT_EQ(cycle.error().field, "feeds");
}

TEST_P(LeaderboardStore, AnArchivedFeedLeavesTheSettingsOfWhatFeedsIt) {
  make("c");
  auto settings = make_feeding("b", {"c"}).settings;
  ASSERT_TRUE(store->archive("c").value());
  settings.rules.max_count = 5;
  const auto saved = store->save("b", settings);
  ASSERT_TRUE(saved) << explain(saved.error());
  EXPECT_EQ(saved->now.settings.feeds, ids{"c"}) << "it may be restored";
  EXPECT_EQ(store->save("a", settings).error().field, "feeds") << "it cannot be named anew";
}

TEST_P(LeaderboardStore, RefusesFeedsThatLeadBackThroughAnArchivedOne) {
  leaderboard_settings odd;
  odd.metadata = R"({"name":"\u0000","feeds":["g","e"]})"; // these are none
  EXPECT_TRUE(store->save("g", odd));
  make_feeding("f", {"g"});
  make_feeding("e", {"f"});
  ASSERT_TRUE(store->archive("f").value());
  leaderboard_settings settings;
  settings.feeds = {"e"};
  EXPECT_EQ(store->save("g", settings).error().field, "feeds");
}

TEST_P(LeaderboardStore, RefusesFeedsThatMakeOthersReachMoreThan64) {
  const auto name = [](int i) {
    return "n" + std::to_string(i);
  };
  for (int i = 0; i <= 64; ++i)
    make(name(i));
  for (int i = 0; i < 63; ++i)
    make_feeding(name(i), {name(i + 1)});
  leaderboard_settings settings;
  settings.feeds = {name(64)};
  EXPECT_EQ(store->save(name(63), settings).error().field, "feeds") << "n0 would reach 65";
  settings.feeds = {name(1)};
  settings.rules.max_count = 5;
  EXPECT_TRUE(store->save(name(0), settings)) << "what it feeds stays";
}

TEST_P(LeaderboardStore, ListsByIdPageByPage) {
  for (const auto* id : {"b", "a.x", "a", "a-b", "a.y.z", "ab"})
    make(id);
  EXPECT_EQ(listed({"", "", 100}), (ids{"a", "a-b", "a.x", "a.y.z", "ab", "b"}));
  EXPECT_EQ(listed({"", "a.x", 2}), (ids{"a.y.z", "ab"}));
  EXPECT_EQ(listed({"a", "", 100}), (ids{"a", "a.x", "a.y.z"})) << "only the tenant's own";
  EXPECT_EQ(listed({"none", "", 100}), ids{});
}

TEST_P(LeaderboardStore, ListsArchivedOnesApartFromTheOthers) {
  for (const auto* id : {"a", "a.x", "a.y", "b", "b.x"})
    make(id);
  for (const auto* id : {"a.x", "b.x", "a"})
    store->archive(id).value();
  EXPECT_EQ(listed({"", "", 100, true}), (ids{"a", "a.x", "b.x"}));
  EXPECT_EQ(listed({"", "a", 1, true}), ids{"a.x"});
  EXPECT_EQ(listed({"b", "", 100, true}), ids{"b.x"}) << "only the tenant's own";
  EXPECT_EQ(listed({}), (ids{"a.y", "b"}));
  EXPECT_TRUE(store->list({"b", "", 100, true}).value().at(0).archived_at);
  store->restore("a.x").value();
  EXPECT_EQ(listed({"a", "", 100, true}), ids{"a"});
}

TEST_P(LeaderboardStore, ArchivesAndRestoresWithAllRows) {
  make("acme");
  add("ann", 5, {"acme"});
  EXPECT_TRUE(store->archive("acme").value());
  EXPECT_FALSE(store->archive("acme").value());
  EXPECT_FALSE(store->archive("none").value());
  EXPECT_TRUE(store->find("acme").value()->archived_at);
  EXPECT_EQ(listed({}), ids{});
  EXPECT_EQ(add("ann", 1, {"acme"}).code, errc::unknown_leaderboard);
  EXPECT_EQ(store->save("acme", {}).error().code, errc::unknown_leaderboard);
  EXPECT_TRUE(store->restore("acme").value());
  EXPECT_FALSE(store->restore("acme").value());
  EXPECT_EQ(score("acme", "ann"), 5);
}

TEST_P(LeaderboardStore, PurgesWhatWasArchivedThirtyDaysAgo) {
  harness->set_time(test::at("2026-03-10T12:00:00Z"));
  store = harness->open_leaderboards();
  make("old");
  make("young");
  for (const auto* user : {"ann", "bob", "cat"}) {
    add(user, 1, {"old"});
    add(user, 1, {"young"});
  }
  store->archive("old").value();
  harness->set_time(test::at("2026-04-08T12:00:00Z"));
  store->archive("young").value();
  EXPECT_EQ(store->purge(2).value(), 0U) << "29 days";
  harness->set_time(test::at("2026-04-10T12:00:00Z"));
  EXPECT_FALSE(store->restore("old").value());
  std::size_t steps = 0;
  while (store->purge(2).value() > 0)
    ++steps;
  EXPECT_GE(steps, 3U) << "two, one, the leaderboard, and what is kept of its periods";
  EXPECT_FALSE(store->find("old").value());
  EXPECT_TRUE(store->restore("young").value());
  EXPECT_EQ(score("young", "cat"), 1);
}

TEST_P(LeaderboardStore, RemembersWhatUsersCarry) {
  make("acme");
  make("other");
  for (const auto* user : {"ann", "bob"})
    for (const auto* id : {"acme", "other"})
      add(user, 1, {id});
  EXPECT_FALSE(store->find("acme").value()->has_user_metadata);
  ASSERT_TRUE(store->set_metadata("acme", "ann", R"({"name":"Änn \u0000"})"));
  ASSERT_TRUE(store->set_metadata("acme", "bob", R"({"n":1})"));
  const auto acme = *harness->open_leaderboards()->find("acme").value();
  EXPECT_TRUE(acme.has_user_metadata);
  EXPECT_FALSE(store->find("other").value()->has_user_metadata);
  const std::vector<std::string> asked{"ann", "bob", "eve"};
  const user_metadata both{{"ann", R"({"name":"Änn \u0000"})"}, {"bob", R"({"n":1})"}};
  EXPECT_EQ(store->metadata_of(acme, asked).value(), both);
  EXPECT_TRUE(store->metadata_of(*store->find("other").value(), asked).value().empty());
  add("bob", 5, {"acme"}); // a write of the scores leaves it alone
  ASSERT_TRUE(store->set_metadata("acme", "ann", "{}"));
  EXPECT_EQ(store->metadata_of(acme, asked).value(), (user_metadata{{"bob", R"({"n":1})"}}));
  EXPECT_EQ(score("acme", "bob"), 6);
}

TEST_P(LeaderboardStore, RefusesMetadataOfNobody) {
  make("acme");
  EXPECT_EQ(store->set_metadata("acme", "ann", "{}").error().code, errc::unknown_user);
  EXPECT_EQ(store->set_metadata("none", "ann", "{}").error().code, errc::unknown_leaderboard);
  add("ann", 1, {"acme"});
  ASSERT_TRUE(store->archive("acme").value());
  EXPECT_EQ(store->set_metadata("acme", "ann", "{}").error().code, errc::unknown_leaderboard);
}

TEST_P(LeaderboardStore, NotesWhenALeaderboardIsUsed) {
  harness->set_time(test::at("2026-03-10T12:00:00Z"));
  store = harness->open_leaderboards();
  make("acme");
  harness->set_time(test::at("2026-03-10T13:00:00Z"));
  const ids used{"acme", "none"};
  store->note_used(used).value();
  EXPECT_GE(store->find("acme").value()->last_used_at, test::at("2026-03-10T13:00:00Z"));
}

// -- updates -------------------------------------------------------------------------

TEST_P(LeaderboardStore, CountsInAllNamedLeaderboardsAtOnce) {
  make("acme.eu");
  make("global");
  const auto outcome = add("ann", 5, {"acme.eu", "global", "default"});
  EXPECT_EQ(outcome.code, errc::none);
  EXPECT_EQ(reached_by(outcome), (ids{"acme.eu", "global", "default"}));
  for (const auto& state : outcome.states) {
    EXPECT_EQ(state.user.score, (scores{5, 5, 5, 5})) << state.leaderboard;
    EXPECT_GT(state.user.version, 0) << state.leaderboard;
  }
  EXPECT_EQ(outcome.user, outcome.states[0].user);
  EXPECT_EQ(score("acme.eu", "ann"), 5);
  EXPECT_EQ(score("global", "ann"), 5);
  EXPECT_EQ(default_score("ann"), 5);
}

TEST_P(LeaderboardStore, ALeaderboardKnowsOnlyItsOwnUsers) {
  make("acme");
  make("other");
  add("ann", 5, {"acme"});
  EXPECT_EQ(score("other", "ann"), -1);
  EXPECT_EQ(default_score("ann"), -1);
}

TEST_P(LeaderboardStore, AnUpdateOfSeveralCountsInAllOrInNone) {
  make("small", leaderboard_settings{{score_mode::sum, score_order::desc, 3}});
  make("large");
  const auto refused = add("ann", 4, {"large", "small"});
  EXPECT_EQ(refused.code, errc::invalid_count);
  EXPECT_EQ(refused.refused_by, "small");
  const auto unknown = add("ann", 1, {"large", "none"});
  EXPECT_EQ(unknown.code, errc::unknown_leaderboard);
  EXPECT_EQ(score("large", "ann"), -1);
  EXPECT_EQ(score("small", "ann"), -1);
}

TEST_P(LeaderboardStore, ABadUpdateFailsAlone) {
  make("acme");
  const auto outcomes = apply({{"ann", 1, {}, {}, {"acme"}},
                               {"ann", 1, {}, {}, {"none"}},
                               {"ann", 99'999, {}, {}, {"acme"}},
                               {"ann", 2, {}, {}, {"acme"}}});
  EXPECT_EQ(outcomes[0].user.score[0], 1);
  EXPECT_EQ(outcomes[1].code, errc::unknown_leaderboard);
  EXPECT_EQ(outcomes[2].code, errc::invalid_count);
  EXPECT_EQ(outcomes[3].user.score[0], 3);
  EXPECT_EQ(score("acme", "ann"), 3);
}

TEST_P(LeaderboardStore, ARefusedCountIsSaidBeforeALeaderboardThatDoesNotExist) {
  leaderboard_settings settings;
  settings.rules.max_count = 7;
  make("small", settings);
  make_feeding("acme", {"small"});
  const auto refused = add("ann", 9, {"nowhere", "acme"});
  EXPECT_EQ(refused.code, errc::invalid_count);
  EXPECT_EQ(refused.refused_by, "small");
  EXPECT_EQ(add("ann", 7, {"nowhere", "acme"}).code, errc::unknown_leaderboard);
  EXPECT_EQ(score("acme", "ann"), -1);
}

TEST_P(LeaderboardStore, FeedsCountOnceWhateverTheWays) {
  make("global");
  make_feeding("eu", {"global"});
  make_feeding("acme.eu", {"eu", "global"});
  EXPECT_EQ(reached_by(add("ann", 5, {"acme.eu"})), (ids{"acme.eu", "eu", "global"}));
  EXPECT_EQ(reached_by(add("ann", 1, {"eu", "acme.eu"})), (ids{"eu", "acme.eu", "global"}));
  EXPECT_EQ(score("acme.eu", "ann"), 6);
  EXPECT_EQ(score("eu", "ann"), 6);
  EXPECT_EQ(score("global", "ann"), 6);
}

TEST_P(LeaderboardStore, FeedsTheDefaultLeaderboard) {
  make_feeding("acme", {"default"});
  add("ann", 5, {"acme"});
  add("ann", 2, {"acme"});
  EXPECT_EQ(default_score("ann"), 7);
  EXPECT_EQ(harness->open()->apply(std::vector<score_update>{{"ann", 1, ""}}).value()[0].user.score,
            (scores{8, 8, 8, 8}));
}

TEST_P(LeaderboardStore, AnArchivedFeedIsLeftOut) {
  make("global");
  make_feeding("eu", {"global"});
  store->archive("global").value();
  EXPECT_EQ(reached_by(add("ann", 5, {"eu"})), ids{"eu"});
}

TEST_P(LeaderboardStore, ModesDecideWhatAnUpdateDoes) {
  make("sum", score_mode::sum);
  make("best", score_mode::best);
  make("fastest", score_mode::best, score_order::asc);
  make("latest", score_mode::latest);
  for (const auto value : {5, 9, 2, 3})
    add("ann", value, {"sum", "best", "fastest", "latest"});
  EXPECT_EQ(score("sum", "ann"), 19);
  EXPECT_EQ(score("best", "ann"), 9);
  EXPECT_EQ(score("fastest", "ann"), 2);
  EXPECT_EQ(score("latest", "ann"), 3);
}

TEST_P(LeaderboardStore, AValueMayBeZeroAndACountMayNot) {
  make("sum", score_mode::sum);
  make("fastest", score_mode::best, score_order::asc);
  EXPECT_EQ(add("ann", 0, {"sum"}).code, errc::invalid_count);
  EXPECT_EQ(add("ann", 4, {"fastest"}).code, errc::none);
  EXPECT_EQ(add("ann", 0, {"fastest"}).code, errc::none);
  EXPECT_EQ(score("fastest", "ann"), 0);
}

TEST_P(LeaderboardStore, StatesInOneBatchAreThoseAfterEachUpdate) {
  make("best", score_mode::best);
  const auto outcomes = apply({{"ann", 5, {}, {}, {"best"}},
                               {"ann", 3, {}, {}, {"best"}},
                               {"bob", 1, {}, {}, {"best"}},
                               {"ann", 8, {}, {}, {"best"}}});
  EXPECT_EQ(outcomes[0].user.score[0], 5);
  EXPECT_EQ(outcomes[1].user.score[0], 5);
  EXPECT_EQ(outcomes[3].user.score[0], 8);
}

TEST_P(LeaderboardStore, TheLowestIsFirstWhereThatIsBetter) {
  const auto made = make("fastest", score_mode::best, score_order::asc);
  for (const auto& [user, value] : {std::pair{"cat", 5}, {"ann", 3}, {"bob", 5}, {"Юрий", 4}})
    add(user, value, {"fastest"});
  const auto page = store->scores_of(made)->top(period::daily, 0, 10).value();
  EXPECT_EQ(test::ids_of(page.entries), (ids{"ann", "Юрий", "bob", "cat"}));
  EXPECT_EQ(page.total_users, 4U);
}

TEST_P(LeaderboardStore, WhoHasNoValueInThePeriodIsNotOnABoardWithTheLowestFirst) {
  const auto made = make("fastest", score_mode::best, score_order::asc);
  const auto scores_of = store->scores_of(made);
  add("ann", 3, {"fastest"});
  add("bob", 5, {"fastest"});
  scores_of->reset(period::daily).value();
  add("bob", 7, {"fastest"});
  const auto daily = scores_of->top(period::daily, 0, 10).value();
  EXPECT_EQ(test::ids_of(daily.entries), ids{"bob"});
  EXPECT_EQ(daily.entries.at(0).score, 7);
  EXPECT_EQ(daily.total_users, 1U);
  EXPECT_EQ(scores_of->top(period::yearly, 0, 10).value().total_users, 2U);
  EXPECT_EQ(score("fastest", "bob"), 5) << "the best of the year";
}

TEST_P(LeaderboardStore, AKeyCountsOnceForAllLeaderboardsOfAnUpdate) {
  make("acme");
  make("global");
  const auto first = add("ann", 5, {"acme", "global"}, "k");
  const auto again = add("ann", 5, {"acme", "global"}, "k");
  EXPECT_TRUE(again.replayed);
  EXPECT_EQ(reached_by(again), (ids{"acme", "global"}));
  EXPECT_EQ(again.user, first.user);
  EXPECT_EQ(score("acme", "ann"), 5);
  EXPECT_EQ(score("global", "ann"), 5);
  EXPECT_EQ(add("ann", 5, {"acme", "default"}, "k").code, errc::idempotency_conflict);
  EXPECT_EQ(add("ann", 6, {"acme", "global"}, "k").code, errc::idempotency_conflict);
}

TEST_P(LeaderboardStore, AKeyBelongsToItsLeaderboardAndItsUser) {
  make("acme");
  make("global");
  for (const auto* user : {"ann", "bob"})
    for (const auto* id : {"acme", "global"})
      EXPECT_FALSE(add(user, 5, {id}, "k").replayed) << user << " " << id;
  EXPECT_TRUE(add("bob", 5, {"global"}, "k").replayed);
}

TEST_P(LeaderboardStore, AKeyHoldsForBothWaysToTheDefaultLeaderboard) {
  make("acme");
  const auto of_default = harness->open();
  const auto add_there = [&](const std::string& user, std::int64_t count) {
    return test::apply_until_unlocked(*of_default, {{user, count, "k"}}).at(0);
  };
  const auto first = add_there("ann", 3);
  const auto repeated = add("ann", 3, {"default"}, "k");
  EXPECT_TRUE(repeated.replayed);
  EXPECT_EQ(repeated.user, first.user);
  EXPECT_EQ(reached_by(repeated), ids{"default"});
  EXPECT_EQ(add("ann", 4, {"default"}, "k").code, errc::idempotency_conflict);
  EXPECT_EQ(add("ann", 3, {"default", "acme"}, "k").code, errc::idempotency_conflict);
  EXPECT_FALSE(add("ann", 3, {"acme"}, "k").replayed) << "it belongs to the first leaderboard";
  EXPECT_EQ(default_score("ann"), 3);
  const auto of_bob = add("bob", 3, {"default"}, "k");
  EXPECT_FALSE(of_bob.replayed);
  EXPECT_TRUE(add("bob", 3, {"default"}, "k").replayed);
  EXPECT_EQ(add_there("bob", 3).user, of_bob.user);
  EXPECT_TRUE(add_there("bob", 3).replayed);
  EXPECT_EQ(add_there("bob", 4).code, errc::idempotency_conflict);
  EXPECT_FALSE(add("cat", 3, {"default", "acme"}, "k").replayed);
  EXPECT_TRUE(add("cat", 3, {"default", "acme"}, "k").replayed);
  EXPECT_EQ(add_there("cat", 3).code, errc::idempotency_conflict) << "it did not ask for acme";
  EXPECT_EQ(default_score("bob"), 3);
  EXPECT_EQ(default_score("cat"), 3);
}

TEST_P(LeaderboardStore, ARepetitionInTheSameBatchCountsOnce) {
  make("acme");
  const auto outcomes = apply({{"ann", 5, "k", {}, {"acme"}},
                               {"ann", 5, "k", {}, {"acme"}},
                               {"ann", 6, "k", {}, {"acme"}}});
  EXPECT_FALSE(outcomes[0].replayed);
  EXPECT_TRUE(outcomes[1].replayed);
  EXPECT_EQ(outcomes[1].user, outcomes[0].user);
  EXPECT_EQ(outcomes[2].code, errc::idempotency_conflict);
  EXPECT_EQ(score("acme", "ann"), 5);
}

TEST_P(LeaderboardStore, PeriodsFollowTheZoneOfEachLeaderboard) {
  harness->use_calendar(calendar{});
  harness->set_time(test::at("2026-12-31T13:00:00Z"));
  store = harness->open_leaderboards();
  leaderboard_settings tokyo;
  tokyo.time_zone = "Asia/Tokyo";
  make("tokyo", tokyo);
  make("utc");
  add("ann", 5, {"tokyo", "utc", "default"});
  harness->set_time(test::at("2026-12-31T15:30:00Z")); // 2027 has begun in Tokyo
  add("ann", 1, {"tokyo", "utc", "default"});
  EXPECT_EQ(score("tokyo", "ann"), 1);
  EXPECT_EQ(score("utc", "ann"), 6);
  harness->set_time(test::at("2027-01-01T00:30:00Z"));
  EXPECT_EQ(score("utc", "ann"), 0);
  EXPECT_EQ(score("tokyo", "ann"), 1);
  const auto state = store->scores_of(*store->find("tokyo").value())->periods().value();
  EXPECT_EQ(state.starts[index_of(period::yearly)], test::at("2026-12-31T15:00:00Z"));
  EXPECT_EQ(state.next_boundary, test::at("2027-01-01T15:00:00Z"));
}

TEST_P(LeaderboardStore, APeriodThatHasBegunStaysBegunWhateverCalendarComesNext) {
  harness->use_calendar(calendar{});
  harness->set_time(test::at("2026-12-31T13:00:00Z"));
  store = harness->open_leaderboards();
  make("acme");
  add("ann", 5, {"acme"});
  harness->set_time(test::at("2026-12-31T15:10:00Z")); // ten minutes after 2027 began in Tokyo
  leaderboard_settings tokyo;
  tokyo.time_zone = "Asia/Tokyo";
  make("acme", tokyo);
  EXPECT_EQ(score("acme", "ann"), 0);
  make("acme");
  EXPECT_EQ(score("acme", "ann"), 0) << "the cache has shown it, and the period before is kept";
  const auto state = store->scores_of(*store->find("acme").value())->periods().value();
  EXPECT_EQ(state.starts[index_of(period::yearly)], test::at("2026-12-31T15:00:00Z"));
  EXPECT_EQ(add("ann", 1, {"acme"}).states.at(0).user.score[index_of(period::yearly)], 1);
  EXPECT_EQ(score("acme", "ann"), 1);
}

TEST_P(LeaderboardStore, NothingIsChangedWhereSettingsCannotBeRead) {
  make("acme", score_mode::best, score_order::asc);
  make("other");
  make_feeding("feeder", {"acme"});
  add("ann", 5'000, {"acme"});
  for (const std::string settings : {R"({"mode":"Best","order":"asc"})", "[]"}) {
    harness->foreign("UPDATE {own}leaderboards SET settings = '" + settings
                     + "' WHERE name = 'acme'");
    EXPECT_EQ(add("ann", 6'000, {"acme"}).code, errc::rejected_row);
    EXPECT_EQ(add("ann", 6'000, {"feeder"}).code, errc::rejected_row);
    EXPECT_EQ(add("ann", 1, {"other"}).code, errc::none);
    EXPECT_EQ(store->save("acme", {}).error().code, errc::rejected_row);
  }
  harness->foreign(R"(UPDATE {own}leaderboards SET settings = '{"mode":"best","order":"asc"}')"
                   " WHERE name = 'acme'");
  EXPECT_EQ(score("acme", "ann"), 5'000);
  add("ann", 6'000, {"acme"});
  EXPECT_EQ(score("acme", "ann"), 5'000) << "the best stays";
}

TEST_P(LeaderboardStore, AResetOfOneLeavesTheOthers) {
  make("acme");
  make("global");
  add("ann", 5, {"acme", "global", "default"});
  store->scores_of(*store->find("acme").value())->reset(period::yearly).value();
  EXPECT_EQ(score("acme", "ann"), 0);
  EXPECT_EQ(score("global", "ann"), 5);
  EXPECT_EQ(default_score("ann"), 5);
}

TEST_P(LeaderboardStore, ManyConnectionsCountEveryUpdateExactlyOnce) {
  make("global");
  make_feeding("a", {"global", "default"});
  make_feeding("b", {"global", "default"});
  std::vector<std::thread> writers;
  for (int w = 0; w < 4; ++w)
    writers.emplace_back([&, w] {
      const auto mine = harness->open_leaderboards();
      for (int i = 0; i < 25; ++i) {
        std::vector<score_update> batch;
        for (const auto* user : {"ann", "bob", "cat"})
          batch.push_back({user, 1, {}, {}, {w % 2 == 0 ? "a" : "b"}});
        for (const auto& outcome : test::apply_until_unlocked(*mine, batch))
          ASSERT_EQ(outcome.code, errc::none) << outcome.detail;
      }
    });
  for (auto& writer : writers)
    writer.join();
  for (const auto* user : {"ann", "bob", "cat"}) {
    EXPECT_EQ(score("a", user), 50);
    EXPECT_EQ(score("b", user), 50);
    EXPECT_EQ(score("global", user), 100);
    EXPECT_EQ(default_score(user), 100);
  }
}

} // namespace
} // namespace standings
