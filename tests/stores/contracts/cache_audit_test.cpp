#include "tests/support/cache_store_suite.hpp"
#include "tests/support/store_ids.hpp"

#include <algorithm>
#include <set>
#include <thread>

namespace standings {
namespace {

using ids = std::vector<std::string>;

class CacheAudit : public test::complete_rank_cache_suite {
protected:
  entry_view look(const std::string& id) { return view({id}).at(0); }

  std::vector<entry_view> view(const ids& users) {
    auto sights = audit->view(users, starts).value();
    EXPECT_EQ(sights.size(), users.size());
    return sights;
  }

  std::uint64_t write_if_unchanged(const std::vector<conditional_write>& users) {
    return audit->write_if_unchanged(users).value();
  }

  /// Every user that a walk through `part` returns.
  std::multiset<std::string> walk(cache_part part) {
    std::multiset<std::string> out;
    std::string cursor;
    int pages = 0;
    do {
      const auto page = audit->list(part, cursor).value();
      out.insert(page.user_ids.begin(), page.user_ids.end());
      cursor = page.next;
    } while (!cursor.empty() && ++pages < 10'000);
    EXPECT_EQ(cursor, "");
    return out;
  }

  void expect_settled(const user_record& expected) {
    EXPECT_EQ(get(expected.user_id), expected);
    const auto view = look(expected.user_id);
    ASSERT_TRUE(view.details);
    EXPECT_EQ(*view.details, expected);
    for (std::size_t p = 0; p < period_count; ++p)
      EXPECT_EQ(view.board[p], std::optional{expected.score[p]}) << p;
  }

  cache_audit_ptr audit = harness->audit();
};
STANDINGS_OVER_RANK_CACHES(CacheAudit);

// -- looking -----------------------------------------------------------------------

TEST_P(CacheAudit, SeesNothingOfAUserWhomTheCacheDoesNotKnow) {
  const auto view = look("nobody");
  EXPECT_FALSE(view.present());
  EXPECT_FALSE(view.details);
  EXPECT_EQ(view.token, "");
  for (const auto& board : view.board)
    EXPECT_FALSE(board);
}

TEST_P(CacheAudit, SeesDetailsAndBoards) {
  const user_record anna{"anna", {1, 2, 3, 4}, written_at(7), 7};
  apply({anna});
  const auto view = look("anna");
  EXPECT_TRUE(view.present());
  EXPECT_NE(view.token, "");
  expect_settled(anna);
}

TEST_P(CacheAudit, LooksInTheOrderOfTheIds) {
  apply({user("a", 1, 1), user("b", 2, 2), user("c", 3, 3)});
  const auto sights = view({"c", "x", "a", "b", "a"});
  EXPECT_EQ(sights[0].board[0], std::optional<std::int64_t>{3});
  EXPECT_FALSE(sights[1].present());
  EXPECT_EQ(sights[2].board[0], std::optional<std::int64_t>{1});
  EXPECT_EQ(sights[3].board[0], std::optional<std::int64_t>{2});
  EXPECT_EQ(sights[4].token, sights[2].token);
  EXPECT_TRUE(view({}).empty());
}

TEST_P(CacheAudit, LooksAtThousandsAtOnce) {
  std::vector<user_record> all;
  ids names;
  for (int i = 0; i < 1'203; ++i) {
    all.push_back(user("user" + std::to_string(i), i, 1 + i));
    names.push_back(all.back().user_id);
  }
  apply(all);
  const auto sights = view(names);
  for (std::size_t i = 0; i < all.size(); ++i)
    ASSERT_EQ(sights[i].details.value(), all[i]);
}

TEST_P(CacheAudit, KnowsUsersOfAnyValidId) {
  std::vector<user_record> all;
  for (const auto& id : test::ids_in_many_scripts())
    all.push_back(user(id, 5, 1 + static_cast<std::int64_t>(all.size())));
  apply(all);
  for (const auto& one : all)
    ASSERT_NO_FATAL_FAILURE(expect_settled(one)) << one.user_id;
  const auto names = test::ids_of(all);
  const std::set<std::string> expected(names.begin(), names.end());
  for (cache_part part = 0; part < part_count; ++part) {
    const auto found = walk(part);
    EXPECT_EQ(std::set<std::string>(found.begin(), found.end()), expected) << part;
  }
}

TEST_P(CacheAudit, ScoresOfDetailsCountOnlySinceThePeriodStarts) {
  apply({user("anna", 5, 7)});
  period_starts later{};
  later[index_of(period::daily)] = written_at(8);
  later[index_of(period::weekly)] = written_at(7);
  const auto view = audit->view(ids{"anna"}, later).value().at(0);
  ASSERT_TRUE(view.details);
  EXPECT_EQ(view.details->score, (scores{0, 5, 5, 5}));
}

TEST_P(CacheAudit, ABoardThatStillShowsAnExpiredScoreCountsZero) {
  apply({user("anna", 5, 7)}); // and the cache is not told of the start
  period_starts later{};
  later[index_of(period::daily)] = written_at(8);
  const auto view = audit->view(ids{"anna"}, later).value().at(0);
  EXPECT_EQ(view.board[0], std::optional<std::int64_t>{0});
  EXPECT_EQ(view.board[1], std::optional<std::int64_t>{5});
}

TEST_P(CacheAudit, SeesTheZeroesOfAPeriodThatHasStarted) {
  apply({user("anna", 5, 7)});
  start(period::daily, written_at(8));
  const auto view = look("anna");
  EXPECT_EQ(view.board[0], std::optional<std::int64_t>{0});
  EXPECT_EQ(view.details.value().score, (scores{0, 5, 5, 5}));
}

TEST_P(CacheAudit, TheTokenTellsOneStateFromAnother) {
  apply({user("anna", 5, 7), user("ben", 5, 8)});
  const auto before = look("anna").token;
  EXPECT_EQ(look("anna").token, before);
  apply({user("ben", 6, 9)});
  EXPECT_EQ(look("anna").token, before);
  apply({user("anna", 5, 10)});
  EXPECT_NE(look("anna").token, before);
}

// -- walking -----------------------------------------------------------------------

TEST_P(CacheAudit, AWalkGivesEveryoneInEachPart) {
  std::vector<user_record> all;
  std::set<std::string> expected;
  for (int i = 0; i < 5'000; ++i) {
    all.push_back(user("user" + std::to_string(i), i % 7, 1 + i));
    expected.insert(all.back().user_id);
  }
  apply(all);
  for (cache_part part = 0; part < part_count; ++part) {
    const auto found = walk(part);
    EXPECT_EQ(std::set<std::string>(found.begin(), found.end()), expected) << part;
  }
}

TEST_P(CacheAudit, AWalkThroughNothingEnds) {
  for (cache_part part = 0; part < part_count; ++part)
    EXPECT_TRUE(walk(part).empty()) << part;
}

TEST_P(CacheAudit, AWalkGivesEveryoneWhoStaysWhileOthersComeAndGo) {
  std::vector<user_record> all;
  for (int i = 0; i < 3'000; ++i)
    all.push_back(user("stays" + std::to_string(i), 1, 1 + i));
  apply(all);
  for (cache_part part = 0; part < part_count; ++part) {
    std::set<std::string> found;
    std::string cursor;
    int page = 0;
    do {
      auto listed = audit->list(part, cursor).value();
      found.insert(listed.user_ids.begin(), listed.user_ids.end());
      cursor = listed.next;
      ASSERT_LT(++page, 1'000);
      if (page > 8)
        continue; // otherwise the walk might not end while others write
      std::vector<user_record> others;
      for (int i = 0; i < 800; ++i)
        others.push_back(user("other" + std::to_string(page * 1'000 + i), 1, 10'000 + page));
      apply(others);
      for (int i = 0; i < 400; ++i)
        remove(others[static_cast<std::size_t>(i)].user_id, 20'000);
    } while (!cursor.empty());
    for (const auto& one : all)
      ASSERT_TRUE(found.contains(one.user_id)) << part << " " << one.user_id;
  }
}

// -- settling ----------------------------------------------------------------------

TEST_P(CacheAudit, SettlesAnEntryThatIsStillTheSame) {
  apply({user("anna", 5, 7)});
  EXPECT_EQ(write_if_unchanged({{user("anna", 6, 8), look("anna").token}}), 1U);
  expect_settled(user("anna", 6, 8));
  EXPECT_EQ(rank("anna", period::daily).score, 6);
}

TEST_P(CacheAudit, LeavesAnEntryThatHasChangedSince) {
  apply({user("anna", 5, 7)});
  const auto token = look("anna").token;
  apply({user("anna", 9, 9)});
  EXPECT_EQ(write_if_unchanged({{user("anna", 6, 8), token}}), 0U);
  expect_settled(user("anna", 9, 9));
}

TEST_P(CacheAudit, SettlesAnOlderStateWhereTheCallerHasDecidedSo) {
  apply({user("anna", 9, 99)});
  EXPECT_EQ(write_if_unchanged({{user("anna", 5, 7), look("anna").token}}), 1U);
  expect_settled(user("anna", 5, 7));
  apply({user("anna", 6, 8)});
  expect_settled(user("anna", 6, 8)); // the cache continues from this state
}

TEST_P(CacheAudit, PutsInWhoeverIsAbsent) {
  EXPECT_EQ(write_if_unchanged({{user("anna", 5, 7), ""}}), 1U);
  expect_settled(user("anna", 5, 7));
  EXPECT_EQ(board(period::yearly).total_users, 1U);
}

TEST_P(CacheAudit, LeavesWhoeverHasComeMeanwhile) {
  apply({user("anna", 9, 9)});
  EXPECT_EQ(write_if_unchanged({{user("anna", 5, 7), ""}}), 0U);
  EXPECT_EQ(write_if_unchanged({{user("anna", 5, 99), ""}}), 0U);
  expect_settled(user("anna", 9, 9));
}

TEST_P(CacheAudit, LeavesWhoeverHasGoneMeanwhile) {
  apply({user("anna", 5, 7)});
  const auto token = look("anna").token;
  remove("anna", 8);
  EXPECT_EQ(write_if_unchanged({{user("anna", 5, 7), token}}), 0U);
  EXPECT_EQ(write_if_unchanged({{user("anna", 5, 7), ""}}), 0U); // read before the deletion
  EXPECT_FALSE(look("anna").present());
}

TEST_P(CacheAudit, PutsADeletedUserInWhoHasComeBack) {
  apply({user("anna", 5, 7)});
  remove("anna", 8);
  EXPECT_EQ(write_if_unchanged({{user("anna", 1, 9), ""}}), 1U);
  expect_settled(user("anna", 1, 9));
}

TEST_P(CacheAudit, OfManySettlesThoseThatAreStillTheSame) {
  std::vector<user_record> all;
  ids names;
  for (int i = 0; i < 1'300; ++i) {
    all.push_back(user("user" + std::to_string(i), 1, 1 + i));
    names.push_back(all.back().user_id);
  }
  apply(all);
  const auto sights = view(names);
  std::vector<conditional_write> wanted;
  std::vector<user_record> changed;
  for (std::size_t i = 0; i < all.size(); ++i) {
    wanted.push_back({user(names[i], 2, 5'000 + static_cast<std::int64_t>(i)), sights[i].token});
    if (i % 10 == 0)
      changed.push_back(user(names[i], 3, 9'000 + static_cast<std::int64_t>(i)));
  }
  apply(changed);
  EXPECT_EQ(write_if_unchanged(wanted), all.size() - changed.size());
  for (std::size_t i = 0; i < all.size(); ++i)
    ASSERT_EQ(get(names[i]).score[0], i % 10 == 0 ? 3 : 2) << names[i];
  EXPECT_EQ(write_if_unchanged({}), 0U);
}

TEST_P(CacheAudit, OfTwoStatesForOneEntryTheFirstIsSettled) {
  apply({user("anna", 5, 7)});
  const auto token = look("anna").token;
  EXPECT_EQ(write_if_unchanged({{user("anna", 6, 8), token}, {user("anna", 9, 9), token}}), 1U);
  expect_settled(user("anna", 6, 8));
  EXPECT_EQ(write_if_unchanged({{user("ben", 1, 10), ""}, {user("ben", 2, 11), ""}}), 1U);
  expect_settled(user("ben", 1, 10));
}

TEST_P(CacheAudit, SettlesZeroesWhereAPeriodHasStartedSince) {
  start(period::daily, written_at(100));
  EXPECT_EQ(write_if_unchanged({{user("anna", 5, 7), ""}}), 1U);
  EXPECT_EQ(get("anna").score, (scores{0, 5, 5, 5}));
  EXPECT_EQ(rank("anna", period::daily).score, 0);
}

TEST_P(CacheAudit, TheCacheStaysCompleteByWhatIsSettled) {
  std::vector<conditional_write> wanted;
  for (int i = 0; i < 100; ++i)
    wanted.push_back({user("user" + std::to_string(i), 1, 1 + i), ""});
  EXPECT_EQ(write_if_unchanged(wanted), 100U);
  EXPECT_TRUE(cache->verify().value());
  for (const auto members : cache->state().value().members)
    EXPECT_EQ(members, 100U);
}

TEST_P(CacheAudit, SettlingNeverReplacesAWriteThatItHasNotSeen) {
  constexpr std::int64_t rounds = 1'500;
  apply({user("anna", 0, 1)});
  {
    const std::jthread writer{[&] {
      for (std::int64_t i = 2; i <= rounds; ++i)
        cache->apply(std::vector<user_record>{user("anna", i, i)}).value();
    }};
    for (std::int64_t seen = 0; seen < rounds;) {
      const auto view = look("anna");
      ASSERT_TRUE(view.details);
      ASSERT_GE(view.details->version, seen);
      seen = view.details->version;
      write_if_unchanged({{*view.details, view.token}});
    }
  }
  expect_settled(user("anna", rounds, rounds));
}

// -- marks ---------------------------------------------------------------------------

TEST_P(CacheAudit, HasNoMarkAtFirst) {
  EXPECT_EQ(audit->verified_run().value(), "");
}

TEST_P(CacheAudit, KeepsTheLastMarkOfItsGeneration) {
  const auto generation = cache->state().value().generation;
  EXPECT_TRUE(audit->set_verified_run(generation, "one").value());
  EXPECT_TRUE(audit->set_verified_run(generation, "two \"words\"").value());
  EXPECT_EQ(audit->verified_run().value(), "two \"words\"");
  EXPECT_EQ(harness->audit()->verified_run().value(), "two \"words\"");
}

TEST_P(CacheAudit, TakesNoMarkMeantForAnotherGeneration) {
  const auto before = cache->state().value().generation;
  EXPECT_FALSE(audit->set_verified_run("another", "mark").value());
  EXPECT_FALSE(audit->set_verified_run("", "mark").value());
  rebuild({});
  EXPECT_FALSE(audit->set_verified_run(before, "mark").value());
  EXPECT_EQ(audit->verified_run().value(), "");
}

TEST_P(CacheAudit, LosesTheMarkWithWhatTheCacheHolds) {
  EXPECT_TRUE(audit->set_verified_run(cache->state().value().generation, "mark").value());
  cache->clear().value();
  EXPECT_EQ(audit->verified_run().value(), "");
  EXPECT_FALSE(audit->set_verified_run(cache->state().value().generation, "mark").value());
  rebuild({});
  EXPECT_EQ(audit->verified_run().value(), "");
}

} // namespace
} // namespace standings
