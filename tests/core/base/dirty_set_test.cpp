#include "core/base/dirty_set.hpp"

#include <gmock/gmock.h>

namespace standings {
namespace {

using entry = dirty_set::entry;
using noted = dirty_set::noted;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(DirtySet, GivesEachOnceTheOldestFirst) {
  dirty_set set{10};
  EXPECT_EQ(set.note("b", 1), noted::added);
  EXPECT_EQ(set.note("a", 2), noted::added);
  EXPECT_EQ(set.note("b", 3), noted::coalesced);
  EXPECT_EQ(set.note("c", 4), noted::added);
  EXPECT_EQ(set.size(), 3U);
  EXPECT_THAT(set.take(2), ElementsAre(entry{"b", 1}, entry{"a", 2}));
  EXPECT_THAT(set.take(2), ElementsAre(entry{"c", 4}));
  EXPECT_THAT(set.take(2), IsEmpty());
}

TEST(DirtySet, OneThatWasTakenMayBeNotedAgain) {
  dirty_set set{10};
  set.note("a", 1);
  EXPECT_EQ(set.take(1).size(), 1U);
  EXPECT_EQ(set.note("a", 2), noted::added);
}

TEST(DirtySet, AFailedOneKeepsItsFirstTime) {
  dirty_set set{10};
  set.note("a", 1);
  const auto failed = set.take(1);
  set.note("a", 5);
  EXPECT_EQ(set.note(failed[0].id, failed[0].at_us), noted::coalesced);
  EXPECT_THAT(set.take(1), ElementsAre(entry{"a", 1}));
}

TEST(DirtySet, OverflowEmptiesIt) {
  dirty_set set{2};
  set.note("a", 1);
  set.note("b", 1);
  EXPECT_EQ(set.note("b", 2), noted::coalesced);
  EXPECT_EQ(set.note("c", 2), noted::overflowed);
  EXPECT_TRUE(set.empty());
  EXPECT_EQ(set.note("d", 3), noted::added);
}

} // namespace
} // namespace standings
