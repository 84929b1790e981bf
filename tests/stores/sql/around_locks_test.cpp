#include "stores/sql/around_locks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace standings {
namespace {

using namespace std::chrono_literals;

/// A database in which some users' rows are locked.
class AroundLocks : public testing::Test {
protected:
  result<std::vector<update_outcome>> apply(std::span<const score_update> part, bool& began) {
    ++parts;
    if (table_locked)
      return fail(errc::overloaded, "the table is locked");
    began = true;
    std::set<std::string> users;
    for (const auto& update : part) {
      users.insert(update.user_id);
      if (unseen.contains(update.user_id) || (keys_locked && !update.key.empty()))
        return fail(errc::overloaded, "met a lock");
      if (update.user_id == "bad")
        return fail(errc::rejected_row, "refused");
      if (update.user_id == lost_with)
        return fail(how_lost, "lost");
    }
    std::vector<update_outcome> out;
    for (const auto& update : part) {
      if (seen.contains(update.user_id)) {
        out.push_back(locked_outcome());
        continue;
      }
      counted[update.user_id].push_back(update.count);
      out.emplace_back().user.user_id = update.user_id;
    }
    return out;
  }

  result<std::vector<update_outcome>> run(std::chrono::milliseconds time = 1h) {
    around_locks around{batch, known, [this](auto part, bool& began) {
                          return apply(part, began);
                        }};
    return around.run(around_locks::clock::now() + time);
  }

  void fill(int users) {
    for (int i = 0; i < users; ++i)
      batch.push_back({"user" + std::to_string(i), i + 1, {}});
  }

  std::vector<score_update> batch;
  locked_users known;
  std::set<std::string> seen;   ///< found locked before any write
  std::set<std::string> unseen; ///< found locked while writing
  bool table_locked = false;
  bool keys_locked = false;
  std::string lost_with;
  errc how_lost = errc::none;
  std::map<std::string, std::vector<std::int64_t>> counted;
  int parts = 0;
};

TEST_F(AroundLocks, WhatIsSeenToBeLockedIsLeftOutInOnePart) {
  fill(10);
  seen = {"user3"};
  const auto outcomes = run().value();
  for (std::size_t i = 0; i < 10; ++i)
    EXPECT_EQ(outcomes[i].code, i == 3 ? errc::overloaded : errc::none) << i;
  EXPECT_EQ(parts, 1);
  EXPECT_TRUE(known.has("user3"));
  seen.clear();
  EXPECT_EQ(run().value()[3].code, errc::none);
  EXPECT_FALSE(known.has("user3"));
}

TEST_F(AroundLocks, WhatIsMetWhileWritingIsFoundByHalving) {
  fill(500);
  unseen = {"user77", "user400"};
  const auto outcomes = run().value();
  for (std::size_t i = 0; i < 500; ++i)
    EXPECT_EQ(outcomes[i].code, i == 77 || i == 400 ? errc::overloaded : errc::none) << i;
  EXPECT_LT(parts, 60);
  parts = 0;
  run().value();
  EXPECT_LE(parts, 4) << "who is known to be locked is parted from the others at once";
}

TEST_F(AroundLocks, AUsersIncrementsStayTogetherInOrder) {
  for (std::int64_t n = 1; n <= 40; ++n)
    batch.push_back({"user" + std::to_string(n % 4), n, {}});
  unseen = {"user2"};
  const auto outcomes = run().value();
  EXPECT_EQ(counted.size(), 3U);
  for (const auto& [user, counts] : counted) {
    EXPECT_EQ(counts.size(), 10U) << user;
    EXPECT_TRUE(std::is_sorted(counts.begin(), counts.end())) << user;
  }
}

TEST_F(AroundLocks, KeysThatCannotBeHadCostUpdatesWithAKeyAlone) {
  fill(20);
  batch[5].key = "k";
  batch[11].key = "k";
  keys_locked = true;
  const auto outcomes = run().value();
  for (std::size_t i = 0; i < 20; ++i)
    EXPECT_EQ(outcomes[i].code, i == 5 || i == 11 ? errc::overloaded : errc::none) << i;
}

TEST_F(AroundLocks, ALockedTableFailsAsAWhole) {
  fill(20);
  table_locked = true;
  EXPECT_EQ(run().error().code, errc::overloaded);
  EXPECT_EQ(parts, 1);
}

TEST_F(AroundLocks, ARefusedRowFailsAloneAsEver) {
  fill(20);
  batch[7].user_id = "bad";
  seen = {"user3"};
  const auto outcomes = run().value();
  for (std::size_t i = 0; i < 20; ++i)
    EXPECT_EQ(outcomes[i].code, i == 7   ? errc::rejected_row
                                : i == 3 ? errc::overloaded
                                         : errc::none)
        << i;
}

TEST_F(AroundLocks, EndsInTimeAndSaysOfTheRestThatNothingWasCounted) {
  fill(20);
  for (const auto& outcome : run(0ms).value())
    EXPECT_EQ(outcome.code, errc::overloaded);
  EXPECT_TRUE(counted.empty());
}

TEST_F(AroundLocks, WhatWasLostIsToldFromWhatWasCommittedBefore) {
  fill(8);
  unseen = {"user1"};
  lost_with = "user4";
  how_lost = errc::outcome_unknown;
  const auto outcomes = run().value();
  EXPECT_EQ(outcomes[0].code, errc::none);
  EXPECT_EQ(outcomes[1].code, errc::overloaded);
  EXPECT_EQ(outcomes[4].code, errc::outcome_unknown);
  std::size_t counted_users = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    const auto user = "user" + std::to_string(i);
    counted_users += outcomes[i].code == errc::none ? 1 : 0;
    EXPECT_EQ(outcomes[i].code == errc::none, counted.contains(user)) << user;
  }
  EXPECT_EQ(counted.size(), counted_users);
}

TEST_F(AroundLocks, AStoreThatIsLostBeforeAnythingWasWrittenFailsAsAWhole) {
  fill(8);
  lost_with = "user0";
  how_lost = errc::store_unavailable;
  EXPECT_EQ(run().error().code, errc::store_unavailable);
}

} // namespace
} // namespace standings
