#include "core/base/bisect.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace standings {
namespace {

using positions = std::set<std::size_t>;

/// A store that refuses any range that contains one of `bad`, and loses its connection at try
/// number `lost_at`.
struct trial {
  positions bad;
  std::size_t lost_at = 0;

  std::size_t tries = 0;
  std::vector<int> applied = {};
  std::vector<std::size_t> rejected = {};
  std::string rejected_why = {};

  result<void> run(std::size_t first, std::size_t last) {
    applied.resize(last);
    const auto attempt = [this](std::size_t from, std::size_t to) -> result<void> {
      EXPECT_LT(from, to);
      if (++tries == lost_at)
        return fail(errc::store_unavailable, "gone");
      const auto hit = bad.lower_bound(from);
      if (hit != bad.end() && *hit < to)
        return fail(errc::rejected_row, "refused " + std::to_string(*hit));
      for (auto i = from; i < to; ++i)
        ++applied[i];
      return {};
    };
    return bisect(first, last, attempt, [this](std::size_t position, const failure& why) {
      rejected.push_back(position);
      rejected_why = why.detail;
    });
  }

  /// Each position either applied once or rejected once.
  void expect_only_bad_ones_rejected(std::size_t n) const {
    EXPECT_EQ(rejected, std::vector<std::size_t>(bad.begin(), bad.end()));
    for (std::size_t i = 0; i < n; ++i)
      EXPECT_EQ(applied[i], bad.contains(i) ? 0 : 1) << "position " << i;
  }
};

TEST(Bisect, TriesAGoodRangeOnce) {
  trial t{.bad = {}};
  EXPECT_TRUE(t.run(0, 100));
  EXPECT_EQ(t.tries, 1U);
  t.expect_only_bad_ones_rejected(100);
}

TEST(Bisect, TriesAnEmptyRangeNever) {
  trial t{.bad = {}};
  EXPECT_TRUE(t.run(5, 5));
  EXPECT_EQ(t.tries, 0U);
}

TEST(Bisect, FindsOneBadElementAnywhereInAboutTwoLogTries) {
  for (std::size_t bad = 0; bad < 1'000; ++bad) {
    trial t{.bad = {bad}};
    EXPECT_TRUE(t.run(0, 1'000));
    EXPECT_LE(t.tries, 21U) << "bad at " << bad; // 1 + 2 * ceil(log2 1000)
    EXPECT_EQ(t.rejected_why, "refused " + std::to_string(bad));
    t.expect_only_bad_ones_rejected(1'000);
  }
}

TEST(Bisect, FindsSeveralBadElements) {
  trial t{.bad = {0, 1, 77, 499, 500, 999}};
  EXPECT_TRUE(t.run(0, 1'000));
  EXPECT_LE(t.tries, 1U + 6 * 20);
  t.expect_only_bad_ones_rejected(1'000);
}

TEST(Bisect, RejectsEveryElementOfABadRange) {
  trial t{.bad = {}};
  for (std::size_t i = 0; i < 33; ++i)
    t.bad.insert(i);
  EXPECT_TRUE(t.run(0, 33));
  EXPECT_EQ(t.tries, 2U * 33 - 1);
  t.expect_only_bad_ones_rejected(33);
}

TEST(Bisect, LooksOnlyAtItsRange) {
  trial t{.bad = {2, 12}};
  EXPECT_TRUE(t.run(10, 20));
  EXPECT_EQ(t.rejected, (std::vector<std::size_t>{12}));
  for (std::size_t i = 0; i < 10; ++i)
    EXPECT_EQ(t.applied[i], 0);
}

TEST(Bisect, StopsAtAFailureThatIsNoElementsFault) {
  trial t{.bad = {3}, .lost_at = 3}; // all, [0,8), then lost at [0,4)
  const auto done = t.run(0, 16);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, errc::store_unavailable);
  EXPECT_EQ(done.error().detail, "gone");
  EXPECT_EQ(t.tries, 3U);
  EXPECT_TRUE(t.rejected.empty());
}

TEST(Bisect, KeepsWhatItHadAppliedBeforeThatFailure) {
  trial t{.bad = {12}, .lost_at = 3}; // all, [0,8) applied, then lost at [8,16)
  EXPECT_FALSE(t.run(0, 16));
  EXPECT_EQ(t.tries, 3U);
  for (std::size_t i = 0; i < 16; ++i)
    EXPECT_EQ(t.applied[i], i < 8 ? 1 : 0);
}

} // namespace
} // namespace standings
