#include "core/leaderboard/board_watch.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

using namespace std::chrono_literals;
using time_point = board_watch::clock::time_point;

constexpr time_point watched_from{1h};

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
  EXPECT_TRUE(watch.due(watched_from, seen));
  read(watched_from);
  EXPECT_FALSE(watch.due(watched_from + 1h, seen)) << "nothing has changed";
}

TEST_F(BoardWatch, ReadsAfterAChangeAtMostTenTimesASecond) {
  read(watched_from);
  ++seen.changes;
  EXPECT_FALSE(watch.due(watched_from + 99ms, seen));
  EXPECT_TRUE(watch.due(watched_from + 100ms, seen));
  watch.want();
  EXPECT_FALSE(watch.due(watched_from + 99ms, seen)) << "nor sooner for a new follower";
}

TEST_F(BoardWatch, SeesTheLossAndTheReturnOfTheCache) {
  read(watched_from);
  seen.complete = false;
  EXPECT_TRUE(watch.due(watched_from + 1s, seen));
  read(watched_from + 1s, false);
  seen.complete = true;
  EXPECT_TRUE(watch.due(watched_from + 2s, seen));
}

TEST_F(BoardWatch, NeverHasTwoReadsUnderWay) {
  watch.reads(watched_from, seen);
  ++seen.changes;
  EXPECT_FALSE(watch.due(watched_from + 1h, seen));
  watch.has_read(true);
  EXPECT_TRUE(watch.due(watched_from + 1h, seen)) << "the change came while it was read";
}

TEST_F(BoardWatch, LooksOnceASecondForWhatOthersChange) {
  seen.shows_all_changes = false;
  read(watched_from);
  EXPECT_FALSE(watch.due(watched_from + 999ms, seen));
  EXPECT_TRUE(watch.due(watched_from + 1s, seen));
}

TEST_F(BoardWatch, TriesAgainOnceASecondAfterAFailure) {
  read(watched_from, false);
  EXPECT_FALSE(watch.due(watched_from + 999ms, seen));
  EXPECT_TRUE(watch.due(watched_from + 1s, seen));
}

} // namespace
} // namespace standings
