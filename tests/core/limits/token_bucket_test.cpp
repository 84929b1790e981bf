#include "core/limits/bucket_table.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

using namespace std::chrono_literals;

const token_bucket::time_point start{1'000h};
const auto two_a_second = bucket_size::of(2, 1s, 4);

TEST(TokenBucket, AllowsABurstAndThenTheRate) {
  token_bucket bucket;
  for (std::uint32_t left = 4; left-- > 0;) {
    const auto taken = bucket.take(two_a_second, start);
    EXPECT_TRUE(taken.allowed);
    EXPECT_EQ(taken.limit, 4U);
    EXPECT_EQ(taken.remaining, left);
  }
  EXPECT_FALSE(bucket.take(two_a_second, start).allowed);
  EXPECT_FALSE(bucket.take(two_a_second, start + 499ms).allowed);
  EXPECT_TRUE(bucket.take(two_a_second, start + 500ms).allowed);
  EXPECT_FALSE(bucket.take(two_a_second, start + 500ms).allowed);
}

TEST(TokenBucket, SaysWhenToComeBackInWholeSeconds) {
  token_bucket bucket;
  const auto slow = bucket_size::of(6, 60s, 1);
  EXPECT_EQ(bucket.take(slow, start).full_in, 10s);
  const auto refused = bucket.take(slow, start + 100ms);
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.remaining, 0U);
  EXPECT_EQ(refused.retry_in, 10s);
  EXPECT_EQ(bucket.take(slow, start + 9'900ms).retry_in, 1s);
  EXPECT_TRUE(bucket.take(slow, start + 10s).allowed);
}

TEST(TokenBucket, ChargesNothingForARefusal) {
  token_bucket bucket;
  const auto one = bucket_size::of(1, 1s, 1);
  EXPECT_TRUE(bucket.take(one, start).allowed);
  for (int i = 0; i < 1'000; ++i)
    EXPECT_FALSE(bucket.take(one, start + 500ms).allowed);
  EXPECT_TRUE(bucket.take(one, start + 1s).allowed);
}

TEST(TokenBucket, NeverHoldsMoreThanItsBurst) {
  token_bucket bucket;
  EXPECT_TRUE(bucket.take(two_a_second, start).allowed);
  int allowed = 0;
  while (bucket.take(two_a_second, start + 24h).allowed)
    ++allowed;
  EXPECT_EQ(allowed, 4);
}

TEST(TokenBucket, KeepsWhatItHasWhenTheTimeIsOneOfBefore) {
  token_bucket bucket;
  for (int i = 0; i < 4; ++i)
    EXPECT_TRUE(bucket.take(two_a_second, start + 10ms).allowed);
  EXPECT_FALSE(bucket.take(two_a_second, start).allowed);
}

TEST(TokenBucket, TakesNothingWhenItIsLookedAt) {
  token_bucket bucket;
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(bucket.look(two_a_second, start).remaining, 4U);
}

TEST(TokenBucket, OfNoSizeLimitsNothing) {
  token_bucket bucket;
  for (int i = 0; i < 1'000; ++i)
    EXPECT_TRUE(bucket.take(bucket_size::of(0, 1s, 1), start).allowed);
  EXPECT_EQ(bucket.take({}, start).limit, 0U);
}

TEST(LimitState, OfTwoIsTheOneThatRefusesOrLeavesLess) {
  const limit_state none{};
  const limit_state wide{true, 10, 9, 1s, 0s};
  const limit_state narrow{true, 5, 1, 1s, 0s};
  const limit_state refused{false, 100, 0, 1s, 2s};
  const limit_state refused_for_long{false, 100, 0, 1s, 9s};
  EXPECT_EQ(tighter(none, wide).limit, 10U);
  EXPECT_EQ(tighter(wide, none).limit, 10U);
  EXPECT_EQ(tighter(wide, narrow).limit, 5U);
  EXPECT_EQ(tighter(narrow, wide).limit, 5U);
  EXPECT_FALSE(tighter(narrow, refused).allowed);
  EXPECT_FALSE(tighter(refused, narrow).allowed);
  EXPECT_EQ(tighter(refused, refused_for_long).retry_in, 9s);
}

TEST(BucketTable, HasABucketForEachKey) {
  bucket_table table{bucket_size::of(1, 1s, 1), 10};
  EXPECT_TRUE(table.take("a", start).allowed);
  EXPECT_TRUE(table.take("b", start).allowed);
  EXPECT_FALSE(table.take("a", start).allowed);
  EXPECT_FALSE(table.look("b", start).allowed);
  EXPECT_TRUE(table.look("c", start).allowed);
  EXPECT_EQ(table.held(), 2U);
}

TEST(BucketTable, HoldsNoMoreThanItMayHoweverManyKeysAreInvented) {
  bucket_table table{bucket_size::of(1, 1s, 1), 100};
  for (int i = 0; i < 10'000; ++i)
    EXPECT_TRUE(table.take("invented " + std::to_string(i), start).allowed);
  EXPECT_EQ(table.held(), 100U);
}

TEST(BucketTable, DropsTheKeyThatWasUsedLeastRecently) {
  bucket_table table{bucket_size::of(1, 1s, 1), 3};
  for (const auto* key : {"a", "b", "c"})
    EXPECT_TRUE(table.take(key, start).allowed);
  EXPECT_FALSE(table.take("a", start).allowed) << "used again, though refused";
  EXPECT_TRUE(table.take("d", start).allowed);
  EXPECT_FALSE(table.take("a", start).allowed);
  EXPECT_FALSE(table.take("c", start).allowed);
  EXPECT_TRUE(table.take("b", start).allowed) << "forgotten";
}

} // namespace
} // namespace standings
