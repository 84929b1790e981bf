#include "core/leaderboard/board_watch.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

using namespace std::chrono_literals;
using time_point = board_watch::clock::time_point;

constexpr time_point start{1h};

class BoardWatch : public testing::Test {
protected:
  void read(time_point now, bool succeeded = true) {
    watch.reads(now, seen);
    watch.has_read(succeeded);
  }

  board_watch watch;
  board_watch::signs seen{.changes = 7, .complete = true};
};

TEST_F(BoardWatch, ReadsForTheFirstFollower) {
  watch.want();
  EXPECT_TRUE(watch.due(start, seen));
  read(start);
  EXPECT_FALSE(watch.due(start + 1h, seen)) << "nothing has changed";
}

TEST_F(BoardWatch, ReadsAfterAChangeAtMostTenTimesASecond) {
  read(start);
  ++seen.changes;
  EXPECT_FALSE(watch.due(start + 99ms, seen));
  EXPECT_TRUE(watch.due(start + 100ms, seen));
  watch.want();
  EXPECT_FALSE(watch.due(start + 99ms, seen)) << "nor sooner for a new follower";
}

TEST_F(BoardWatch, SeesTheLossAndTheReturnOfTheCache) {
  read(start);
  seen.complete = false;
  EXPECT_TRUE(watch.due(start + 1s, seen));
  read(start + 1s, false);
  seen.complete = true;
  EXPECT_TRUE(watch.due(start + 2s, seen));
}

TEST_F(BoardWatch, NeverHasTwoReadsUnderWay) {
  watch.reads(start, seen);
  ++seen.changes;
  EXPECT_FALSE(watch.due(start + 1h, seen));
  watch.has_read(true);
  EXPECT_TRUE(watch.due(start + 1h, seen)) << "the change came while it was read";
}

TEST_F(BoardWatch, LooksOnceASecondForWhatOthersChange) {
  seen.shows_all_changes = false;
  read(start);
  EXPECT_FALSE(watch.due(start + 999ms, seen));
  EXPECT_TRUE(watch.due(start + 1s, seen));
}

TEST_F(BoardWatch, TriesAgainOnceASecondAfterAFailure) {
  read(start, false);
  EXPECT_FALSE(watch.due(start + 999ms, seen));
  EXPECT_TRUE(watch.due(start + 1s, seen));
}

} // namespace
} // namespace standings
