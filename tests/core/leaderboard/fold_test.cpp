#include "core/leaderboard/fold.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <random>

namespace standings {
namespace {

using positions = std::vector<std::size_t>;

fold_plan fold_all(const std::vector<score_update>& batch) {
  return fold(batch, std::vector<bool>(batch.size()));
}

TEST(Fold, WritesEachUserOnceInOrderOfFirstAppearance) {
  const auto plan = fold_all({{"b", 1, {}}, {"a", 2, {}}, {"b", 3, {}}, {"c", 4, {}}});
  ASSERT_EQ(plan.writes.size(), 3U);
  EXPECT_EQ(plan.writes[0].user_id, "b");
  EXPECT_EQ(plan.writes[0].total, 4);
  EXPECT_EQ(plan.writes[0].members, (positions{0, 2}));
  EXPECT_EQ(plan.writes[1].user_id, "a");
  EXPECT_EQ(plan.writes[2].user_id, "c");
  EXPECT_TRUE(plan.repeats.empty());
}

TEST(Fold, PlansNothingForNothing) {
  const auto plan = fold_all({});
  EXPECT_TRUE(plan.writes.empty());
  EXPECT_TRUE(plan.repeats.empty());
}

TEST(Fold, LeavesOutWhatIsSkipped) {
  const std::vector<score_update> batch{{"a", 1, "k"}, {"a", 2, {}}, {"b", 3, "k"}};
  const auto plan = fold(batch, {true, false, true});
  ASSERT_EQ(plan.writes.size(), 1U);
  EXPECT_EQ(plan.writes[0].members, (positions{1}));
  EXPECT_TRUE(plan.repeats.empty());
}

TEST(Fold, TellsARepeatedKeyFromAConflictingOne) {
  const auto plan = fold_all(
      {{"a", 1, "k"}, {"a", 1, "k"}, {"a", 2, "k"}, {"b", 1, "k"}, {"a", 1, "l"}, {"a", 1, "k"}});
  ASSERT_EQ(plan.writes.size(), 2U) << "another user's key is another key";
  EXPECT_EQ(plan.writes[0].members, (positions{0, 4}));
  EXPECT_EQ(plan.writes[0].total, 2);
  ASSERT_EQ(plan.repeats.size(), 3U);
  const positions at{1, 2, 5};
  const std::vector<bool> same{true, false, true};
  for (std::size_t i = 0; i < at.size(); ++i) {
    EXPECT_EQ(plan.repeats[i].position, at[i]);
    EXPECT_EQ(plan.repeats[i].first, 0U);
    EXPECT_EQ(plan.repeats[i].same_body, same[i]) << i;
  }
}

TEST(Fold, TakesUpdatesWithoutAKeyForDifferentOnes) {
  const auto plan = fold_all({{"a", 1, {}}, {"a", 1, {}}});
  EXPECT_TRUE(plan.repeats.empty());
  EXPECT_EQ(plan.writes[0].total, 2);
}

TEST(Fold, KeepsASumPastTheLimitPastTheLimit) {
  constexpr auto huge = std::numeric_limits<std::int64_t>::max();
  for (const std::size_t n : {2U, 3U, 1'000U}) {
    const auto plan = fold_all(std::vector<score_update>(n, {"a", huge, {}}));
    ASSERT_EQ(plan.writes.size(), 1U);
    EXPECT_GE(plan.writes[0].total, score_limit) << n;
  }
  const auto plan = fold_all(std::vector<score_update>(2'000, {"a", score_limit - 1, {}}));
  EXPECT_GE(plan.writes[0].total, score_limit);
}

TEST(Unfold, GivesEachMemberTheStateRightAfterIt) {
  const std::vector<score_update> batch{{"a", 1, {}}, {"b", 50, {}}, {"a", 2, {}}, {"a", 3, {}}};
  const auto plan = fold_all(batch);
  const user_record last{"a", {6, 106, 206, 306}, from_micros(9), 17};
  const auto states = unfold(plan.writes[0], batch, last);
  ASSERT_EQ(states.size(), 3U);
  EXPECT_EQ(states[0].score, (scores{1, 101, 201, 301}));
  EXPECT_EQ(states[1].score, (scores{3, 103, 203, 303}));
  EXPECT_EQ(states[2], last);
  EXPECT_EQ(states[0].updated_at, last.updated_at);
  EXPECT_EQ(states[0].user_id, "a");
}

/// The expected result: the increments applied one after the other.
struct one_by_one {
  enum class kind { skipped, applied, repeated, conflict };
  struct outcome {
    kind what = kind::skipped;
    scores after{};
  };

  std::map<std::string, scores> users;
  std::map<std::pair<std::string, std::string>, std::size_t> first_of_key;

  std::vector<outcome> run(const std::vector<score_update>& batch, const std::vector<bool>& skip) {
    std::vector<outcome> out(batch.size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const auto& u = batch[i];
      if (skip[i])
        continue;
      const std::pair key{u.user_id, u.key};
      if (!u.key.empty() && first_of_key.contains(key)) {
        const auto first = first_of_key[key];
        const bool same = batch[first].count == u.count;
        out[i] = {same ? kind::repeated : kind::conflict, same ? out[first].after : scores{}};
        continue;
      }
      if (!u.key.empty())
        first_of_key[key] = i;
      for (auto& score : users[u.user_id])
        score += u.count;
      out[i] = {kind::applied, users[u.user_id]};
    }
    return out;
  }
};

class random_batches {
public:
  explicit random_batches(unsigned seed) : random_(seed) {}

  std::vector<score_update> batch() {
    std::vector<score_update> out(below(60));
    for (auto& u : out)
      u = {"user" + std::to_string(below(8)), 1 + static_cast<std::int64_t>(below(3)),
           below(2) == 0 ? "" : "key" + std::to_string(below(12))};
    return out;
  }

  /// Pretends that some keys are known: all of their updates are skipped.
  std::vector<bool> skip(const std::vector<score_update>& batch) {
    const auto known = "key" + std::to_string(below(12));
    std::vector<bool> out;
    for (const auto& u : batch)
      out.push_back(u.key == known);
    return out;
  }

  std::map<std::string, scores> users() {
    std::map<std::string, scores> out;
    for (std::size_t i = 0; i < 8; i += 2) // the others are new
      for (auto& score : out["user" + std::to_string(i)])
        score = static_cast<std::int64_t>(below(1'000));
    return out;
  }

private:
  std::size_t below(std::size_t n) {
    return std::uniform_int_distribution<std::size_t>{0, n - 1}(random_);
  }
  std::mt19937 random_;
};

TEST(FoldAndUnfold, GiveWhatIncrementsOneByOneGive) {
  using kind = one_by_one::kind;
  for (unsigned seed = 0; seed < 2'000; ++seed) {
    random_batches chance{seed};
    const auto batch = chance.batch();
    const auto skip = chance.skip(batch);
    auto users = chance.users();
    one_by_one model{users, {}};
    const auto expected = model.run(batch, skip);

    std::vector<one_by_one::outcome> actual(batch.size());
    const auto plan = fold(batch, skip);
    for (const auto& write : plan.writes) {
      auto& after = users[write.user_id];
      for (auto& score : after)
        score += write.total;
      const auto states = unfold(write, batch, {write.user_id, after, {}, 1});
      ASSERT_EQ(states.size(), write.members.size());
      for (std::size_t i = 0; i < states.size(); ++i)
        actual[write.members[i]] = {kind::applied, states[i].score};
    }
    for (const auto& r : plan.repeats)
      actual[r.position] = {r.same_body ? kind::repeated : kind::conflict,
                            r.same_body ? actual[r.first].after : scores{}};

    EXPECT_EQ(users, model.users) << "seed " << seed;
    for (std::size_t i = 0; i < batch.size(); ++i) {
      ASSERT_EQ(actual[i].what, expected[i].what) << "seed " << seed << " position " << i;
      ASSERT_EQ(actual[i].after, expected[i].after) << "seed " << seed << " position " << i;
    }
  }
}

} // namespace
} // namespace standings
