#include "core/leaderboard/score_rules.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace standings {
namespace {

constexpr sys_time monday{std::chrono::hours{100}};
constexpr sys_time before{std::chrono::hours{99}};

score_rules rules(score_mode mode, score_order order = score_order::desc) {
  return {mode, order, 1'000};
}

TEST(ScoreRules, CountWithinThePeriod) {
  const user_record user{"a", {5, 5, 5, 5}, monday, 1};
  const period_starts starts{monday, monday, before, before};
  EXPECT_EQ(*counted(rules(score_mode::sum), &user, starts, 2), (scores{7, 7, 7, 7}));
  EXPECT_EQ(*counted(rules(score_mode::best), &user, starts, 2), (scores{5, 5, 5, 5}));
  EXPECT_EQ(*counted(rules(score_mode::best), &user, starts, 9), (scores{9, 9, 9, 9}));
  EXPECT_EQ(*counted(rules(score_mode::best, score_order::asc), &user, starts, 2),
            (scores{2, 2, 2, 2}));
  EXPECT_EQ(*counted(rules(score_mode::latest), &user, starts, 2), (scores{2, 2, 2, 2}));
}

TEST(ScoreRules, ForgetWhatWasBeforeThePeriod) {
  const user_record user{"a", {5, 5, 5, 5}, before, 1};
  const period_starts starts{monday, monday, before, before};
  EXPECT_EQ(*counted(rules(score_mode::sum), &user, starts, 2), (scores{2, 2, 7, 7}));
  EXPECT_EQ(*counted(rules(score_mode::best), &user, starts, 2), (scores{2, 2, 5, 5}));
  EXPECT_EQ(*counted(rules(score_mode::best, score_order::asc), &user, starts, 9),
            (scores{9, 9, 5, 5}));
}

TEST(ScoreRules, CountForANewUser) {
  EXPECT_EQ(*counted(rules(score_mode::best, score_order::asc), nullptr, {}, 9),
            (scores{9, 9, 9, 9}));
}

TEST(ScoreRules, RefuseASumOf2To53) {
  const user_record user{"a", {0, 0, 0, score_limit - 3}, monday, 1};
  EXPECT_TRUE(counted(rules(score_mode::sum), &user, {}, 2));
  EXPECT_FALSE(counted(rules(score_mode::sum), &user, {}, 3));
  EXPECT_FALSE(
      counted(rules(score_mode::sum), &user, {}, std::numeric_limits<std::int64_t>::max()));
}

TEST(ScoreRules, BoundTheCount) {
  EXPECT_FALSE(validate_count(0, rules(score_mode::sum)));
  EXPECT_TRUE(validate_count(0, rules(score_mode::best)));
  EXPECT_FALSE(validate_count(-1, rules(score_mode::latest)));
  EXPECT_TRUE(validate_count(1'000, rules(score_mode::latest)));
  EXPECT_EQ(validate_count(1'001, rules(score_mode::best)).error().field, "count");
}

TEST(ScoreRules, TheOrdersAreEachOthersReverse) {
  const std::vector<std::pair<std::int64_t, std::string>> all{{1, "a"},    {1, "ä"},   {0, "山田"},
                                                              {7, "Юрий"}, {7, "Zoë"}, {3, ""}};
  const auto sorted = [&](score_order order) {
    auto out = all;
    std::sort(out.begin(), out.end(), [order](const auto& x, const auto& y) {
      return ranks_before(order, x.first, x.second, y.first, y.second);
    });
    return out;
  };
  auto reversed = sorted(score_order::asc);
  std::reverse(reversed.begin(), reversed.end());
  EXPECT_EQ(sorted(score_order::desc), reversed);
}

TEST(ScoreRules, NobodyIsOnAnAscendingBoardWithoutAValue) {
  EXPECT_TRUE(is_on_board(score_order::desc, before, monday));
  EXPECT_FALSE(is_on_board(score_order::asc, before, monday));
  EXPECT_TRUE(is_on_board(score_order::asc, monday, monday));
}

} // namespace
} // namespace standings
