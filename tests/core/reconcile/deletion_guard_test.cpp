#include "core/reconcile/deletion_guard.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

/// Candidates among users, with no other reason against deleting them.
deletion_case gone(std::uint64_t candidates, std::uint64_t users) {
  deletion_case out;
  out.candidates = candidates;
  out.users = users;
  out.stayed_complete = true;
  out.read_everything = true;
  return out;
}

bool may_go(const deletion_case& asked, const deletion_limits& limits = {}) {
  const auto ruled = rule_on_deletion(asked, limits);
  EXPECT_EQ(ruled.reason.empty(), ruled.go || asked.candidates == 0) << ruled.reason;
  return ruled.go;
}

std::string reason_of(const deletion_case& asked) {
  return rule_on_deletion(asked, {}).reason;
}

TEST(DeletionGuard, HasNothingToSayWhereNobodyIsToBeDeleted) {
  deletion_case asked;
  asked.held_before = true;
  const auto ruled = rule_on_deletion(asked, {});
  EXPECT_FALSE(ruled.go);
  EXPECT_EQ(ruled.reason, "");
}

TEST(DeletionGuard, WithFewUsersTheFractionSaysNothing) {
  EXPECT_TRUE(may_go(gone(1, 1)));
  EXPECT_TRUE(may_go(gone(19, 19)));
  EXPECT_FALSE(may_go(gone(2, 20)));
  EXPECT_FALSE(may_go(gone(2, 21)));
}

TEST(DeletionGuard, FromTwentyUsersOnOneInTwentyMayGo) {
  EXPECT_TRUE(may_go(gone(1, 20)));
  EXPECT_TRUE(may_go(gone(1, 21)));
  EXPECT_FALSE(may_go(gone(2, 39)));
  EXPECT_TRUE(may_go(gone(2, 40)));
  EXPECT_FALSE(may_go(gone(3, 40)));
}

TEST(DeletionGuard, AShareThatIsExactlyTheLimitMayGo) {
  for (std::uint64_t candidates = 1; candidates <= 500; ++candidates) {
    EXPECT_TRUE(may_go(gone(candidates, candidates * 20))) << candidates;
    EXPECT_FALSE(may_go(gone(candidates + 1, candidates * 20))) << candidates;
  }
}

TEST(DeletionGuard, AShareOfAnyConfiguredSizeIsExact) {
  deletion_limits limits;
  limits.max_deletes = 1'000'000;
  for (std::uint64_t percent = 1; percent <= 100; ++percent) {
    limits.max_fraction = static_cast<double>(percent) / 100;
    EXPECT_TRUE(may_go(gone(percent * 7, 700), limits)) << percent;
    EXPECT_FALSE(may_go(gone(percent * 7 + 1, 700), limits)) << percent;
  }
}

TEST(DeletionGuard, NoMoreThanFiveHundredMayGoWhateverTheShare) {
  EXPECT_TRUE(may_go(gone(500, 1'000'000)));
  EXPECT_FALSE(may_go(gone(501, 1'000'000)));
}

TEST(DeletionGuard, ADatabaseThatSaysItIsEmptyIsJudgedByTheNumberAlone) {
  EXPECT_TRUE(may_go(gone(1, 0)));
  EXPECT_FALSE(may_go(gone(501, 0)));
}

TEST(DeletionGuard, LimitsOfZeroDeleteNobody) {
  deletion_limits none;
  none.max_deletes = 0;
  EXPECT_FALSE(may_go(gone(1, 1'000), none));
  none = {};
  none.max_fraction = 0;
  none.fraction_from = 0;
  EXPECT_FALSE(may_go(gone(1, 1'000'000), none));
}

TEST(DeletionGuard, AHoldStaysUntilItIsReleased) {
  auto asked = gone(1, 1'000);
  asked.held_before = true;
  EXPECT_FALSE(may_go(asked));
  asked.forced = true;
  EXPECT_TRUE(may_go(asked));
}

TEST(DeletionGuard, ForceLiftsTheLimits) {
  auto asked = gone(900, 1'000);
  EXPECT_FALSE(may_go(asked));
  asked.forced = true;
  EXPECT_TRUE(may_go(asked));
}

TEST(DeletionGuard, ForceNeverLiftsADoubtAboutTheEvidence) {
  for (const bool held : {false, true})
    for (const bool forced : {false, true})
      for (const std::uint64_t candidates : {1U, 900U}) {
        auto lost = gone(candidates, 1'000);
        lost.held_before = held;
        lost.forced = forced;
        auto unread = lost;
        lost.stayed_complete = false;
        unread.read_everything = false;
        EXPECT_FALSE(may_go(lost)) << held << forced << candidates;
        EXPECT_FALSE(may_go(unread)) << held << forced << candidates;
      }
}

TEST(DeletionGuard, TellsWhyAndHowMany) {
  EXPECT_EQ(reason_of(gone(501, 100'000)),
            "501 of 100000 users are gone from the cache, more than max_deletes");
  EXPECT_EQ(reason_of(gone(51, 1'000)),
            "51 of 1000 users are gone from the cache, more than max_delete_fraction");
  auto held = gone(1, 1'000);
  held.held_before = true;
  EXPECT_EQ(reason_of(held), "an earlier run held deletes, and nobody has released them");
  auto lost = gone(1, 1'000);
  lost.stayed_complete = false;
  EXPECT_EQ(reason_of(lost), "the cache was lost during the run");
  auto unread = gone(1, 1'000);
  unread.read_everything = false;
  EXPECT_EQ(reason_of(unread), "some batches could not be read");
}

} // namespace
} // namespace standings
