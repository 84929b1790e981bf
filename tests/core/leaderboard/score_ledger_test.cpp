#include "core/leaderboard/score_ledger.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace standings {
namespace {

using ids = std::vector<std::string>;
constexpr sys_time now{std::chrono::hours{1'000}};

score_update update(const std::string& user, std::int64_t count) {
  return {user, count, {}, {}, {}};
}

TEST(ScoreLedger, CountsInAllLeaderboardsOrInNone) {
  score_ledger ledger{now};
  ledger.open("a", {score_mode::sum, score_order::desc, 10}, {});
  ledger.open("b", {score_mode::sum, score_order::desc, 5}, {});
  const ids both{"a", "b"};
  EXPECT_EQ(ledger.count(update("ann", 5), both).code, errc::none);
  const auto refused = ledger.count(update("ann", 6), both);
  EXPECT_EQ(refused.code, errc::invalid_count);
  EXPECT_EQ(refused.refused_by, "b");
  EXPECT_EQ(refused.detail.find("'b'"), std::string::npos) << "who asks may not know of it";
  for (const auto& row : ledger.changed())
    EXPECT_EQ(row.user->score[0], 5) << *row.leaderboard;
}

TEST(ScoreLedger, AnOverflowInOneLeavesTheOthers) {
  score_ledger ledger{now};
  ledger.open("a", {score_mode::sum, score_order::desc, 10}, {});
  ledger.open("b", {score_mode::sum, score_order::desc, 10}, {});
  ledger.enter("b", {"ann", {0, 0, 0, score_limit - 2}, now, 7});
  const ids both{"a", "b"};
  const auto refused = ledger.count(update("ann", 3), both);
  EXPECT_EQ(refused.code, errc::score_overflow);
  EXPECT_EQ(refused.refused_by, "b");
  EXPECT_TRUE(ledger.changed().empty());
}

TEST(ScoreLedger, TimeStepsBackOnlyFromAClockThatWasFarAhead) {
  score_ledger ledger{now};
  ledger.open("a", {}, {});
  ledger.enter("a", {"ann", {}, now + std::chrono::seconds{1}, 1});
  ledger.enter("a", {"bob", {}, now + std::chrono::hours{2}, 1});
  const ids one{"a"};
  EXPECT_EQ(ledger.count(update("ann", 1), one).user.updated_at, now + std::chrono::seconds{1});
  EXPECT_EQ(ledger.count(update("bob", 1), one).user.updated_at, now);
  EXPECT_EQ(ledger.count(update("cat", 1), one).user.updated_at, now);
}

TEST(ScoreLedger, RefusesNewUsersBeyondTheRoomOfTheTenantThatIsNamed) {
  score_ledger ledger{now};
  for (const auto* id : {"acme.a", "acme.b", "other", "default"})
    ledger.open(id, {}, {});
  ledger.enter("acme.a", {"old", {1, 1, 1, 1}, now, 1});
  ledger.allow_new_users("acme", 2, 9);
  const auto count = [&](const std::string& user, const ids& named, const ids& reached) {
    return ledger.count({user, 1, {}, {}, named}, reached);
  };
  EXPECT_EQ(count("old", {"acme.a"}, {"acme.a"}).code, errc::none);
  EXPECT_EQ(ledger.new_users("acme"), 0U);
  EXPECT_EQ(count("ann", {"acme.a"}, {"acme.a"}).code, errc::none);
  EXPECT_EQ(count("ann", {"acme.a"}, {"acme.a"}).code, errc::none) << "no longer new";
  const auto refused = count("bob", {"acme.a", "acme.b"}, {"acme.a", "acme.b"});
  EXPECT_EQ(refused.code, errc::quota_exceeded) << "one place for two";
  EXPECT_NE(refused.detail.find("users is 9"), std::string::npos);
  EXPECT_EQ(count("bob", {"acme.b", "other"}, {"acme.b", "other"}).code, errc::none);
  EXPECT_EQ(ledger.new_users("acme"), 2U);
  EXPECT_EQ(count("cat", {"other", "acme.a"}, {"other", "acme.a"}).code, errc::quota_exceeded);
  EXPECT_EQ(count("cat", {"other"}, {"other", "acme.a"}).code, errc::none)
      << "what others feed is not refused";
  EXPECT_EQ(ledger.new_users("acme"), 3U) << "but counts";
  EXPECT_EQ(count("dan", {"other", "default"}, {"other", "default"}).code, errc::none);
  EXPECT_EQ(ledger.new_users("other"), 0U) << "has no bound";
}

TEST(ScoreLedger, TheDefaultLeaderboardIsOfNoTenant) {
  score_ledger ledger{now};
  ledger.open("default", {}, {});
  ledger.open("default.eu", {}, {});
  ledger.allow_new_users("default", 0, 1);
  const ids both{"default", "default.eu"};
  const ids one{"default"};
  EXPECT_EQ(ledger.count({"ann", 1, {}, {}, both}, both).code, errc::quota_exceeded);
  EXPECT_EQ(ledger.count({"ann", 1, {}, {}, one}, one).code, errc::none);
}

TEST(ScoreLedger, StatesShareTheVersionOfTheirRow) {
  score_ledger ledger{now};
  ledger.open("a", {}, {});
  const ids one{"a"};
  std::vector<update_outcome> outcomes{ledger.count(update("ann", 1), one),
                                       ledger.count(update("ann", 2), one)};
  for (const auto& row : ledger.changed())
    row.user->version = 42;
  ledger.finish(outcomes);
  EXPECT_EQ(outcomes[0].user, (user_record{"ann", {1, 1, 1, 1}, now, 42}));
  EXPECT_EQ(outcomes[1].states.at(0).user, (user_record{"ann", {3, 3, 3, 3}, now, 42}));
}

/// What a reader of the rules would write: one score per leaderboard, user and period.
struct slow_model {
  std::map<std::tuple<std::string, std::string, std::size_t>, std::vector<std::int64_t>> values;

  void count(const std::string& id, const std::string& user, std::int64_t value) {
    for (std::size_t p = 0; p < period_count; ++p)
      values[{id, user, p}].push_back(value);
  }

  std::int64_t score(const std::string& id, const score_rules& rules, const std::string& user,
                     std::size_t p) {
    const auto& all = values[{id, user, p}];
    if (rules.mode == score_mode::latest)
      return all.back();
    if (rules.mode == score_mode::sum)
      return std::accumulate(all.begin(), all.end(), std::int64_t{0});
    return rules.order == score_order::desc ? *std::max_element(all.begin(), all.end())
                                            : *std::min_element(all.begin(), all.end());
  }
};

TEST(ScoreLedger, AgreesWithASlowModelOnRandomUpdates) {
  const std::map<std::string, score_rules> boards{
      {"sum", {score_mode::sum, score_order::desc, 50}},
      {"up", {score_mode::sum, score_order::asc, 40}},
      {"best", {score_mode::best, score_order::desc, 60}},
      {"fast", {score_mode::best, score_order::asc, 45}},
      {"last", {score_mode::latest, score_order::desc, 55}}};
  for (unsigned seed = 1; seed <= 200; ++seed) {
    std::mt19937 random{seed};
    const auto pick = [&](int most) {
      return std::uniform_int_distribution<int>{0, most}(random);
    };
    score_ledger ledger{now};
    slow_model model;
    for (const auto& [id, rules] : boards)
      ledger.open(id, rules, {});
    for (int i = 0; i < 60; ++i) {
      const std::string user(1, static_cast<char>('a' + pick(3)));
      const std::int64_t value = pick(65);
      ids to;
      for (const auto& [id, rules] : boards)
        if (pick(1) == 0)
          to.push_back(id);
      const bool valid = std::all_of(to.begin(), to.end(), [&](const auto& id) {
        const auto& rules = boards.at(id);
        return value <= rules.max_count && (value > 0 || rules.mode != score_mode::sum);
      });
      const auto outcome = ledger.count(update(user, value), to);
      ASSERT_EQ(outcome.code == errc::none, valid) << "seed " << seed;
      if (!valid)
        continue;
      for (const auto& id : to)
        model.count(id, user, value);
      for (const auto& state : outcome.states)
        for (std::size_t p = 0; p < period_count; ++p)
          ASSERT_EQ(state.user.score[p],
                    model.score(state.leaderboard, boards.at(state.leaderboard), user, p))
              << "seed " << seed;
    }
  }
}

} // namespace
} // namespace standings
